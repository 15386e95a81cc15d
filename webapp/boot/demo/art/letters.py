"""The house lettering: round single-line capitals on a 4 x 6 grid, set straight, on arcs or warped."""

import math
from collections.abc import Callable
from itertools import pairwise

from .press import Plate, Point

CAP = 6.0
GAP = 1.8
ROUND = 2.0

# Each stroke is a list of x,y corners. Corners are rounded unless they end in "!"; ends are never rounded.
GLYPHS: dict[str, tuple[str, ...]] = {
    "A": ("0,6 0,0 4,0 4,6", "0,3.7 4,3.7"),
    "B": ("0,0 3.8,0 3.8,2.9 0,2.9", "0,2.9 4,2.9 4,6 0,6! 0,0"),
    "C": ("4,1.7 4,0 0,0 0,6 4,6 4,4.3",),
    "D": ("0,0 4,0 4,6 0,6! 0,0",),
    "E": ("3.6,0 0,0! 0,6! 3.6,6", "0,2.9 3,2.9"),
    "F": ("3.6,0 0,0! 0,6", "0,2.9 3,2.9"),
    "G": ("4,1.7 4,0 0,0 0,6 4,6 4,3.2! 2.4,3.2",),
    "H": ("0,0 0,6", "4,0 4,6", "0,2.9 4,2.9"),
    "I": ("0,0 0,6",),
    "J": ("3.4,0 3.4,6 0,6 0,4.4",),
    "K": ("0,0 0,6", "3.8,0 0,3.3! 4,6"),
    "L": ("0,0 0,6! 3.4,6",),
    "M": ("0,6 0,0! 2.6,3.8! 5.2,0! 5.2,6",),
    "N": ("0,6 0,0! 4,6! 4,0",),
    "O": ("2,0 4,0 4,6 0,6 0,0 2,0",),
    "P": ("0,6 0,0! 4,0 4,3.5 0,3.5",),
    "Q": ("2,0 4,0 4,6 0,6 0,0 2,0", "2.6,4.4 4.3,6.3"),
    "R": ("0,6 0,0! 4,0 4,3.4 0,3.4", "2,3.4 4.1,6"),
    "S": ("4,1.6 4,0 0,0 0,2.9 4,2.9 4,6 0,6 0,4.4",),
    "T": ("0,0 4,0", "2,0 2,6"),
    "U": ("0,0 0,6 4,6 4,0",),
    "V": ("0,0 2.1,6! 4.2,0",),
    "W": ("0,0 1.4,6! 2.9,1.6! 4.4,6! 5.8,0",),
    "X": ("0,0 4,6", "4,0 0,6"),
    "Y": ("0,0 2.1,3.2! 4.2,0", "2.1,3.2 2.1,6"),
    "Z": ("0,0 4,0! 0,6! 4,6",),
    "0": ("2,0 4,0 4,6 0,6 0,0 2,0",),
    "1": ("0,1.3 1.6,0! 1.6,6",),
    "2": ("0,1.7 0,0 4,0 4,2.7 0,6! 4,6",),
    "3": ("0,1.4 0,0 4,0 4,2.9 1.4,2.9", "1.4,2.9 4,2.9 4,6 0,6 0,4.6"),
    "4": ("3.1,6 3.1,0! 0,4.2! 4.2,4.2",),
    "5": ("3.8,0 0.2,0! 0.2,2.6! 4,2.6 4,6 0,6 0,4.8",),
    "6": ("4,1.4 4,0 0,0 0,6 4,6 4,2.7 0.1,2.7",),
    "7": ("0,0 4,0! 1.4,6",),
    "8": ("2,0 3.8,0 3.8,2.9 0.2,2.9 0.2,0 2,0", "2,2.9 4,2.9 4,6 0,6 0,2.9 2,2.9"),
    "9": ("0,4.6 0,6 4,6 4,0 0,0 0,3.3 3.9,3.3",),
    "&": ("4.2,6 0.4,1.6 0.4,0 3,0 3,2.2 0,3.4 0,6 3,6 4.2,3.6",),
    ".": ("0,6 0,5.95",),
    "-": ("0,3.2 2,3.2",),
    "'": ("0,0 0,1.1",),
    "!": ("0,0 0,4", "0,6 0,5.95"),
    ",": ("0.3,5.9 0,7",),
    "/": ("0,6.4 2.4,-0.4",),
    ":": ("0,2 0,1.95", "0,5.4 0,5.35"),
    "+": ("0,3 3,3", "1.5,1.5 1.5,4.5"),
}
WIDE = {
    "I": 0.0,
    ".": 0.0,
    "'": 0.0,
    "!": 0.0,
    ":": 0.0,
    ",": 0.3,
    "1": 1.6,
    "-": 2.0,
    "M": 5.2,
    "W": 5.8,
    "/": 2.4,
    "+": 3.0,
}
KERN = {"LO": -0.5, "LT": -1.2, "LY": -1.2, "LV": -0.8, "TA": -0.4, "AT": -0.4, "KT": -0.3, "TJ": -0.8}
SPACE = 2.2
FATTEST = 1.12
"""Stroke weight in grid units beyond which neighbouring letters would run together."""


def layout(text: str) -> tuple[list[list[Point]], float]:
    """Strokes of a line of capitals on the grid and the line's width. Raises KeyError on an unknown sign."""
    strokes: list[list[Point]] = []
    x = 0.0
    for last, sign in zip(" " + text, text, strict=False):
        x += KERN.get(last + sign, 0.0)
        if sign == " ":
            x += SPACE
            continue
        strokes += [[(px + x, py) for px, py in _rounded(path)] for path in GLYPHS[sign]]
        x += WIDE.get(sign, 4.0) + GAP
    return strokes, max(x - GAP, 0.1)


def _corner(sign: str) -> tuple[Point, bool]:
    """The point of a corner such as "4,0!" and whether it stays sharp."""
    x, y = sign.rstrip("!").split(",")
    return (float(x), float(y)), sign.endswith("!")


def _rounded(path: str) -> list[Point]:
    corners = [_corner(c) for c in path.split()]
    line: list[Point] = [corners[0][0]]
    last = len(corners) - 1
    for i in range(1, last):
        (before, _), (corner, sharp), (after, _) = corners[i - 1 : i + 2]
        if sharp:
            line.append(corner)
            continue
        into, out = math.dist(before, corner), math.dist(corner, after)
        r = min(ROUND, into * (1 if i == 1 else 0.5), out * (1 if i == last - 1 else 0.5))
        line += _bend(_towards(corner, before, r / into), corner, _towards(corner, after, r / out))
    line.append(corners[last][0])
    return _divided(line)


def _towards(a: Point, b: Point, t: float) -> Point:
    return a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t


def _bend(a: Point, corner: Point, b: Point) -> list[Point]:
    """A near-circular quarter turn: a cubic with its handles at 0.55 of the way to the corner."""
    c, d = _towards(a, corner, 0.55), _towards(b, corner, 0.55)
    bend = []
    for i in range(11):
        t = i / 10
        weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3)
        bend.append(
            (
                sum(w * p[0] for w, p in zip(weights, (a, c, d, b), strict=True)),
                sum(w * p[1] for w, p in zip(weights, (a, c, d, b), strict=True)),
            )
        )
    return bend


def _divided(line: list[Point]) -> list[Point]:
    """The same line with points at most one unit apart, so that warps can bend it."""
    fine = [line[0]]
    for a, b in pairwise(line):
        parts = max(1, math.ceil(math.dist(a, b)))
        fine += [_towards(a, b, k / parts) for k in range(1, parts + 1)]
    return fine


def warped(plate: Plate, ink: int, text: str, weight: float, place: Callable[[float, float], Point]) -> None:
    """Draw text through place(u, v): u runs 0..1 along the line, v 0..1 from cap line to base line."""
    strokes, width = layout(text)
    with plate.upright():
        for stroke in strokes:
            plate.line(ink, [place(x / width, y / CAP) for x, y in stroke], weight)


def fattest(text: str, width: float) -> float:
    """The heaviest stroke that still keeps the letters of text apart when set this wide."""
    return FATTEST * width / (layout(text)[1] + FATTEST)


def block(plate: Plate, ink: int, text: str, box: tuple[float, float, float, float], weight: float) -> None:
    """Stretch one line of text to fill box (x, y, w, h), stroke edges included."""
    x, y, w, h = box
    weight = min(weight, fattest(text, w))
    half = weight / 2
    warped(plate, ink, text, weight, lambda u, v: (x + half + u * (w - weight), y + half + v * (h - weight)))


def centred(
    plate: Plate,
    ink: int,
    text: str,
    y: float,
    height: float,
    weight: float,
    middle: float = 500,
    widest: float = 860,
    track: float = 1.0,
) -> float:
    """Set text in its natural width around middle, squeezed to widest; returns the width used."""
    width = min(layout(text)[1] * height / CAP * track + weight, widest)
    block(plate, ink, text, (middle - width / 2, y, width, height), weight)
    return width


def on_arc(
    plate: Plate,
    ink: int,
    text: str,
    circle: tuple[float, float, float],
    height: float,
    weight: float,
    centre: float = -90,
    sweep: float | None = None,
    turned: bool = True,
) -> None:
    """Set text round circle (x, y, radius of the base line); centre and sweep in degrees, clockwise.

    Without sweep the letters keep their natural width. With ``turned`` a centre in the lower half turns the
    letters over so that they read from left to right there too; else their feet always point inwards.
    """
    cx, cy, r = circle
    below = turned and 0 < centre % 360 < 180
    if sweep is None:
        sweep = math.degrees(layout(text)[1] * height / CAP / r)

    weight = min(weight, fattest(text, math.radians(sweep) * r))

    def place(u: float, v: float) -> Point:
        angle = math.radians(centre + (0.5 - u if below else u - 0.5) * sweep)
        radius = r - height * (1 - v) if below else r + height * (1 - v)
        return cx + radius * math.cos(angle), cy + radius * math.sin(angle)

    warped(plate, ink, text, weight, place)
