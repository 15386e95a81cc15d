"""A tree that grows at its right edge: only the full subtrees of that edge are held."""

from collections.abc import Iterable, Iterator

from voting.merkle.hashing import EMPTY, node_hash


class Growing:
    """A tree of `size` leaves, held as the hashes of the full subtrees it falls into, from the left."""

    def __init__(self, size: int = 0, peaks: Iterable[bytes] = ()) -> None:
        """Take up a tree at `size`; `peaks` are the hashes of `proofs.peaks(size)`. Raises ValueError."""
        self.size, self._peaks = size, list(peaks)
        if size < 0 or len(self._peaks) != size.bit_count():
            raise ValueError(f"{len(self._peaks)} subtrees can't be a tree of {size} leaves")

    def append(self, leaf: bytes) -> Iterator[tuple[int, int, bytes]]:
        """Append a leaf's hash; yield (level, position, hash) of each full subtree above it that came to be.

        O(1) on average. The tree has grown when the iterator is exhausted.
        """
        position, level, found = self.size, 0, leaf
        while position & 1:
            found = node_hash(self._peaks.pop(), found)
            position, level = position >> 1, level + 1
            yield level, position, found
        self._peaks.append(found)
        self.size += 1

    def extend(self, leaves: Iterable[bytes]) -> list[tuple[int, int, bytes]]:
        """Append leaves' hashes; return every full subtree above them that came to be."""
        return [node for leaf in leaves for node in self.append(leaf)]

    def root(self) -> bytes:
        """Return the root of the tree as it stands."""
        found = None
        for peak in reversed(self._peaks):
            found = peak if found is None else node_hash(peak, found)
        return EMPTY if found is None else found
