"""What one uploaded picture may cost."""

from dataclasses import asdict, dataclass
from typing import Any

MEGA = 1_000_000


@dataclass(frozen=True)
class Limits:
    """Caps on a file (bytes, pixels, longest side) and on the process that decodes it.

    `canvas_pixels` is the lower pixel cap of WebP and AVIF: their decoders hold several whole
    canvases at once, so 24 million of their pixels need the memory of 50 million others.
    """

    bytes: int = 25 * MEGA
    pixels: int = 50 * MEGA
    canvas_pixels: int = 24 * MEGA
    side: int = 20_000
    memory_bytes: int = 512 * 1024 * 1024
    cpu_seconds: int = 20
    wall_seconds: float = 30.0
    written_bytes: int = 64 * MEGA

    def pixels_of(self, kind: str) -> int:
        """The pixel cap of one picture format."""
        return min(self.pixels, self.canvas_pixels) if kind in ("WEBP", "AVIF") else self.pixels

    def as_json(self) -> dict[str, Any]:
        """Plain values, from which `Limits(**values)` makes an equal one."""
        return asdict(self)
