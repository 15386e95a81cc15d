"""What an e-mail address says about its mailbox: its domain, whether it is a throwaway, when two are one."""

import re
from functools import cache
from pathlib import Path

LIST = Path(__file__).with_name("disposable_domains.list")
# Where a plus sign and what follows is a tag of the same mailbox; and where dots don't count either.
PLUS = frozenset({"gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "live.com", "msn.com", "icloud.com"})
PLUS |= {"me.com", "mac.com", "proton.me", "protonmail.com", "pm.me", "fastmail.com", "fastmail.fm", "yandex.com"}
PLUS |= {"yandex.ru", "ya.ru", "zoho.com", "posteo.de", "mailbox.org"}
DOTS = frozenset({"gmail.com"})
SAME = {"googlemail.com": "gmail.com", "me.com": "icloud.com", "mac.com": "icloud.com", "ya.ru": "yandex.ru"}
SAME |= {"protonmail.com": "proton.me", "pm.me": "proton.me"}
_DIGITS = re.compile(r"\d+")


def domain_of(email: str) -> str:
    """Return the domain of an address; '' without one."""
    return email.rpartition("@")[2].lower()


def one_mailbox(email: str) -> str:
    """Return the spelling that all aliases of a mailbox share. For comparing, never for sending mail to."""
    local, _, domain = email.lower().rpartition("@")
    if not local:
        return ""
    if domain in PLUS:
        local = local.partition("+")[0] or local
    domain = SAME.get(domain, domain)
    if domain in DOTS:
        local = local.replace(".", "")
    return f"{local}@{domain}"


def series_of(email: str) -> str:
    """Return what addresses share that only differ by numbers: 'fan#@example.org'; '' for one without a number."""
    local, _, domain = email.lower().rpartition("@")
    stem = _DIGITS.sub("#", local)
    return f"{stem}@{domain}" if stem != local else ""


def is_throwaway(domain: str) -> bool:
    """Return whether a domain, or one above it, is known to give mailboxes away for minutes."""
    known, parts = _listed(), domain.split(".")
    return any(".".join(parts[start:]) in known for start in range(len(parts) - 1))


@cache
def _listed() -> frozenset[str]:
    return frozenset(line for line in LIST.read_text().splitlines() if line and not line.startswith("#"))
