"""What is kept of secrets: keyed hashes of short codes, slow hashes of passwords."""

import hashlib
import hmac
from collections.abc import Iterable

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from webapp.accounts import usual
from webapp.infra import keys
from webapp.kernel.refusal import N_, Refused

SHORTEST_PASSWORD, LONGEST_PASSWORD = 10, 200
# 19 MiB and two passes: what OWASP asks for; a room full of people signing in still fits into memory.
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
# Compared against when there is nothing to compare with: unknown addresses take as long as known ones. It is what the
# line above makes of "nobody has this password", written down: to make it takes a twentieth of a process's start.
_NOBODY = "$argon2id$v=19$m=19456,t=2,p=1$KgQpqu5mOI56VSrxM67EIQ$jaxZE1AQofzzOcm76qIkxvTAOt6rn3Q7nScD4GDmgVc"


def keyed(purpose: str, *parts: object) -> str:
    """Return the keyed hash of `parts`: a six-digit code hashed without a key would be guessed at once."""
    return _hash(keys.present(), purpose, parts)


def keyed_by_any(purpose: str, *parts: object) -> list[str]:
    """Return what `keyed` gives and what it gave before the secret key was changed, the present one first."""
    return [_hash(key, purpose, parts) for key in keys.every()]


def same(one: str, *others: str) -> bool:
    """Return whether the hash is one of the others, in a time that does not tell which."""
    return sum(hmac.compare_digest(one, other) for other in others) > 0


def password_hash(password: str, words: Iterable[str] = ()) -> str:
    """Return the hash of a new password; raises Refused 'password-length', 'password-usual' or 'password-own'.

    `words` are names and addresses that go with the account: what is made of them is guessed soon.
    """
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise Refused(
            "password-length",
            N_("A password has %(low)s to %(high)s characters. A few words in a row make a good one."),
            422,
            low=SHORTEST_PASSWORD,
            high=LONGEST_PASSWORD,
        )
    if usual.is_usual(password):
        text = N_("Many people use that password, so it is guessed first. A few words in a row make a good one.")
        raise Refused("password-usual", text, 422)
    if usual.is_about(password, words):
        text = N_("That is made of your name, your address or ours. Choose something that has nothing to do with you.")
        raise Refused("password-own", text, 422)
    return _hasher.hash(password)


def password_fits(kept: str | None, password: str) -> bool:
    """Return whether the password is the one; takes the same time when there is none."""
    try:
        return _hasher.verify(kept or _NOBODY, password[:LONGEST_PASSWORD]) and kept is not None
    except (Argon2Error, InvalidHashError):
        return False


def _hash(key: str, purpose: str, parts: tuple[object, ...]) -> str:
    text = "\x1f".join([purpose, *map(str, parts)])
    return hmac.new(key.encode(), text.encode(), hashlib.sha256).hexdigest()
