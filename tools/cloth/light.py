"""Light on a height field: soft, from the upper left, with darker hollows. 1 is even cloth facing the viewer."""

from itertools import pairwise

from cloth.fields import blurred, calc, clamped, level, moved, plus, slopes, strokes, times
from cloth.paths import Path, Point
from PIL import Image

_FROM = (0.50, 0.58, 0.72)
"""Where the light stands: left, above, before."""


def lit(height: Image.Image, hollow: float = 0.02, soft: float = 0.45) -> Image.Image:
    """Return the light on the field. `hollow` is how much darker it gets a pixel below its surroundings."""
    across, down = slopes(height)
    left, above, before = _FROM
    facing = calc(
        lambda f: (
            (f["x"] * left + f["y"] * above + before) / ((f["x"] * f["x"] + f["y"] * f["y"] + 1.0) ** 0.5) / before
        ),
        x=across,
        y=down,
    )
    depth = clamped(plus(blurred(height, 22), height, -1), -30, 30)
    return calc(
        lambda f: f["a"] * (1 - soft) + (1.0 - f["d"] * hollow) * soft,
        a=clamped(facing, 0, 2),
        d=depth,
    )


def volume(mask: Image.Image, radius: float, rise: float, power: float = 3.0) -> Image.Image:
    """Return a cushion: low at the edge of the mask, `rise` pixels high from about `radius` inside it."""
    soft = clamped(blurred(blurred(blurred(mask, radius), radius * 0.71), radius * 0.37), 0.0, 1.0)
    return calc(lambda f: (1.0 - (1.0 - f["a"]) ** power) * rise, a=soft)


def shadow(mask: Image.Image, dx: float, dy: float, radius: float, strength: float) -> Image.Image:
    """Return the factor by which what lies below the mask is darkened."""
    soft = blurred(blurred(moved(mask, dx, dy), radius), radius * 0.6)
    return calc(lambda f: 1.0 - f["a"] * strength, a=clamped(soft, 0, 1))


def over(below: Image.Image, above: Image.Image, mask: Image.Image) -> Image.Image:
    """Return `above` where the mask is, `below` elsewhere."""
    return calc(lambda f: f["b"] + (f["a"] - f["b"]) * f["m"], a=above, b=below, m=mask)


def grooves(paths: tuple[Path, ...], width: float, depth: float, soft: float = 1.2) -> Image.Image:
    """Return lines pressed into the cloth, as a height field below 0."""
    drawn = blurred(strokes([path.flat() for path in paths], width), soft)
    return times(drawn, level(-depth))


def dashes(paths: tuple[Path, ...], dash: float = 7, gap: float = 5) -> list[list[Point]]:
    """Return the stitches of the paths, each a short line."""
    found = []
    for path in paths:
        run, dark, piece = 0.0, True, []
        for x, y in _walk(path.flat(60), 1.0):
            if dark:
                piece.append((x, y))
            run += 1
            if run >= (dash if dark else gap):
                if dark:
                    found.append(piece)
                run, dark, piece = 0.0, not dark, []
    return found


def _walk(chain: list[Point], step: float) -> list[Point]:
    found, rest = [chain[0]], 0.0
    for (ax, ay), (bx, by) in pairwise(chain):
        length = ((bx - ax) ** 2 + (by - ay) ** 2) ** 0.5
        at = step - rest
        while at <= length and length:
            found.append((ax + (bx - ax) * at / length, ay + (by - ay) * at / length))
            at += step
        rest = (rest + length) % step
    return found


def walked(path: Path, step: float) -> list[Point]:
    """Return points along the path, `step` pixels apart."""
    return _walk(path.flat(60), step)


def ribbed(one: Path, other: Path, pitch: float, width: float = 2.2) -> list[list[Point]]:
    """Return the lines of a ribbed band between two lines that run the same way."""
    a, b = walked(one, 1.0), walked(other, 1.0)
    count = max(2, round(max(len(a), len(b)) / pitch))
    return [[a[round(i / count * (len(a) - 1))], b[round(i / count * (len(b) - 1))]] for i in range(count + 1)]
