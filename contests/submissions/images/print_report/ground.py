"""What of a picture is drawn, and what is only the sheet it was drawn on."""

from collections import Counter
from dataclasses import dataclass

from PIL import Image, ImageChops

from contests.submissions.images.print_report.oklab import RGB, distance, of_rgb

PLAIN = 0.8
"""The share of the border that must have one colour for that colour to be the sheet."""
SAME = 0.09
DRAWN = 28
"""How strong (0..255) a pixel must be to be drawn."""


@dataclass(frozen=True)
class Drawing:
    """How strongly each pixel is drawn (an 'L' picture), the colour of the sheet, and whether it hides the cloth.

    `sheet` is None for art on a transparent ground, and for pictures that fill their whole frame:
    those have no lines to measure, `strength` is then None.
    """

    strength: Image.Image | None
    sheet: RGB | None


def drawing(picture: Image.Image) -> Drawing:
    """Tell art from ground in an RGB or RGBA picture."""
    if picture.mode == "RGBA" and any(picture.getchannel("A").histogram()[:128]):
        return Drawing(picture.getchannel("A"), None)
    plain = picture.convert("RGB")
    sheet = _sheet(plain)
    if sheet is None:
        return Drawing(None, None)
    away = ImageChops.difference(plain, Image.new("RGB", plain.size, sheet))
    red, green, blue = away.split()
    return Drawing(ImageChops.lighter(ImageChops.lighter(red, green), blue), sheet)


def _sheet(picture: Image.Image) -> RGB | None:
    """The colour that nearly all of the border has, if there is one."""
    wide, high = picture.size
    strips = ((0, 0, wide, 1), (0, high - 1, wide, high), (0, 0, 1, high), (wide - 1, 0, wide, high))
    colours: Counter[RGB] = Counter()
    for box in strips:
        line = picture.crop(box)
        line = line.resize((min(300, line.width), min(300, line.height)), Image.Resampling.NEAREST)
        for count, value in line.getcolors(line.width * line.height) or ():
            assert isinstance(value, tuple)
            colours[value[0], value[1], value[2]] += count
    # The most frequent colour; among equals the brightest, so that the answer never depends on an order.
    usual = max(colours, key=lambda rgb: (colours[rgb], rgb))
    lab = of_rgb(usual)
    like = sum(count for rgb, count in colours.items() if distance(lab, of_rgb(rgb)) < SAME)
    return usual if like >= PLAIN * colours.total() else None
