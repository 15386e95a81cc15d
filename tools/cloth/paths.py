"""Outlines: half shapes mirrored into whole ones with the small unevenness of real cloth, flattened or as SVG."""

import math
from dataclasses import dataclass

Point = tuple[float, float]
Step = tuple[float, ...]
"""(x, y) is a line, (x1, y1, x2, y2, x, y) a cubic curve; the first step of a path is where it starts."""
CENTRE = 600


@dataclass(frozen=True)
class Path:
    """One outline or line on the board of 1200 × 1500."""

    steps: tuple[Step, ...]
    closed: bool = True

    def flat(self, pieces: int = 24) -> list[Point]:
        """Return the path as a chain of points, every curve cut into `pieces`."""
        chain: list[Point] = [(self.steps[0][0], self.steps[0][1])]
        for step in self.steps[1:]:
            if len(step) == 2:
                chain.append((step[0], step[1]))
            else:
                chain += _curve(chain[-1], step, pieces)
        return chain

    def svg(self) -> str:
        """Return the path as the `d` of an SVG path, whole units."""
        words = ["M" + _numbers(self.steps[0])]
        words += [("L" if len(step) == 2 else "C") + _numbers(step) for step in self.steps[1:]]
        return "".join(words) + ("Z" if self.closed else "")


def whole(*half: Step, uneven: float = 5.0, seed: int = 1) -> Path:
    """Return the closed path of a right half (x counted from the centre, from top to bottom) and its mirror image."""
    right = list(half)
    left = [_mirrored(step) for step in _backwards(right)]
    return Path(tuple(_shifted(step, uneven, seed) for step in right + left[1:]))


def line(*steps: Step, mirrored: bool = False, closed: bool = False, uneven: float = 5.0, seed: int = 1) -> Path:
    """Return an open line (or a small closed shape) given like a half, on the right or `mirrored` to the left."""
    chosen = [_mirrored(step) for step in steps] if mirrored else list(steps)
    return Path(tuple(_shifted(step, uneven, seed) for step in chosen), closed)


def pair(*steps: Step, closed: bool = False, uneven: float = 5.0, seed: int = 1) -> tuple[Path, Path]:
    """Return a line on the right and its twin on the left."""
    return (
        line(*steps, closed=closed, uneven=uneven, seed=seed),
        line(*steps, mirrored=True, closed=closed, uneven=uneven, seed=seed),
    )


def _curve(start: Point, step: Step, pieces: int) -> list[Point]:
    x1, y1, x2, y2, x3, y3 = step
    found = []
    for i in range(1, pieces + 1):
        t = i / pieces
        a, b, c, d = (1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3
        found.append((a * start[0] + b * x1 + c * x2 + d * x3, a * start[1] + b * y1 + c * y2 + d * y3))
    return found


def _backwards(steps: list[Step]) -> list[Step]:
    ends = [step[-2:] for step in steps]
    turned: list[Step] = [ends[-1]]
    for i in range(len(steps) - 1, 0, -1):
        step = steps[i]
        turned.append(ends[i - 1] if len(step) == 2 else (*step[2:4], *step[0:2], *ends[i - 1]))
    return turned


def _mirrored(step: Step) -> Step:
    return tuple(-v if i % 2 == 0 else v for i, v in enumerate(step))


def _shifted(step: Step, uneven: float, seed: int) -> Step:
    found: list[float] = []
    for x, y in zip(step[0::2], step[1::2], strict=True):
        # A slow wave over the board: neighbouring points move together, left and right differ.
        across = math.sin(x / 173 + seed * 1.7) * math.cos(y / 311 + seed) * uneven
        down = math.sin(x / 241 + seed * 2.3 + 1) * math.cos(y / 407 + seed * 0.7) * uneven * 0.7
        found += [CENTRE + x + across, y + down]
    return tuple(found)


def _numbers(step: Step) -> str:
    return " ".join(f"{v:.0f}" for v in step)
