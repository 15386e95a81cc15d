"""The site's secret keys: the present one signs, the former ones still verify (docs/operating.md, "A new secret key").

Four ways to use them, and no other: `signer` for tokens in links and cookies, `present` for what is made now, `every`
for what was made earlier and is compared, `lasting` for pseudonyms that should stay the same while a change of keys
is under way.
"""

from flask import current_app
from itsdangerous import URLSafeSerializer, URLSafeTimedSerializer

from webapp.infra import signers


def every() -> list[str]:
    """Return all keys that still count, the present one first."""
    return [str(current_app.secret_key or ""), *(current_app.config.get("SECRET_KEY_FALLBACKS") or [])]


def present() -> str:
    """Return the key for what is made now."""
    return every()[0]


def lasting() -> str:
    """Return the oldest key that still counts: for hashes that lead nowhere and only have to be told apart."""
    return every()[-1]


def for_signing() -> list[str]:
    """Return all keys as itsdangerous wants them: the last one signs."""
    return every()[::-1]


def signer(salt: str) -> URLSafeSerializer:
    """Return what signs and reads tokens of one purpose."""
    return signers.plain(tuple(for_signing()), salt)


def timed_signer(salt: str) -> URLSafeTimedSerializer:
    """Return the same for tokens that know when they were made."""
    return signers.timed(tuple(for_signing()), salt)
