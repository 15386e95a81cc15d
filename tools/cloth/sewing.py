"""What a needle leaves: seams pressed in, stitches on top, the little puckers beside them; ramps down the board."""

from itertools import pairwise

from cloth.fields import HEIGHT, SIZE, level, noise, plus, strokes, times, warped
from cloth.light import dashes, grooves
from cloth.paths import Path
from PIL import Image


def sewn(seams: tuple[Path, ...], stitches: tuple[Path, ...], bulk: float = 1.0) -> Image.Image:
    """Return the height field of seams and stitched lines; `bulk` is how thick the cloth is beside a tee's."""
    height = grooves(seams, 2.6 + bulk, 3.0 * bulk, 1.2 + 0.4 * bulk)
    stitched = grooves(stitches, 2.2, 1.1 * bulk, 1.0)
    thread = times(strokes(dashes(stitches, 5, 4), 1.6), level(0.9))
    near = plus(grooves(stitches, 26, -1.0, 7), grooves(seams, 22, -1.0, 7))
    pucker = warped(noise("pucker", 16 * bulk, 22 * bulk), "pucker-warp", 8)
    return plus(plus(plus(height, stitched), thread), times(times(pucker, near), level(3.4 * bulk)))


def ramp(*stops: tuple[float, float]) -> Image.Image:
    """Return a field that runs evenly from value to value down the board: stops of (y, value)."""
    column = Image.new("F", (1, HEIGHT))
    for y in range(HEIGHT):
        column.putpixel((0, y), _between(stops, y))
    return column.resize(SIZE)


def _between(stops: tuple[tuple[float, float], ...], y: float) -> float:
    if y <= stops[0][0]:
        return stops[0][1]
    for (above, first), (below, second) in pairwise(stops):
        if y <= below:
            t = (y - above) / (below - above)
            return first + (second - first) * t * t * (3 - 2 * t)
    return stops[-1][1]
