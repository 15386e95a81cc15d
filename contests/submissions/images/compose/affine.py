"""Where a point of a layer lands on the print: plane maps in SVG's notation, and the boxes they fill."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from contests.submissions.images.scene.layers import Layer

Point = tuple[float, float]
Box = tuple[int, int, int, int]


@dataclass(frozen=True)
class Affine:
    """x' = a·x + c·y + e, y' = b·x + d·y + f."""

    a: float = 1.0
    b: float = 0.0
    c: float = 0.0
    d: float = 1.0
    e: float = 0.0
    f: float = 0.0

    def __matmul__(self, first: "Affine") -> "Affine":
        """The map that does `first`, then this one."""
        return Affine(
            self.a * first.a + self.c * first.b,
            self.b * first.a + self.d * first.b,
            self.a * first.c + self.c * first.d,
            self.b * first.c + self.d * first.d,
            self.a * first.e + self.c * first.f + self.e,
            self.b * first.e + self.d * first.f + self.f,
        )

    def __call__(self, point: Point) -> Point:
        x, y = point
        return self.a * x + self.c * y + self.e, self.b * x + self.d * y + self.f

    def inverse(self) -> "Affine":
        """The map that undoes this one; it must not flatten the plane."""
        det = self.a * self.d - self.b * self.c
        a, b, c, d = self.d / det, -self.b / det, -self.c / det, self.a / det
        return Affine(a, b, c, d, -(a * self.e + c * self.f), -(b * self.e + d * self.f))

    def rows(self) -> tuple[float, float, float, float, float, float]:
        """In the order of Pillow's `Transform.AFFINE`."""
        return self.a, self.c, self.e, self.b, self.d, self.f

    @property
    def upright(self) -> bool:
        """Whether level lines stay level and plumb lines plumb, neither turned nor mirrored."""
        return self.b == 0 and self.c == 0 and self.a > 0 and self.d > 0


def move(x: float, y: float) -> Affine:
    """Shift by x and y."""
    return Affine(e=x, f=y)


def scale(x: float, y: float) -> Affine:
    """Stretch by x and y around 0,0."""
    return Affine(a=x, d=y)


def turn(degrees: float) -> Affine:
    """Turn clockwise around 0,0; quarter turns are exact."""
    if degrees % 90 == 0:
        cos, sin = ((1, 0), (0, 1), (-1, 0), (0, -1))[int(degrees // 90) % 4]
        return Affine(cos, sin, -sin, cos)
    angle = math.radians(degrees)
    return Affine(math.cos(angle), math.sin(angle), -math.sin(angle), math.cos(angle))


def of_layer(layer: Layer) -> Affine:
    """From a layer's content, centred on 0,0, to the print box."""
    mirrored = scale(-layer.k if layer.flip_x else layer.k, -layer.k if layer.flip_y else layer.k)
    return move(layer.x, layer.y) @ turn(layer.r) @ mirrored


def corners(x0: float, y0: float, x1: float, y1: float) -> list[Point]:
    """The four corners of a box, going round."""
    return [(x0, y0), (x1, y0), (x1, y1), (x0, y1)]


def bounds(points: Iterable[Point], within: Box) -> Box | None:
    """The whole pixels around `points`, cut to `within`; None when nothing is left."""
    xs, ys = zip(*points, strict=True)
    box = (
        max(within[0], math.floor(min(xs)) - 1),
        max(within[1], math.floor(min(ys)) - 1),
        min(within[2], math.ceil(max(xs)) + 1),
        min(within[3], math.ceil(max(ys)) + 1),
    )
    return box if box[0] < box[2] and box[1] < box[3] else None
