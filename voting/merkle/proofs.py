"""Roots and proofs of a tree whose full subtrees can be asked for: each takes O(log n) of them.

A full subtree is named by (level, position): it spans the leaves from position * 2^level, 2^level of them.
Level 0 holds the leaves' hashes. `node(level, position)` returns the hash of one.
"""

from collections.abc import Callable

from voting.merkle.hashing import EMPTY, SIZE, node_hash

Node = Callable[[int, int], bytes]
Key = tuple[int, int]


def root(size: int, node: Node) -> bytes:
    """Return the root of the first `size` leaves."""
    if size < 0:
        raise ValueError(f"a tree has no {size} leaves")
    return _span(0, size, node) if size else EMPTY


def inclusion(index: int, size: int, node: Node) -> list[bytes]:
    """Return the audit path of leaf `index` in the tree of `size` leaves (RFC 6962, 2.1.1), the leaf's end first.

    Raises ValueError when there is no such leaf.
    """
    if not 0 <= index < size:
        raise ValueError(f"no leaf {index} in a tree of {size}")
    path: list[bytes] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append(_span(middle, end, node))
            end = middle
        else:
            path.append(_span(start, middle, node))
            start = middle
    return path[::-1]


def consistency(old: int, new: int, node: Node) -> list[bytes]:
    """Return the proof that the first `old` leaves of the tree of `new` are what they were (RFC 6962, 2.1.2).

    Raises ValueError unless 0 < old <= new; equal sizes need no proof: it is empty.
    """
    if not 0 < old <= new:
        raise ValueError(f"no proof leads from {old} to {new} leaves")
    path: list[bytes] = []
    start, end, whole = 0, new, True
    while old != end:
        middle = start + _split(end - start)
        if old <= middle:
            path.append(_span(middle, end, node))
            end = middle
        else:
            path.append(_span(start, middle, node))
            start, whole = middle, False
    if not whole:
        path.append(_span(start, end, node))
    return path[::-1]


def needed(ask: Callable[[Node], object]) -> list[Key]:
    """Return the full subtrees that a root or proof will ask for, so that they can be fetched at once.

    `ask` is e.g. `lambda node: inclusion(7, 20, node)`.
    """
    keys: list[Key] = []

    def note(level: int, position: int) -> bytes:
        keys.append((level, position))
        return bytes(SIZE)

    ask(note)
    return keys


def peaks(size: int) -> list[Key]:
    """Return the full subtrees that a tree of `size` leaves falls into, from the left."""
    found, start = [], 0
    for level in range(size.bit_length() - 1, -1, -1):
        if size >> level & 1:
            found.append((level, start >> level))
            start += 1 << level
    return found


def _span(start: int, end: int, node: Node) -> bytes:
    """Return the hash of the leaves from `start` up to `end`; `start` is a multiple of the power of two above."""
    count = end - start
    if count & (count - 1) == 0:
        level = count.bit_length() - 1
        return node(level, start >> level)
    middle = start + _split(count)
    return node_hash(_span(start, middle, node), _span(middle, end, node))


def _split(count: int) -> int:
    """Return the largest power of two below `count`."""
    return 1 << (count - 1).bit_length() - 1
