"""What a design lies on: the colour of its own sheet, of a garment it is seen well on, or one drawn from it."""

from collections import Counter
from dataclasses import dataclass

from PIL import Image, ImageStat

from contests.submissions.images.print_report.ground import DRAWN, drawing
from contests.submissions.images.print_report.oklab import RGB, chroma_hue, distance, luminance, of_rgb, parse

CLEAR = 0.16
"""How far (OKLab) a colour must be from what it lies on to be seen well."""
ENOUGH = 0.85
FAINT = 8
GRAIN = 5.0
"""How far (0..255) the pixels of a plain sheet are from its colour on average: noise of a JPEG is below."""


_PLAIN = [255 if value <= DRAWN else 0 for value in range(256)]


@dataclass(frozen=True)
class Backdrop:
    """A colour, and what kind of art it is chosen for.

    "cut": art on a transparent ground; "sheet": art on a plain sheet of this very colour;
    "full": a picture that fills its frame.
    """

    colour: RGB
    kind: str


def laid(art: Image.Image, cloths: tuple[str, ...]) -> tuple[Image.Image, Backdrop]:
    """Return an RGB or RGBA picture without its empty margins, and what to lay it on.

    `cloths` are preferred for art on a transparent ground, when it can be seen on them.
    """
    if art.mode == "RGBA" and any(art.getchannel("A").histogram()[:128]):
        box = art.getchannel("A").point(lambda value: 255 if value > FAINT else 0).getbbox()
        art = art.crop(box) if box else art
        return art, Backdrop(_cloth(art, cloths), "cut")
    art = art.convert("RGB")
    found = drawing(art)
    if found.sheet is None or found.strength is None or _rough(found.strength):
        return art, Backdrop(_drawn_from(art), "full")
    return _without_sheet(art, found.strength), Backdrop(found.sheet, "sheet")


def _rough(strength: Image.Image) -> bool:
    """Whether what looks like a sheet has a grain (a photo of paper, a table): it can't go on unseen."""
    wide, high = strength.size
    edge = max(1, min(wide, high) // 60)
    boxes = ((0, 0, wide, edge), (0, high - edge, wide, high), (0, 0, edge, high), (wide - edge, 0, wide, high))
    plain = [ImageStat.Stat(strip, strip.point(_PLAIN)) for strip in map(strength.crop, boxes)]
    whole = sum(each.count[0] for each in plain)
    return not whole or sum(each.sum[0] for each in plain) / whole > GRAIN


def _without_sheet(art: Image.Image, strength: Image.Image) -> Image.Image:
    """Cut the sheet off but for a margin in which it can run out softly."""
    box = strength.point(lambda value: 255 if value > DRAWN else 0).getbbox()
    if box is None:
        return art
    margin = max(2, max(box[2] - box[0], box[3] - box[1]) // 25)
    left, top, right, bottom = box
    return art.crop(
        (max(0, left - margin), max(0, top - margin), min(art.width, right + margin), min(art.height, bottom + margin))
    )


def toned(rgb: RGB, target: float) -> RGB:
    """Return a colour of about this hue with the luminance `target` (0..1)."""
    other = 0 if luminance(rgb) > target else 255
    low, high = 0.0, 1.0
    for _ in range(12):
        middle = (low + high) / 2
        reached = luminance(_mixed(rgb, other, middle))
        too_far = reached < target if other == 0 else reached > target
        low, high = (low, middle) if too_far else (middle, high)
    return _mixed(rgb, other, low)


def _cloth(art: Image.Image, cloths: tuple[str, ...]) -> RGB:
    """The first colour on which most of the art is seen well; of none, the one that shows most."""
    counts = _counted(art)
    whole = sum(counts.values()) or 1
    own = _liveliest(counts)
    tried = [parse(each) for each in cloths] + [toned(own, 0.03), toned(own, 0.75), (23, 21, 28), (255, 250, 242)]
    best, most = tried[0], -1.0
    for ground in tried:
        lab = of_rgb(ground)
        seen = sum(count for rgb, count in counts.items() if distance(lab, of_rgb(rgb)) > CLEAR) / whole
        if seen >= ENOUGH:
            return ground
        if seen > most:
            best, most = ground, seen
    return best


def _drawn_from(art: Image.Image) -> RGB:
    """A deep tone of the picture's own colour; a lighter one where the picture itself is as deep."""
    counts = _counted(art)
    mean = sum(luminance(rgb) * count for rgb, count in counts.items()) / (sum(counts.values()) or 1)
    return toned(_liveliest(counts), 0.035 if mean > 0.08 else 0.16)


def _counted(art: Image.Image) -> Counter[RGB]:
    """How often each colour of the art is met, in steps of 16; clear parts don't count."""
    small = art.convert("RGBA").resize((72, 72), Image.Resampling.BOX)
    data = small.tobytes()
    counts: Counter[RGB] = Counter()
    for at in range(0, len(data), 4):
        if data[at + 3] > 127:
            counts[data[at] & 0xF0 | 8, data[at + 1] & 0xF0 | 8, data[at + 2] & 0xF0 | 8] += 1
    return counts or Counter({(23, 21, 28): 1})


def _liveliest(counts: Counter[RGB]) -> RGB:
    """The colour that says most about the picture: often met and colourful."""
    return max(counts, key=lambda rgb: (counts[rgb] * (0.02 + chroma_hue(of_rgb(rgb))[0]), rgb))


def _mixed(rgb: RGB, other: int, share: float) -> RGB:
    red, green, blue = (round(value + (other - value) * share) for value in rgb)
    return red, green, blue
