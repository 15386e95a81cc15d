"""Challenges: random, for one browser, good for five minutes and once, whichever web process made them."""

import hashlib
import secrets

from redis.exceptions import RedisError

from webapp.infra.queue import connection
from webapp.kernel.refusal import N_, Refused

LIFE = 300  # seconds
_AWAY = N_("Passkeys have to rest for a moment. A code by e-mail works.")


def new(purpose: str, holder: str, kept: str = "-") -> bytes:
    """Return a fresh challenge of a purpose for its holder (a browser, a session) and remember `kept` with it.

    Raises Refused('passkeys-away') while nothing can be remembered.
    """
    challenge = secrets.token_bytes(32)
    try:
        connection().set(_key(purpose, holder, challenge), kept, ex=LIFE)
    except RedisError:
        raise Refused("passkeys-away", _AWAY, 503) from None
    return challenge


def use(purpose: str, holder: str, challenge: bytes) -> str | None:
    """Use a challenge up and return what was kept with it; None when it is unknown, too old or used."""
    try:
        found = connection().getdel(_key(purpose, holder, challenge))
    except RedisError:
        raise Refused("passkeys-away", _AWAY, 503) from None
    return found.decode() if isinstance(found, bytes) else None


def _key(purpose: str, holder: str, challenge: bytes) -> str:
    digest = hashlib.sha256(challenge).hexdigest()
    return f"passkey:{purpose}:{hashlib.sha256(holder.encode()).hexdigest()[:32]}:{digest}"
