"""The eight boards as plain data: scale of the drawing, where a print hangs, how big it may get."""

from dataclasses import dataclass
from typing import Any, NamedTuple

KINDS = ("tee", "hoodie", "tote", "poster")
SIDES = ("front", "back")


class Board(NamedTuple):
    """The size of a drawing, in its own units."""

    width: int
    height: int


class Box(NamedTuple):
    """A rectangle on a board: left, top, width, height."""

    x: float
    y: float
    w: float
    h: float


BOARD = Board(1200, 1500)


@dataclass(frozen=True)
class Template:
    """One side of one kind of product.

    `anchor` is the top centre of every print, `room` the part of the garment a print may cover, both in units of the
    board; `px_per_cm` its scale. `safe_cm` is how far from the edge of the print box nothing important should be, and
    `bleed_cm` what may be cut off. Where `sheet` is true the print box is the product itself: it takes the shape of
    the paper, is fitted into the room and centred there, and `px_per_cm` holds for A2 only.
    """

    kind: str
    side: str
    px_per_cm: float
    anchor: tuple[float, float]
    room: Box
    safe_cm: float
    bleed_cm: float = 0.0
    sheet: bool = False
    board: Board = BOARD

    @property
    def svg(self) -> str:
        """The path of the studio's drawing below the static folder."""
        return f"studio/garments/{self.kind}-{self.side}.svg"

    def as_json(self) -> dict[str, Any]:
        """Return what the studio in the browser needs to know."""
        return {
            "svg": self.svg,
            "viewBox": [0, 0, self.board.width, self.board.height],
            "pxPerCm": self.px_per_cm,
            "anchor": list(self.anchor),
            "room": list(self.room),
            "safeCm": self.safe_cm,
            "bleedCm": self.bleed_cm,
            "sheet": self.sheet,
        }


def _garment(kind: str, side: str, px_per_cm: float, top: float, room: tuple[float, float]) -> Template:
    width, height = room
    centre = BOARD.width / 2
    return Template(kind, side, px_per_cm, (centre, top), Box(centre - width / 2, top, width, height), safe_cm=1.5)


def _poster(side: str) -> Template:
    room = Box(150, 120, 900, 1240)
    return Template("poster", side, 1240 / 59.4, (600, 120), room, safe_cm=0.5, bleed_cm=0.3, sheet=True)


_ALL = (
    _garment("tee", "front", 15, 392, (640, 880)),
    _garment("tee", "back", 15, 330, (640, 940)),
    _garment("hoodie", "front", 14, 560, (540, 450)),
    _garment("hoodie", "back", 14, 560, (560, 660)),
    _garment("tote", "front", 19, 660, (660, 700)),
    _garment("tote", "back", 19, 660, (660, 700)),
    _poster("front"),
    _poster("back"),
)
TEMPLATES: dict[str, dict[str, Template]] = {
    kind: {template.side: template for template in _ALL if template.kind == kind} for kind in KINDS
}
