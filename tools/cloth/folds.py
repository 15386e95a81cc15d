"""Folds: ridges along a curve, steeper on one side, strong where the cloth is held and lost where it is not."""

import math
import random
from array import array
from dataclasses import dataclass

from cloth.fields import HEIGHT, SIZE, WIDTH, blurred
from cloth.paths import Path, Point
from PIL import Image

_CELL = 2
_WIDE, _TALL = WIDTH // _CELL, HEIGHT // _CELL


@dataclass(frozen=True)
class Fold:
    """A ridge along a cubic curve given by four points.

    `width` is half its breadth in pixels, `height` how far it stands out (negative: a valley), `lean` -1…1 which of
    its flanks is the steep one, `held` whether it is strongest at its start (1), in its middle (0) or at its end (-1).
    """

    curve: tuple[Point, Point, Point, Point]
    width: float
    height: float
    lean: float = 0.0
    held: float = 0.0


def pressed(folds: list[Fold]) -> Image.Image:
    """Return the height field of all folds together."""
    total = array("f", bytes(4 * _WIDE * _TALL))
    for fold in folds:
        for place, value in _cells(fold).items():
            total[place] += value
    field = Image.frombytes("F", (_WIDE, _TALL), total.tobytes())
    return blurred(blurred(field, 2.2), 1.7).resize(SIZE, Image.Resampling.BICUBIC)


def _cells(fold: Fold) -> dict[int, float]:
    """Walk along the fold and across it; of two values for one cell the higher one stays."""
    found: dict[int, float] = {}
    samples = _samples(fold.curve)
    last = len(samples) - 1
    for i, (x, y) in enumerate(samples):
        before, after = samples[max(0, i - 1)], samples[min(last, i + 1)]
        dx, dy = after[0] - before[0], after[1] - before[1]
        length = math.hypot(dx, dy) or 1.0
        nx, ny = -dy / length, dx / length
        t = i / last
        strength = fold.height * _along(t, fold.held)
        reach = (
            fold.width * (0.65 + 0.5 * (t if fold.held >= 0 else 1 - t)) * (0.45 + 0.55 * abs(strength / fold.height))
        )
        steps = int(reach / (_CELL * 0.5))
        for j in range(-steps, steps + 1):
            s = j / steps if steps else 0.0
            px, py = int((x + nx * s * reach) / _CELL), int((y + ny * s * reach) / _CELL)
            if 0 <= px < _WIDE and 0 <= py < _TALL:
                value = strength * _across(s, fold.lean)
                place = py * _WIDE + px
                if abs(value) >= abs(found.get(place, 0.0)):
                    found[place] = value
    return found


def _samples(curve: tuple[Point, Point, Point, Point]) -> list[Point]:
    rough = sum(math.dist(curve[i], curve[i + 1]) for i in range(3))
    (start, one, two, end), pieces = curve, max(6, int(rough / (_CELL * 0.6)))
    return Path((start, (*one, *two, *end))).flat(pieces)


def _along(t: float, held: float) -> float:
    if held > 0:
        return _eased(t / (0.33 - 0.29 * held)) * _eased(1 - t) ** (0.5 + 0.7 * held)
    if held < 0:
        return _along(1 - t, -held)
    return math.sin(math.pi * t) ** 1.3


def _eased(t: float) -> float:
    t = min(1.0, max(0.0, t))
    return t * t * (3 - 2 * t)


def _across(s: float, lean: float) -> float:
    top = lean * 0.55
    u = (s - top) / (1 - top) if s > top else (s - top) / (1 + top)
    return 0.5 + 0.5 * math.cos(math.pi * min(1.0, abs(u)))


def fan(
    seed: str,
    at: Point,
    angles: tuple[float, float],
    count: int,
    length: tuple[float, float],
    width: tuple[float, float],
    height: tuple[float, float],
    spread: float = 20,
    bend: float = 0.25,
) -> list[Fold]:
    """Return folds that leave `at` within a range of directions (degrees, 0 is right, 90 is down)."""
    rng = random.Random(seed)
    found = []
    for i in range(count):
        share = (i + rng.uniform(0.15, 0.85)) / count
        angle = math.radians(angles[0] + (angles[1] - angles[0]) * share)
        far = rng.uniform(*length)
        x, y = at[0] + rng.uniform(-spread, spread), at[1] + rng.uniform(-spread, spread)
        found.append(
            Fold(
                bent((x, y), (x + math.cos(angle) * far, y + math.sin(angle) * far), rng.uniform(-bend, bend), rng),
                rng.uniform(*width),
                rng.uniform(*height) * (1 if rng.random() < 0.75 else -0.8),
                rng.uniform(-0.9, 0.9),
                rng.choice((1.0, 0.6, 0.3)),
            )
        )
    return found


def between(
    seed: str,
    start: tuple[Point, Point],
    end: tuple[Point, Point],
    count: int,
    width: tuple[float, float],
    height: tuple[float, float],
    bend: float = 0.12,
    held: tuple[float, ...] = (0.0,),
    from_edge: bool = False,
) -> list[Fold]:
    """Return folds that run from somewhere on one line to the like place on another."""
    rng = random.Random(seed)
    found = []
    for i in range(count):
        share = (i + rng.uniform(0.1, 0.9)) / count
        a, b = _on(start, share), _on(end, min(1.0, max(0.0, share + rng.uniform(-0.12, 0.12))))
        cut = 0.0 if from_edge else rng.uniform(0, 0.3), rng.uniform(0.7, 1)
        found.append(
            Fold(
                bent(_on((a, b), cut[0]), _on((a, b), cut[1]), rng.uniform(-bend, bend), rng),
                rng.uniform(*width),
                rng.uniform(*height) * (1 if rng.random() < 0.7 else -0.9),
                rng.uniform(-0.85, 0.85),
                rng.choice(held),
            )
        )
    return found


def bent(a: Point, b: Point, bend: float, rng: random.Random) -> tuple[Point, Point, Point, Point]:
    """Return the curve from `a` to `b` that leaves the straight line by about `bend` of its length."""
    dx, dy = b[0] - a[0], b[1] - a[1]
    one, two = bend * rng.uniform(0.6, 1.4), bend * rng.uniform(-0.4, 1.4)
    return (
        a,
        (a[0] + dx * 0.33 - dy * one, a[1] + dy * 0.33 + dx * one),
        (a[0] + dx * 0.66 - dy * two, a[1] + dy * 0.66 + dx * two),
        b,
    )


def _on(span: tuple[Point, Point], t: float) -> Point:
    (ax, ay), (bx, by) = span
    return ax + (bx - ax) * t, ay + (by - ay) * t
