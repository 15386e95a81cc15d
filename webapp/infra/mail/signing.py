"""DKIM (RFC 6376): a signature by our own key on every mail, when the settings name one. Often the relay signs."""

import base64
import email
from functools import lru_cache

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from webapp.infra.carriers import Seal
from webapp.infra.settings import Settings

SHORTEST = 1024  # bits; what receivers take at all (RFC 8301)
# What a reader or a mail program goes by; RFC 8058 asks for both of List-Unsubscribe. Only those that are there.
SIGNED = (
    *("from", "to", "subject", "date", "message-id", "mime-version", "content-type", "content-transfer-encoding"),
    *("auto-submitted", "list-id", "list-unsubscribe", "list-unsubscribe-post"),
)


class BadKey(Exception):
    """The key of the settings is no RSA key that can sign; the text says why."""


def seal_of(settings: Settings) -> Seal | None:
    """Return what signs a message for these settings; None when they name no key. Raises BadKey, OSError."""
    if not settings.dkim_key_file:
        return None
    pem = settings.dkim_key_file.read_bytes()
    import dkim  # here: only who signs needs it, and it loads a resolver of names

    _key(pem)
    selector, domain = settings.dkim_selector.encode(), settings.dkim_domain.encode()

    def seal(message: bytes) -> bytes:
        there = {name.lower() for name in email.message_from_bytes(message.split(b"\r\n\r\n")[0])}
        names = [name.encode() for name in SIGNED if name in there]
        signature: bytes = dkim.sign(message, selector, domain, pem, include_headers=names)
        return signature + message

    return seal


def dns_record(settings: Settings) -> tuple[str, str]:
    """Return (name, text) of the record that lets receivers check our signatures. Raises BadKey, OSError."""
    if not settings.dkim_key_file:
        raise BadKey("no key is set")
    public = _key(settings.dkim_key_file.read_bytes()).public_key()
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    raw = base64.b64encode(public.public_bytes(serialization.Encoding.DER, form)).decode()
    return f"{settings.dkim_selector}._domainkey.{settings.dkim_domain}", f"v=DKIM1; k=rsa; p={raw}"


@lru_cache(maxsize=4)
def _key(pem: bytes) -> RSAPrivateKey:
    try:
        key = serialization.load_pem_private_key(pem, None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise BadKey(f"no private key in PEM: {error}") from None
    if not isinstance(key, RSAPrivateKey):
        raise BadKey("not an RSA key")
    if key.key_size < SHORTEST:
        raise BadKey(f"{key.key_size} bits are too few, at least {SHORTEST}")
    return key
