"""The typefaces of the studio: the same outlines on the server (TTF) and in the browser (WOFF2).

`webapp/static/studio/fonts.json`, written by `make vendor` out of the font files, is what both sides read.
"""

import json
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from PIL import features

STATIC = Path(__file__).resolve().parents[4] / "webapp" / "static"


@dataclass(frozen=True)
class Font:
    """A typeface: its TTF file, its vertical measures in font units, and the code points it can show.

    `descent` is negative, as in the font's hhea table; `covers` are inclusive ranges in rising order.
    """

    id: str
    label: str
    path: Path
    ascent: int
    descent: int
    units_per_em: int
    covers: tuple[tuple[int, int], ...]

    def shows(self, char: str) -> bool:
        """Whether the font has a glyph for this character."""
        at = bisect_right(self.covers, (ord(char), 0x110000)) - 1
        return at >= 0 and ord(char) <= self.covers[at][1]

    def missing(self, text: str) -> list[str]:
        """The characters of `text` without a glyph, each once, in order; line breaks need none."""
        return [char for char in dict.fromkeys(text) if char != "\n" and not self.shows(char)]


def require_raqm() -> None:
    """Raise RuntimeError when Pillow cannot lay out text as browsers do (kerning, ligatures)."""
    if not features.check_feature("raqm"):
        raise RuntimeError(
            "Pillow was built without RAQM: text in designs would not be set as it looks on the screen. "
            "Install Pillow's own wheel, or build it with libraqm, HarfBuzz and FriBiDi."
        )


def _font(facts: dict[str, Any]) -> Font:
    return Font(
        id=facts["id"],
        label=facts["label"],
        path=STATIC / facts["url"].replace(".woff2", ".ttf"),
        ascent=facts["ascent"],
        descent=facts["descent"],
        units_per_em=facts["unitsPerEm"],
        covers=tuple((first, last) for first, last in facts["covers"]),
    )


def _fonts() -> Mapping[str, Font]:
    listed = json.loads((STATIC / "studio" / "fonts.json").read_text(encoding="utf-8"))["fonts"]
    return MappingProxyType({facts["id"]: _font(facts) for facts in listed})


FONTS: Mapping[str, Font] = _fonts()
