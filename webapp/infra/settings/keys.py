"""What must stay secret, and what is signed with it: our own keys, the relay's and the till's."""

import os
import re
import secrets
from email.utils import parseaddr
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from webapp.infra.settings.words import Words

DNS_LABELS = re.compile(r"[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*")


def secret(words: Words, data: Path, production: bool) -> str:
    """Return the key of cookies and links; an embedded installation makes its own."""
    value = words.text("FANMADE_SECRET_KEY")
    if production and _is_weak(value):
        words.faults.append(
            "FANMADE_SECRET_KEY: missing or too weak; make one with: "
            "python3 -c 'import secrets; print(secrets.token_hex(32))'"
        )
    return value or (_kept_secret(data) if not production else "")


def former_secrets(words: Words) -> tuple[str, ...]:
    """Return the keys whose signatures are still good."""
    former = [each.strip() for each in words.text("FANMADE_SECRET_KEY_FALLBACKS").split(",") if each.strip()]
    if any(map(_is_weak, former)):
        words.faults.append("FANMADE_SECRET_KEY_FALLBACKS: one of the keys is too weak to be trusted")
    if words.text("FANMADE_SECRET_KEY") in former:
        words.faults.append("FANMADE_SECRET_KEY_FALLBACKS: names the present key, too; it lists former ones")
    return tuple(former)


def dkim(words: Words) -> dict[str, Any]:
    """Return what signs mails, by field; nothing where the relay does."""
    selector, key_file = words.text("FANMADE_DKIM_SELECTOR"), words.path("FANMADE_DKIM_KEY_FILE")
    sender = parseaddr(words.text("FANMADE_MAIL_FROM"))[1].rpartition("@")[2]
    domain = words.text("FANMADE_DKIM_DOMAIN", sender).lower()
    if not key_file:
        if selector:
            words.faults.append("FANMADE_DKIM_KEY_FILE: missing, and FANMADE_DKIM_SELECTOR is set")
        return {}
    if not DNS_LABELS.fullmatch(selector):
        words.faults.append("FANMADE_DKIM_SELECTOR: missing or no name in DNS; e.g. fanmade")
    if not DNS_LABELS.fullmatch(domain):
        words.faults.append("FANMADE_DKIM_DOMAIN: missing or no domain; e.g. example.org")
    if not key_file.is_file():
        words.faults.append(f"FANMADE_DKIM_KEY_FILE: there is no file {key_file}")
    return {"dkim_selector": selector, "dkim_key_file": key_file, "dkim_domain": domain}


def stripe(words: Words, production: bool) -> dict[str, Any]:
    """Return the account that takes money, by field."""
    key, secret = words.text("FANMADE_STRIPE_KEY"), words.text("FANMADE_STRIPE_WEBHOOK_SECRET")
    api = words.text("FANMADE_STRIPE_API", "https://api.stripe.com").rstrip("/")
    if key and not key.startswith(("sk_", "rk_")):
        words.faults.append("FANMADE_STRIPE_KEY: must be a secret key: it starts with sk_ or rk_")
    if key and not secret:
        words.faults.append("FANMADE_STRIPE_WEBHOOK_SECRET: missing, and FANMADE_STRIPE_KEY is set")
    if secret and not secret.startswith("whsec_"):
        words.faults.append("FANMADE_STRIPE_WEBHOOK_SECRET: must start with whsec_")
    if secret and not key:
        words.faults.append("FANMADE_STRIPE_KEY: missing, and FANMADE_STRIPE_WEBHOOK_SECRET is set")
    parts = urlsplit(api)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        words.faults.append("FANMADE_STRIPE_API: must be a full address, e.g. https://api.stripe.com")
    elif production and parts.scheme != "https":
        words.faults.append("FANMADE_STRIPE_API: not https")
    return {"stripe_key": key, "stripe_webhook_secret": secret, "stripe_api": api}


def _is_weak(key: str) -> bool:
    return len(key) < 32 or len(set(key)) < 8


def _kept_secret(data: Path) -> str:
    """Return the embedded installation's own secret, made once and kept in its data folder."""
    path = data / "secret_key"
    try:
        return path.read_text().strip()
    except FileNotFoundError:
        data.mkdir(parents=True, exist_ok=True)
        # Exclusive creation: of two processes that start at once, one makes it, both read the same.
        fresh = secrets.token_hex(32)
        try:
            with open(path, "x", opener=_private) as file:
                file.write(fresh)
        except FileExistsError:
            return path.read_text().strip()
        return fresh


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
