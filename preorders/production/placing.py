"""Where a print goes on its garment, in centimetres: how big it is, how far below what. Pure."""

from dataclasses import dataclass

from contests.submissions.images.templates import BOARD, TEMPLATES, placement
from webapp.kernel.refusal import N_

_EDGES = {
    ("tee", "front"): (334, N_("below the lower edge of the collar, in the middle")),
    ("tee", "back"): (232, N_("below the lower edge of the collar, in the middle")),
    ("hoodie", "front"): (472, N_("below the seam of the neck, in the middle")),
    ("hoodie", "back"): (530, N_("below the tip of the hanging hood, in the middle")),
    ("tote", "front"): (574, N_("below the upper edge of the bag, in the middle")),
    ("tote", "back"): (574, N_("below the upper edge of the bag, in the middle")),
}
"""What a printer measures from: its height on the drawing board, as the garments are drawn, and its name."""
_INCH = 2.54


@dataclass(frozen=True)
class Placed:
    """A print on a garment, in cm. `below` and `edge` are None for a sheet that is printed whole.

    `spot` is the print on the drawing: left, top, width, height as shares of its width and height; `edge_at` the
    height of the edge it is measured from.
    """

    width: float
    height: float
    dpi: int
    below: float | None
    edge: str | None
    edge_at: float | None
    spot: tuple[float, float, float, float]


def placed(kind: str, side: str, box: tuple[float, float], pixels: tuple[int, int], whole: bool) -> Placed:
    """Return where a picture of `pixels` goes: it is the box when `whole`, else fitted into the box at its top."""
    across, down = (max(1, each) for each in pixels)
    density = across / box[0] if whole else max(across / box[0], down / box[1])
    size = box if whole else (across / density, down / density)
    template, hung = TEMPLATES[kind][side], placement(kind, side, *box)
    scale = hung.w / box[0]
    left = hung.x + (hung.w - size[0] * scale) / 2
    top = hung.y + ((hung.h - size[1] * scale) / 2 if template.sheet else 0)
    spot = left / BOARD.width, top / BOARD.height, size[0] * scale / BOARD.width, size[1] * scale / BOARD.height
    below, edge, edge_at = None, None, None
    if (kind, side) in _EDGES:
        at, edge = _EDGES[kind, side]
        edge_at = at / BOARD.height
        below = round((template.anchor[1] - at) / template.px_per_cm, 1)
    return Placed(round(size[0], 1), round(size[1], 1), int(density * _INCH), below, edge, edge_at, spot)
