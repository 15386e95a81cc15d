"""The order in which one visitor meets the designs: shuffled, stable, favouring nobody. Pure."""

import hashlib
from collections.abc import Iterable


def order(designs: Iterable[int], contest: str, visitor: int) -> list[int]:
    """Return `designs` shuffled by a hash of contest, visitor and design: none is first for everybody."""

    def place(design: int) -> bytes:
        return hashlib.sha256(f"{contest}|{visitor}|{design}".encode()).digest()

    return sorted(designs, key=place)
