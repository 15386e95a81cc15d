"""One design on one side of a garment, in as many colours as wanted."""

from PIL import Image

from contests.submissions.images.mockups import cloth, prints
from contests.submissions.images.mockups.sheets import stage_of
from contests.submissions.images.templates import BOARD

PLACES = ("box", "fit")
SHAPE = BOARD.width / BOARD.height


def mockup(
    art: Image.Image,
    kind: str,
    side: str,
    colour: str,
    print_w_cm: float,
    print_h_cm: float,
    width: int,
    place: str = "box",
) -> Image.Image:
    """Return the picture (RGB, 4:5, `width` pixels wide) of `art` on a garment of `colour` ("#RRGGBB").

    `place` "box": the art is the print box and is stretched to it; "fit": it is fitted into the box at its top.
    Raises KeyError for an unknown kind or side, ValueError for a colour, place, size or box that is none.
    """
    return Wearer(art, kind, side, print_w_cm, print_h_cm, width, place).on(colour)


class Wearer:
    """A design laid on the folds of a garment once; `on` gives it any colour of cloth."""

    def __init__(
        self,
        art: Image.Image,
        kind: str,
        side: str,
        print_w_cm: float,
        print_h_cm: float,
        width: int = 1080,
        place: str = "box",
    ) -> None:
        """Scale, bend and shade `art` (any mode); arguments and errors as in `mockup`."""
        if place not in PLACES:
            raise ValueError(f"{place!r} is no way to place a design.")
        if not 16 <= width <= 4000:
            raise ValueError("A mockup is between 16 and 4000 pixels wide.")
        self._stage = stage_of(kind, side, print_w_cm, print_h_cm, width)
        self._ink, self._alpha, self._corner = prints.laid(art, self._stage, place)

    def on(self, colour: str) -> Image.Image:
        """Return the picture on cloth of `colour` ("#RRGGBB"), RGB. Raises ValueError for anything else."""
        stage = self._stage
        garment = cloth.dyed(stage.shade, cloth.channels(colour), stage.weave)
        garment.paste(self._ink, self._corner, self._alpha)
        return Image.composite(garment, stage.wall, stage.mask)
