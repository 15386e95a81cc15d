"""A picture's colours, counted on a grid of its own pixels: bounded work for any size, no invented blends."""

from collections import defaultdict
from dataclasses import dataclass

from PIL import Image, ImageChops

from contests.submissions.images.print_report.oklab import RGB

SIDE = 480
"""A picture is looked at in at most SIDE × SIDE places."""
EDGE = 16
"""A pixel that differs from a neighbour by more than this, in any channel, is part of an edge."""
FEW_COLOURS = 20_000
"""With more colours than this no single one is anybody's ink."""
CLEAR, FAINT, SOLID = 8, 32, 247
"""Alpha up to CLEAR is nothing, up to FAINT nothing a printer would draw, from SOLID on all ink."""
_NEAREST, _AFFINE = Image.Resampling.NEAREST, Image.Transform.AFFINE


@dataclass(frozen=True)
class Tone:
    """A small cube of colours: how many sampled pixels have it, how many of those lie in flat areas."""

    rgb: RGB
    alpha: float
    count: int
    flat: int


@dataclass(frozen=True)
class Sample:
    """`tones` of the visible art; shares of all pixels that are clear, and of the art that is see-through.

    Softened edges don't count as see-through: every cut-out has them.
    """

    tones: list[Tone]
    art: int
    clear: float
    semi: float


def sampled(picture: Image.Image) -> Sample:
    """Count the colours of an RGB or RGBA picture."""
    size = (min(SIDE, picture.width), min(SIDE, picture.height))
    here = _grid(picture, size)
    steps = [_differing(here, _moved(picture, here, dx, dy)) for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1))]
    edge = _brightest(steps).point(lambda value: 1 if value > EDGE else 0)
    alpha = here.getchannel("A")
    counts = alpha.histogram()
    total, art = sum(counts), sum(counts[CLEAR + 1 :])
    return Sample(_tones(here, alpha, edge), art, (total - art) / total, _semi(alpha, edge) / art if art else 0.0)


def _grid(picture: Image.Image, size: tuple[int, int], dx: int = 0, dy: int = 0) -> Image.Image:
    """Every so many-th pixel, `dx` and `dy` pixels further."""
    wide, high = picture.width / size[0], picture.height / size[1]
    return picture.transform(size, _AFFINE, (wide, 0, dx, 0, high, dy), _NEAREST).convert("RGBA")


def _moved(picture: Image.Image, here: Image.Image, dx: int, dy: int) -> Image.Image:
    """The grid of the neighbours; at the picture's border, which has none, that of the pixels themselves."""
    inner = (int(dx < 0), int(dy < 0), here.width - (dx > 0), here.height - (dy > 0))
    moved = here.copy()
    moved.paste(_grid(picture, here.size, dx, dy).crop(inner), inner)
    return moved


def _differing(one: Image.Image, other: Image.Image) -> Image.Image:
    """The largest difference in any channel, in one channel; colours of clear pixels say nothing."""
    return _brightest(list(ImageChops.difference(one.convert("RGBa"), other.convert("RGBa")).split()))


def _brightest(channels: list[Image.Image]) -> Image.Image:
    most = channels[0]
    for each in channels[1:]:
        most = ImageChops.lighter(most, each)
    return most


def _tones(here: Image.Image, alpha: Image.Image, edge: Image.Image) -> list[Tone]:
    """Five bits a channel and two of alpha: noise falls together, colours stay apart."""
    levels = alpha.point(lambda value: 0 if value <= FAINT else 1 + (value > 96) + (value > 176) + (value >= SOLID))
    packed = Image.merge("RGBA", [*here.convert("RGB").point(lambda value: value >> 3).split(), _packed(levels, edge)])
    found: dict[tuple[int, ...], list[int]] = defaultdict(lambda: [0, 0])
    for count, value in packed.getcolors(packed.width * packed.height) or ():
        assert isinstance(value, tuple)
        level, on_edge = value[3] >> 1, value[3] & 1
        if level:
            entry = found[(*value[:3], level)]
            entry[0] += count
            entry[1] += 0 if on_edge else count
    exact = _exact(here)
    return [
        Tone(
            exact.get((red, green, blue), (_wide(red), _wide(green), _wide(blue))),
            (0.25, 0.53, 0.83, 1.0)[level - 1],
            count,
            flat,
        )
        for (red, green, blue, level), (count, flat) in sorted(found.items())
    ]


def _exact(here: Image.Image) -> dict[RGB, RGB]:
    """The most frequent colour of each cube, where there are few colours: inks are named as they were drawn."""
    most: dict[RGB, tuple[int, RGB]] = {}
    for count, value in here.convert("RGB").getcolors(FEW_COLOURS) or ():
        assert isinstance(value, tuple)
        rgb = (value[0], value[1], value[2])
        cube = (rgb[0] >> 3, rgb[1] >> 3, rgb[2] >> 3)
        most[cube] = max(most.get(cube, (0, rgb)), (count, rgb))
    return {cube: rgb for cube, (_count, rgb) in most.items()}


def _packed(levels: Image.Image, edge: Image.Image) -> Image.Image:
    return ImageChops.add(levels.point(lambda value: value << 1), edge)


def _wide(value: int) -> int:
    return value << 3 | value >> 2


def _semi(alpha: Image.Image, edge: Image.Image) -> int:
    between = alpha.point(lambda value: 1 if CLEAR < value < SOLID else 0)
    inside = ImageChops.subtract(between, edge)
    return inside.histogram()[1]
