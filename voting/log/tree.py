"""The stored tree of a round: leaves and the full subtrees of sixteen leaves or more.

Roots and proofs take a fixed number of statements, whatever the size: the subtrees they need are named first
and fetched together; those below sixteen leaves are hashed from their leaves.
"""

from collections.abc import Callable, Collection, Sequence
from itertools import pairwise
from typing import Any

from sqlalchemy import and_, insert, or_, select
from sqlalchemy.orm import Session

from voting.log.models import LogLeaf, LogNode
from voting.merkle import proofs
from voting.merkle.growing import Growing
from voting.merkle.proofs import Key, Node

LOWEST = 4  # the lowest level that is stored: 2**4 leaves


def append(session: Session, round_id: int, size: int, leaves: Sequence[dict[str, Any]]) -> None:
    """Append leaves (columns of `LogLeaf` but for round and index) to the tree of `size` leaves."""
    if not leaves:
        return
    keys = proofs.peaks(size)
    have = fetch(session, round_id, keys)
    growing = Growing(size, [have[key] for key in keys])
    rows = [{**leaf, "round_id": round_id, "leaf_index": size + step} for step, leaf in enumerate(leaves)]
    session.execute(insert(LogLeaf.__table__), rows)  # type: ignore[arg-type]
    new = growing.extend(bytes.fromhex(leaf["hash"]) for leaf in leaves)
    nodes = [
        {"round_id": round_id, "level": level, "position": position, "hash": found.hex()}
        for level, position, found in new
        if level >= LOWEST
    ]
    if nodes:
        session.execute(insert(LogNode.__table__), nodes)  # type: ignore[arg-type]


def root(session: Session, round_id: int, size: int) -> bytes:
    """Return the root of a round's first `size` leaves."""
    found: bytes = _ask(session, round_id, lambda node: proofs.root(size, node))
    return found


def inclusion(session: Session, round_id: int, index: int, size: int) -> list[bytes]:
    """Return the audit path of a leaf in the tree of `size` leaves; raises ValueError when it isn't in it."""
    path: list[bytes] = _ask(session, round_id, lambda node: proofs.inclusion(index, size, node))
    return path


def consistency(session: Session, round_id: int, old: int, new: int) -> list[bytes]:
    """Return the proof that the tree of `new` leaves begins with that of `old`; raises ValueError."""
    path: list[bytes] = _ask(session, round_id, lambda node: proofs.consistency(old, new, node))
    return path


def consistencies(session: Session, round_id: int, sizes: Sequence[int]) -> list[list[bytes]]:
    """Return the proofs between each size and the next, fetched together. Sizes of 0 have an empty proof."""

    def ask(node: Node) -> list[list[bytes]]:
        return [proofs.consistency(old, new, node) if old else [] for old, new in pairwise(sizes)]

    found: list[list[bytes]] = _ask(session, round_id, ask)
    return found


def fetch(session: Session, round_id: int, keys: Collection[Key]) -> dict[Key, bytes]:
    """Return the hashes of full subtrees; raises LookupError for one that is not stored whole."""
    low = sorted({key for key in keys if key[0] < LOWEST})
    high = sorted({key for key in keys if key[0] >= LOWEST})
    found = {key: _small(*key, leaves) for leaves in [_leaves(session, round_id, low)] for key in low}
    for start in range(0, len(high), 200):
        some = [and_(LogNode.level == level, LogNode.position == place) for level, place in high[start : start + 200]]
        rows = session.execute(
            select(LogNode.level, LogNode.position, LogNode.hash).where(LogNode.round_id == round_id, or_(*some))
        )
        found |= {(level, position): bytes.fromhex(hashed) for level, position, hashed in rows}
    missing = set(keys) - found.keys()
    if missing:
        raise LookupError(f"log of round {round_id}: subtree {min(missing)} is not there")
    return found


def _ask(session: Session, round_id: int, question: Callable[[Node], Any]) -> Any:
    have = fetch(session, round_id, proofs.needed(question))
    return question(lambda level, position: have[level, position])


def _leaves(session: Session, round_id: int, keys: Sequence[Key]) -> dict[int, bytes]:
    found: dict[int, bytes] = {}
    for start in range(0, len(keys), 200):
        some = [
            LogLeaf.leaf_index.between(position << level, ((position + 1) << level) - 1)
            for level, position in keys[start : start + 200]
        ]
        rows = session.execute(select(LogLeaf.leaf_index, LogLeaf.hash).where(LogLeaf.round_id == round_id, or_(*some)))
        found |= {index: bytes.fromhex(hashed) for index, hashed in rows}
    return found


def _small(level: int, position: int, leaves: dict[int, bytes]) -> bytes:
    indices = range(position << level, (position + 1) << level)
    missing = [index for index in indices if index not in leaves]
    if missing:
        raise LookupError(f"leaf {missing[0]} of the log is not there")
    growing = Growing()
    growing.extend(leaves[index] for index in indices)
    return growing.root()
