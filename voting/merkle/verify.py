"""Checking proofs against roots. Strict: wrong sizes, indices, lengths and hashes all answer False.

Nothing here raises for a bad proof, whatever it holds; the algorithms are those of RFC 9162, 2.1.3.2 and 2.1.4.2,
which check the same proofs as RFC 6962 makes.
"""

from collections.abc import Sequence

from voting.merkle.hashing import SIZE, node_hash


def inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Return whether `path` proves that the leaf with the hash `leaf` stands at `index` below `root`."""
    if not _numbers(index, size) or not 0 <= index < size or not _hashes(leaf, root, *path):
        return False
    here, last, found = index, size - 1, leaf
    for step in path:
        if last == 0:
            return False  # too long
        if here & 1 or here == last:
            found = node_hash(step, found)
            while not here & 1 and here:
                here, last = here >> 1, last >> 1
        else:
            found = node_hash(found, step)
        here, last = here >> 1, last >> 1
    return last == 0 and found == root


def consistency(old: int, new: int, path: Sequence[bytes], old_root: bytes, new_root: bytes) -> bool:
    """Return whether `path` proves that the tree `new_root` begins with the leaves of `old_root`.

    Equal sizes ask for equal roots and an empty path, whatever the roots are. From an empty tree nothing can be
    proven: the answer is False for any larger one.
    """
    if not _numbers(old, new) or not 0 <= old <= new:
        return False
    if old == new:
        return not path and isinstance(old_root, bytes) and old_root == new_root
    if old == 0 or not path or not _hashes(old_root, new_root, *path):
        return False
    return _grown(old, new, list(path), old_root, new_root)


def _grown(old: int, new: int, path: list[bytes], old_root: bytes, new_root: bytes) -> bool:
    if old & (old - 1) == 0:
        path = [old_root, *path]  # a full tree is a subtree of the new one: its own root opens the path
    here, last = old - 1, new - 1
    while here & 1:
        here, last = here >> 1, last >> 1
    before = after = path[0]
    for step in path[1:]:
        if last == 0:
            return False  # too long
        if here & 1 or here == last:
            before, after = node_hash(step, before), node_hash(step, after)
            while not here & 1 and here:
                here, last = here >> 1, last >> 1
        else:
            after = node_hash(after, step)
        here, last = here >> 1, last >> 1
    return last == 0 and before == old_root and after == new_root


def _numbers(*values: object) -> bool:
    return all(type(value) is int for value in values)


def _hashes(*values: object) -> bool:
    return all(isinstance(value, bytes) and len(value) == SIZE for value in values)
