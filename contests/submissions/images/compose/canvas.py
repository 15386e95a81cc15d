"""The print while it grows: layers are laid on it band by band, so that none needs a second whole canvas."""

from collections.abc import Callable, Iterator

from PIL import Image, ImageChops

from contests.submissions.images.compose.affine import Box

BAND_SAMPLES = 20_000_000

Paint = Callable[[Box], Image.Image]


class Canvas:
    """An RGBA picture that begins transparent; colours are those of sRGB, blended as browsers blend."""

    def __init__(self, width: int, height: int) -> None:
        self.picture = Image.new("RGBA", (width, height))
        self.box: Box = (0, 0, width, height)

    def lay(self, box: Box, paint: Paint, samples: int, opacity: float, multiply: bool) -> None:
        """Lay `paint(band)`, RGBA of the band's size, over what is there, for all bands of `box`.

        `samples` is how many samples a pixel costs the painter: it decides how high a band is.
        """
        for band in bands(box, samples):
            piece = paint(band)
            if opacity < 1:
                piece.putalpha(piece.getchannel("A").point([round(value * opacity) for value in range(256)]))
            if multiply:
                piece = _multiplied(piece, self.picture.crop(band))
            self.picture.alpha_composite(piece, band[:2])


def bands(box: Box, samples: int) -> Iterator[Box]:
    """`box` from top to bottom in strips of bounded cost."""
    x0, y0, x1, y1 = box
    rows = max(8, BAND_SAMPLES // ((x1 - x0) * samples))
    for top in range(y0, y1, rows):
        yield x0, top, x1, min(y1, top + rows)


def solid(colour: str, alpha: Image.Image) -> Image.Image:
    """One colour everywhere, as opaque as `alpha` (mode L) says."""
    picture = Image.new("RGBA", alpha.size, colour)
    picture.putalpha(alpha)
    return picture


def _multiplied(piece: Image.Image, under: Image.Image) -> Image.Image:
    """The piece with its colours multiplied by those below, as far as there is something below.

    W3C compositing: (1 - αb)·Cs + αb·(Cs·Cb); over nothing a colour stays what it is.
    """
    colours, alpha = piece.convert("RGB"), piece.getchannel("A")
    darker = ImageChops.multiply(colours, under.convert("RGB"))
    mixed = Image.composite(darker, colours, under.getchannel("A"))
    mixed.putalpha(alpha)
    return mixed
