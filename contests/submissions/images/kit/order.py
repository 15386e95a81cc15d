"""What is asked for: a kit of one design in certain words, and the names of its files."""

import hashlib
import json
from dataclasses import asdict, dataclass
from typing import Any

VERSION = 1
"""Of the recipe: a kit that is drawn otherwise needs another, since it is part of every name."""
WALLPAPERS = {"wallpaper-1320x2868.jpg": (1320, 2868), "wallpaper-1440x3200.jpg": (1440, 3200)}
POSTERS = {"poster-a4.pdf": "a4", "poster-a3.pdf": "a3"}
CODES = ("qr.svg", "qr.png", "qr-tee.png")
DRAWN = (*WALLPAPERS, *POSTERS)
"""The files that show the picture, so that only the child process may make them."""


@dataclass(frozen=True)
class KitOrder:
    """One design's kit.

    `sha256` is that of the original; `address` what the QR code says, `link` what is printed for
    eyes; `by` names the maker; `call` is the invitation beside the code and `note` a line beneath it, which
    may be empty; `cloths` are the colours (#RRGGBB) of the contest's products.
    """

    sha256: str
    title: str
    nick: str
    by: str
    place: str
    call: str
    note: str
    address: str
    link: str
    cloths: tuple[str, ...] = ()

    def name(self, part: str) -> str:
        """The file name of one part: the same for the same original, recipe and words, for ever."""
        said = json.dumps(asdict(self), sort_keys=True, ensure_ascii=False)
        return f"{self.sha256}-k{VERSION}-{hashlib.sha256(said.encode()).hexdigest()[:12]}-{part}"

    def as_json(self) -> dict[str, Any]:
        """Plain values, from which `from_json` makes an equal one."""
        return asdict(self)

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> "KitOrder":
        """The inverse of `as_json`; raises TypeError on anything else."""
        return cls(**{**values, "cloths": tuple(values["cloths"])})
