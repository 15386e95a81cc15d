"""Signers that are made once in a process: the library makes one, and derives its key, for each text it signs or reads.

What they sign the library reads, and they read what it signed; but form tokens are masked, and what is short is not
tried to be made shorter. The derived keys stay in memory, where the secret ones are already.
"""

import hmac
import json
import os
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from flask.json.tag import TaggedJSONSerializer
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import Signer, TimestampSigner, URLSafeSerializer, URLSafeTimedSerializer
from itsdangerous.encoding import base64_decode, base64_encode, want_bytes
from itsdangerous.signer import HMACAlgorithm
from itsdangerous.url_safe import URLSafeSerializerMixin

RAW = 20  # bytes of a browser's secret, which its session keeps in hexadecimal figures
MASKED = len(base64_encode(bytes(2 * RAW)))  # no other payload has this length: the secret in JSON is longer
SHORT = 200  # bytes
PLAIN = (str, int, bool, type(None))
MOST = 100  # pairs of keys and purposes; a site has a dozen


class _Sha1(HMACAlgorithm):
    """HMAC with SHA-1, as the library's own, in one call."""

    def get_signature(self, key: bytes, value: bytes) -> bytes:
        return hmac.digest(key, value, "sha1")


class _Once(Signer):
    """Derives each key once."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.algorithm = _Sha1()
        self._derived: dict[bytes, bytes] = {}

    def derive_key(self, secret_key: str | bytes | None = None) -> bytes:
        secret = self.secret_keys[-1] if secret_key is None else want_bytes(secret_key)
        if secret not in self._derived:
            self._derived[secret] = super().derive_key(secret)
        return self._derived[secret]


class _OnceTimed(_Once, TimestampSigner):
    pass


class _Short:
    """Leaves short texts as they are: trying to compress one costs more than all the rest of signing it."""

    def dump_payload(self, obj: Any) -> bytes:
        """Return what is signed."""
        text: bytes = super(URLSafeSerializerMixin, self).dump_payload(obj)  # type: ignore[misc]
        return base64_encode(text) if len(text) <= SHORT else super().dump_payload(obj)  # type: ignore[misc]


class _Cookie(TaggedJSONSerializer):
    """What Flask writes into a session's cookie, with less ado where nothing in it needs a tag."""

    def dumps(self, value: Any) -> str:
        """Return a session as text."""
        return _PLAIN_JSON.encode(value) if _is_plain(value) else super().dumps(value)

    def loads(self, value: str) -> Any:
        """Return the session of a text. A tag is a key that begins with a blank."""
        return super().loads(value) if '" ' in value else json.loads(value)


_PLAIN_JSON = json.JSONEncoder(separators=(",", ":"), sort_keys=True)  # as Flask's own


def _is_plain(value: Any) -> bool:
    """Return whether Flask would write no tag, and nothing that looks like one, into this session."""
    values = all(type(each) in PLAIN or (type(each) is list and _is_plain_list(each)) for each in value.values())
    return values and not any(key.startswith(" ") for key in value)


def _is_plain_list(found: list[Any]) -> bool:
    return all(type(each) in PLAIN for each in found)


class _Plain(_Short, URLSafeSerializer):
    default_signer = _Once

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._signer = super().make_signer()

    def make_signer(self, salt: str | bytes | None = None) -> Signer:
        return self._signer if salt in (None, self.salt) else super().make_signer(salt)


class _Timed(_Short, URLSafeTimedSerializer):
    default_signer = _OnceTimed

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._signer = super().make_signer()

    def make_signer(self, salt: str | bytes | None = None) -> Signer:
        return self._signer if salt in (None, self.salt) else super().make_signer(salt)


class _Masked(_Timed):
    """Signs a browser's secret under a mask of its own: no two tokens have anything in common but the second.

    The proxy compresses pages, and the length of a compressed page tells whether something in it was guessed; so
    nothing secret may stand in two pages in the same way.
    """

    def dump_payload(self, obj: Any) -> bytes:
        """Return the masked secret; raises TypeError for what is none: Flask-WTF then makes a new one."""
        try:
            raw = bytes.fromhex(obj)
        except ValueError as error:
            raise TypeError("no secret of a browser") from error
        if len(raw) != RAW:
            raise TypeError("no secret of a browser")
        mask = os.urandom(RAW)
        return base64_encode(mask + _xor(raw, mask))

    def load_payload(self, payload: bytes, *given: Any, **named: Any) -> Any:
        """Return the secret of a payload, of a plain one too: a form may have been open since before the masks."""
        if len(payload) != MASKED or payload.startswith(b"."):
            return super().load_payload(payload, *given, **named)
        both = base64_decode(payload)
        return _xor(both[:RAW], both[RAW:]).hex()


def _xor(one: bytes, other: bytes) -> bytes:
    return (int.from_bytes(one, "big") ^ int.from_bytes(other, "big")).to_bytes(len(one), "big")


@lru_cache(maxsize=MOST)
def plain(keys: tuple[str, ...], salt: str) -> URLSafeSerializer:
    """Return what signs with the last of `keys`, and reads what any of them signed, for one purpose."""
    return _Plain(keys, salt=salt)


@lru_cache(maxsize=MOST)
def timed(keys: tuple[str, ...], salt: str) -> URLSafeTimedSerializer:
    """Return the same for texts that know when they were signed."""
    return _Timed(keys, salt=salt)


@lru_cache(maxsize=MOST)
def of_session(keys: tuple[str, ...]) -> URLSafeTimedSerializer:
    """Return what signs and reads Flask's session."""
    of = SecureCookieSessionInterface
    return _Timed(keys, salt=of.salt, serializer=_Cookie(), signer_kwargs={"key_derivation": of.key_derivation})


@lru_cache(maxsize=MOST)
def _tokens(keys: tuple[str, ...], salt: str) -> URLSafeTimedSerializer:
    return _Masked(keys, salt=salt)


def of_tokens(secret_key: str | Sequence[str], salt: str) -> URLSafeTimedSerializer:
    """Return what signs the tokens of forms, for who knows one key or a list of them: Flask-WTF."""
    return _tokens((secret_key,) if isinstance(secret_key, str) else tuple(secret_key), salt)
