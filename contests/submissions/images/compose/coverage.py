"""How much of each pixel a figure covers: polygons drawn large, then reduced."""

import itertools
import math
from collections.abc import Sequence

from PIL import Image, ImageDraw

from contests.submissions.images.compose.affine import Box, Point

Polygon = Sequence[Point]
_SMOOTH = math.radians(12)
_LITTLE = 600_000
SPARE = 0.3


def fineness(box: Box) -> int:
    """Samples along each side of a pixel: edges of small figures are looked at closest."""
    return 8 if (box[2] - box[0]) * (box[3] - box[1]) <= _LITTLE else 4


def covered(polygons: Sequence[Polygon], band: Box, fine: int) -> Image.Image:
    """The union of `polygons` (in print pixels) as a mask (mode L) of the size of `band`."""
    x0, y0, x1, y1 = band
    big = Image.new("L", ((x1 - x0) * fine, (y1 - y0) * fine))
    pen = ImageDraw.Draw(big)
    for polygon in polygons:
        ys = [y for _, y in polygon]
        if max(ys) >= y0 and min(ys) <= y1:
            pen.polygon(_sampled(polygon, x0, y0, fine), fill=255)
    return big.reduce(fine)


def _sampled(polygon: Polygon, x0: int, y0: int, fine: int) -> list[tuple[int, int]]:
    """The polygon's corners as samples. A sample is a point in the middle of its cell, and Pillow's polygons
    own their border: so each corner goes to the nearest sample that is not outside."""
    xs, ys = zip(*polygon, strict=True)
    middle_x, middle_y = (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2
    return [
        (_inwards((x - x0) * fine - 0.5, x < middle_x), _inwards((y - y0) * fine - 0.5, y < middle_y))
        for x, y in polygon
    ]


def _inwards(value: float, up: bool) -> int:
    return math.ceil(value - 1e-6) if up else math.floor(value + 1e-6)


def stroke(path: Polygon, closed: bool, width: float) -> list[Polygon]:
    """What a pen of that width covers along `path`, with round joins and ends, as a union of polygons."""
    half = width / 2
    points = _without_repeats(path, closed)
    ends = list(zip(points, points[1:] + points[:1] if closed else points[1:], strict=False))
    parts: list[Polygon] = [_plank(start, end, half) for start, end in ends]
    for i, point in enumerate(points):
        before, after = points[i - 1], points[(i + 1) % len(points)]
        inner = closed or 0 < i < len(points) - 1
        if inner and abs(_turning(before, point, after)) < _SMOOTH:
            parts.append(_wedge(before, point, after, half))
        else:
            parts.append(_disc(point, half))
    return parts


def _without_repeats(path: Polygon, closed: bool) -> list[Point]:
    points = [path[0]]
    points += [point for last, point in itertools.pairwise(path) if math.dist(last, point) > 1e-6]
    if closed and len(points) > 1 and math.dist(points[0], points[-1]) <= 1e-6:
        points.pop()
    return points


def _plank(start: Point, end: Point, half: float) -> Polygon:
    """The straight part between two points, with some to spare at both ends: no slit may stay at a joint."""
    x, y = _normal(start, end, half)
    along_x, along_y = _normal(start, end, SPARE)
    (x0, y0), (x1, y1) = (start[0] - along_y, start[1] + along_x), (end[0] + along_y, end[1] - along_x)
    return [(x0 + x, y0 + y), (x1 + x, y1 + y), (x1 - x, y1 - y), (x0 - x, y0 - y)]


def _wedge(before: Point, point: Point, after: Point, half: float) -> Polygon:
    """Closes the slit between two planks that meet nearly straight: both sides at once."""
    (ax, ay), (bx, by) = _normal(before, point, half), _normal(point, after, half)
    x, y = point
    return [(x + ax, y + ay), (x + bx, y + by), (x - ax, y - ay), (x - bx, y - by)]


def _disc(centre: Point, radius: float) -> Polygon:
    count = max(16, min(720, math.ceil(4 * math.sqrt(radius) * 4)))
    steps = [2 * math.pi * i / count for i in range(count)]
    return [(centre[0] + radius * math.cos(angle), centre[1] + radius * math.sin(angle)) for angle in steps]


def _normal(start: Point, end: Point, length: float) -> Point:
    x, y = end[0] - start[0], end[1] - start[1]
    by = length / (math.hypot(x, y) or 1.0)
    return -y * by, x * by


def _turning(before: Point, point: Point, after: Point) -> float:
    first = math.atan2(point[1] - before[1], point[0] - before[0])
    second = math.atan2(after[1] - point[1], after[0] - point[0])
    return (second - first + math.pi) % (2 * math.pi) - math.pi
