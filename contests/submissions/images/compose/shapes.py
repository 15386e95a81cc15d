"""Shapes: the outlines of webapp/static/studio/shapes.json, stretched to their box and put in place."""

import json
import math
from functools import cache

from PIL import Image

from contests.submissions.images.compose.affine import Affine, Box, Point, bounds, corners, of_layer
from contests.submissions.images.compose.canvas import Canvas, solid
from contests.submissions.images.compose.coverage import Polygon, covered, fineness, stroke
from contests.submissions.images.fonts import STATIC
from contests.submissions.images.scene.layers import Shape

ROUND = 0.5522847498  # how far the control points of a quarter circle stand, in radii

Command = tuple[str, tuple[float, ...]]


def draw(canvas: Canvas, layer: Shape) -> None:
    """Lay the shape on the canvas: its fill, then its outline."""
    place = of_layer(layer)
    width = layer.outline.width if layer.outline else 0.0
    reach_x, reach_y = (layer.width + width) / 2, (layer.height + width) / 2
    box = bounds([place(corner) for corner in corners(-reach_x, -reach_y, reach_x, reach_y)], canvas.box)
    if box is None:
        return
    path, closed = flattened(_commands(layer), place)
    pen = stroke(path, closed, width * layer.k) if width else []
    fine = fineness(box)

    def paint(band: Box) -> Image.Image:
        size = (band[2] - band[0], band[3] - band[1])
        piece = solid(layer.fill, covered([path], band, fine)) if layer.fill and closed else Image.new("RGBA", size)
        if layer.outline and pen:
            piece.alpha_composite(solid(layer.outline.colour, covered(pen, band, fine)))
        return piece

    canvas.lay(box, paint, fine * fine, layer.opacity, layer.multiply)


@cache
def outlines() -> dict[str, list[Command]]:
    """The path of each shape on a box of 100 by 100: absolute M, L, C and Z only."""
    listed = json.loads((STATIC / "studio" / "shapes.json").read_text(encoding="utf-8"))["shapes"]
    return {name: [(letter, tuple(numbers)) for letter, *numbers in path] for name, path in listed.items()}


def _commands(layer: Shape) -> list[Command]:
    """The layer's outline in its own units, centred on 0,0."""
    if layer.shape == "rect" and layer.radius:
        return _rounded(layer.width, layer.height, layer.radius)
    stretch = (layer.width / 100, layer.height / 100)
    return [
        (letter, tuple((value - 50) * stretch[i % 2] for i, value in enumerate(numbers)))
        for letter, numbers in outlines()[layer.shape]
    ]


def _rounded(width: float, height: float, radius: float) -> list[Command]:
    """A box with round corners; as in SVG, a radius is cut to half of each side on its own."""
    x, y = width / 2, height / 2
    rx, ry = min(radius, x), min(radius, y)
    kx, ky = rx * (1 - ROUND), ry * (1 - ROUND)
    return [
        ("M", (rx - x, -y)),
        ("L", (x - rx, -y)),
        ("C", (x - kx, -y, x, ky - y, x, ry - y)),
        ("L", (x, y - ry)),
        ("C", (x, y - ky, x - kx, y, x - rx, y)),
        ("L", (rx - x, y)),
        ("C", (kx - x, y, -x, y - ky, -x, y - ry)),
        ("L", (-x, ry - y)),
        ("C", (-x, ky - y, kx - x, -y, rx - x, -y)),
        ("Z", ()),
    ]


def flattened(commands: list[Command], place: Affine) -> tuple[Polygon, bool]:
    """The one figure of `commands` as points on the print, and whether it is closed."""
    points: list[Point] = []
    for letter, numbers in commands:
        ends = [place((numbers[i], numbers[i + 1])) for i in range(0, len(numbers), 2)]
        if letter == "C":
            points += _curve(points[-1], *ends)
        else:
            points += ends
    return points, commands[-1][0] == "Z"


def _curve(p0: Point, p1: Point, p2: Point, p3: Point) -> list[Point]:
    length = math.dist(p0, p1) + math.dist(p1, p2) + math.dist(p2, p3)
    count = max(8, min(400, math.ceil(2.5 * math.sqrt(length))))
    points = []
    for i in range(1, count + 1):
        t = i / count
        s = 1 - t
        weights = (s * s * s, 3 * s * s * t, 3 * s * t * t, t * t * t)
        x = sum(weight * p[0] for weight, p in zip(weights, (p0, p1, p2, p3), strict=True))
        y = sum(weight * p[1] for weight, p in zip(weights, (p0, p1, p2, p3), strict=True))
        points.append((x, y))
    return points
