"""Small numbers in a breakdown: pure. A cell below ten could tell on somebody, so it is merged with others."""

from collections.abc import Mapping

LEAST = 10
MERGED = "others"


def merged(cells: Mapping[str, int], least: int = LEAST) -> dict[str, int]:
    """Return a breakdown without cells below `least`: what they hold stands together under 'others'.

    Where that is still too small, the smallest of the cells left is merged too: as the sum is known, it would
    otherwise follow from the rest. Empty cells are left out; the sum stays the same. A breakdown that is too small
    as a whole is one cell.
    """
    left = {name: count for name, count in cells.items() if count}
    small = {name: count for name, count in left.items() if count < least}
    if not small:
        return dict(sorted(left.items()))
    together = sum(small.values())
    large = sorted((count, name) for name, count in left.items() if count >= least)
    while large and (together < least or len(small) == 1):
        count, name = large.pop(0)  # one hidden cell alone would follow from the sum
        together += count
        small[name] = count
    return {name: count for count, name in sorted(large, key=lambda cell: cell[1])} | {MERGED: together}
