"""What a leaf says, byte by byte: pure. The same stands in words in docs/integrity.md, and in every bundle's verify.py.

leaf data  = contest id (8 bytes, big endian) || ballot number (8 bytes, big endian) || commitment (32 bytes)
leaf hash  = SHA-256(0x00 || leaf data)
commitment = SHA-256(text || salt), the text in UTF-8, the salt as its 16 bytes
text       = JSON without white space, keys in alphabetical order, characters beyond ASCII escaped:
             {"choices":[…],"kind":"cast","round":"open","version":1}   a version of a ballot
             {"act":7,"kind":"held","round":"open"}                     a change of its state
"""

import hashlib
import json
from typing import Any

from voting.merkle.hashing import leaf_hash

CAST, CHANGED, WITHDRAWN = "cast", "changed", "withdrawn"
HELD, REINSTATED, REJECTED = "held", "reinstated", "rejected"
ACTS = frozenset({HELD, REINSTATED, REJECTED})


def kind_of(version: int, choices: list[Any]) -> str:
    """Return what a version did: 'withdrawn' when nothing is left on the ballot, 'cast' the first, else 'changed'."""
    if not choices:
        return WITHDRAWN
    return CAST if version == 1 else CHANGED


def version_text(round_kind: str, version: int, choices: list[Any]) -> bytes:
    """Return what a version of a ballot says."""
    said = {"choices": choices, "kind": kind_of(version, choices), "round": round_kind, "version": version}
    return canonical(said)


def act_text(round_kind: str, act: int, kind: str) -> bytes:
    """Return what a change of a ballot's state says. Raises ValueError for a kind that is none."""
    if kind not in ACTS:
        raise ValueError(f"{kind!r} is no change of state")
    return canonical({"act": act, "kind": kind, "round": round_kind})


def commitment(text: bytes, salt: str) -> bytes:
    """Return the hash that binds the text and hides it; `salt` is hexadecimal."""
    return hashlib.sha256(text + bytes.fromhex(salt)).digest()


def leaf(contest_id: int, number: int, committed: bytes) -> bytes:
    """Return the hash of a leaf."""
    return leaf_hash(contest_id.to_bytes(8, "big") + number.to_bytes(8, "big") + committed)


def canonical(value: Any) -> bytes:
    """Return the one way in which a value is written as JSON before it is hashed or signed."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode()
