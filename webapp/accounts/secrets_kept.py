"""What is kept of secrets: keyed hashes of short codes, slow hashes of passwords."""

import hashlib
import hmac

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError
from flask import current_app

from webapp.kernel.refusal import N_, Refused

SHORTEST_PASSWORD, LONGEST_PASSWORD = 10, 200
# 19 MiB and two passes: what OWASP asks for; a room full of people signing in still fits into memory.
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
# Compared against when there is nothing to compare with: unknown addresses take as long as known ones.
_NOBODY = _hasher.hash("nobody has this password")


def keyed(purpose: str, *parts: object) -> str:
    """Return the keyed hash of `parts`: a six-digit code hashed without a key would be guessed at once."""
    text = "\x1f".join([purpose, *map(str, parts)])
    return hmac.new((current_app.secret_key or "").encode(), text.encode(), hashlib.sha256).hexdigest()  # type: ignore[union-attr]


def same(one: str, other: str) -> bool:
    """Compare two hashes in constant time."""
    return hmac.compare_digest(one, other)


def password_hash(password: str) -> str:
    """Return the hash of a new password; raises Refused('password-length')."""
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise Refused(
            "password-length",
            N_("A password has %(low)s to %(high)s characters. A few words in a row make a good one."),
            422,
            low=SHORTEST_PASSWORD,
            high=LONGEST_PASSWORD,
        )
    return _hasher.hash(password)


def password_fits(kept: str | None, password: str) -> bool:
    """Return whether the password is the one; takes the same time when there is none."""
    try:
        return _hasher.verify(kept or _NOBODY, password[:LONGEST_PASSWORD]) and kept is not None
    except (Argon2Error, InvalidHashError):
        return False
