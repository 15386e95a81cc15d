"""Point lists for the scenes: curves, stars, hills, waves and trees."""

import math
import random
from collections.abc import Sequence

from .press import Point


def smooth(points: Sequence[Point], closed: bool = True, steps: int = 12) -> list[Point]:
    """A Catmull-Rom curve through the points."""
    count = len(points)
    curve: list[Point] = []
    for i in range(count if closed else count - 1):
        around = [points[(i + d) % count] if closed else points[max(0, min(count - 1, i + d))] for d in (-1, 0, 1, 2)]
        curve += [_catmull(around, step / steps) for step in range(steps)]
    return curve if closed else [*curve, points[-1]]


def _catmull(p: Sequence[Point], t: float) -> Point:
    def axis(a: float, b: float, c: float, d: float) -> float:
        return 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t * t + (3 * b - a - 3 * c + d) * t**3)

    return axis(*(q[0] for q in p)), axis(*(q[1] for q in p))


def mirror(points: Sequence[Point], middle: float = 500) -> list[Point]:
    return [(2 * middle - x, y) for x, y in points]


def turn(points: Sequence[Point], centre: Point, degrees: float) -> list[Point]:
    c, s = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return [
        (
            centre[0] + (x - centre[0]) * c - (y - centre[1]) * s,
            centre[1] + (x - centre[0]) * s + (y - centre[1]) * c,
        )
        for x, y in points
    ]


def polar(cx: float, cy: float, r: float, degrees: float) -> Point:
    return cx + r * math.cos(math.radians(degrees)), cy + r * math.sin(math.radians(degrees))


def arc(cx: float, cy: float, rx: float, ry: float, start: float, end: float, steps: int = 48) -> list[Point]:
    """Points on an ellipse; degrees run clockwise from the right."""
    angles = (math.radians(start + (end - start) * i / steps) for i in range(steps + 1))
    return [(cx + rx * math.cos(a), cy + ry * math.sin(a)) for a in angles]


def wave(x0: float, x1: float, y: float, height: float, length: float, phase: float = 0.0) -> list[Point]:
    steps = max(8, int((x1 - x0) / 6))
    xs = [x0 + (x1 - x0) * i / steps for i in range(steps + 1)]
    return [(x, y + height * math.sin((x / length + phase) * math.tau)) for x in xs]


def star(cx: float, cy: float, r: float, points: int = 4, waist: float = 0.28, tilt: float = -90) -> list[Point]:
    return [polar(cx, cy, r if i % 2 == 0 else r * waist, tilt + 180 * i / points) for i in range(points * 2)]


def ridge(rng: random.Random, x0: float, x1: float, y: float, height: float, steps: int = 60) -> list[Point]:
    """A mountain skyline made of a few sines with random phases."""
    waves = [(rng.uniform(0.8, 1.6) * n, rng.random() * math.tau, 1 / n) for n in (1, 2, 4, 7)]
    line = []
    for i in range(steps + 1):
        t = i / steps
        lift = sum(a * math.sin(f * t * math.tau + p) for f, p, a in waves) / 2
        line.append((x0 + (x1 - x0) * t, y - height * (0.5 + lift / 2)))
    return line


def pine(rng: random.Random, x: float, foot: float, height: float, width: float) -> list[Point]:
    """A fir with ragged tiers; foot is the y of its ground."""
    tiers = max(4, int(height / 26))
    side = []
    for i in range(1, tiers + 1):
        y, reach = foot - height + height * i / tiers, width / 2 * (i / tiers) ** 0.9
        side += [(reach * rng.uniform(0.85, 1.1), y), (reach * 0.45, y - height / tiers * 0.18)]
    top = [(x, foot - height)]
    return top + [(x + dx, y) for dx, y in side] + [(x - dx, y) for dx, y in side[::-1]]


def scatter(
    rng: random.Random,
    count: int,
    area: tuple[float, float, float, float],
    gap: float,
    avoid: Sequence[tuple[float, float, float]] = (),
) -> list[Point]:
    """Random points in area, at least gap apart and outside the circles (x, y, r) to avoid."""
    found: list[Point] = []
    for _ in range(count * 30):
        p = (rng.uniform(area[0], area[2]), rng.uniform(area[1], area[3]))
        clear = all(math.dist(p, q) > gap for q in found) and all(math.dist(p, c[:2]) > c[2] for c in avoid)
        if clear and len(found) < count:
            found.append(p)
    return found
