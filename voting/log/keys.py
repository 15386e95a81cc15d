"""The key that signs promises and roots: derived from the site's secret key, so there is no file to lose.

A new secret key is a new signing key. Public keys that have signed are kept in `log_keys` and stay published, so
that what they signed can still be checked.
"""

from functools import lru_cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from voting.log.models import LogKey
from webapp.infra.db import insert_once
from webapp.kernel.now import now

PURPOSE = b"fanmade log key 1"


def sign(message: bytes) -> str:
    """Return the Ed25519 signature of the site's present key, hexadecimal."""
    return _key(_secret()).sign(message).hex()


def signed(public_key: str, message: bytes, signature: str) -> bool:
    """Return whether a signature fits (key and signature hexadecimal); False for what is none."""
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key)).verify(bytes.fromhex(signature), message)
    except (ValueError, InvalidSignature):
        return False
    return True


def public() -> str:
    """Return the present public key, hexadecimal."""
    return _public(_secret())


def keep(session: Session) -> str:
    """Write the present public key down, if it is new, in the caller's transaction; return it."""
    key = public()
    insert_once(session, LogKey, public_key=key, since=now())
    return key


def published(session: Session) -> list[str]:
    """Return every public key that has signed, the oldest first; the present one is always among them."""
    known = list(session.scalars(select(LogKey.public_key).order_by(LogKey.id)))
    present = public()
    return known if present in known else [*known, present]


def _secret() -> bytes:
    return str(current_app.secret_key or "").encode()


@lru_cache(maxsize=4)
def _key(secret: bytes) -> Ed25519PrivateKey:
    seed = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=PURPOSE).derive(secret)
    return Ed25519PrivateKey.from_private_bytes(seed)


@lru_cache(maxsize=4)
def _public(secret: bytes) -> str:
    return _key(secret).public_key().public_bytes_raw().hex()
