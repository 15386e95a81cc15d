"""Height fields as Pillow images of 32-bit floats: noise, blur, slopes, arithmetic. Nothing here knows garments."""

import random
from array import array
from collections.abc import Callable
from typing import Any

from cloth.paths import Path, Point
from PIL import Image, ImageDraw, ImageFilter, ImageMath

WIDTH, HEIGHT = 1200, 1500
SIZE = (WIDTH, HEIGHT)
FINE = 3
"""Shapes are drawn this much larger and shrunk, for smooth edges."""


def level(value: float) -> Image.Image:
    """Return an even field."""
    return Image.new("F", SIZE, value)


def calc(rule: Callable[[dict[str, Any]], Any], **fields: Image.Image) -> Image.Image:
    """Return what `rule` makes of the named fields, pixel by pixel."""
    return ImageMath.lambda_eval(rule, **fields)


def plus(a: Image.Image, b: Image.Image, weight: float = 1.0) -> Image.Image:
    """Return a + weight·b."""
    return calc(lambda f: f["a"] + f["b"] * weight, a=a, b=b)


def times(a: Image.Image, b: Image.Image) -> Image.Image:
    """Return a·b."""
    return calc(lambda f: f["a"] * f["b"], a=a, b=b)


def clamped(field: Image.Image, low: float, high: float) -> Image.Image:
    """Return the field cut to [low, high]."""
    return calc(lambda f: f["min"](f["max"](f["a"], low), high), a=field)


def blurred(field: Image.Image, radius: float) -> Image.Image:
    """Return the field without what is finer than about `radius` pixels."""
    if field.mode == "L":
        return field.filter(ImageFilter.GaussianBlur(radius))
    step = max(1.0, radius)
    small = (max(4, round(field.width / step)), max(4, round(field.height / step)))
    return field.resize(small, Image.Resampling.BILINEAR).resize(field.size, Image.Resampling.BICUBIC)


def moved(field: Image.Image, dx: float, dy: float) -> Image.Image:
    """Return the field shifted right and down."""
    return field.transform(field.size, Image.Transform.AFFINE, (1, 0, -dx, 0, 1, -dy), Image.Resampling.BILINEAR)


def slopes(height: Image.Image) -> tuple[Image.Image, Image.Image]:
    """Return how steep the field is to the right and downwards."""
    across = calc(lambda f: (f["b"] - f["a"]) * 0.5, a=moved(height, 1, 0), b=moved(height, -1, 0))
    down = calc(lambda f: (f["b"] - f["a"]) * 0.5, a=moved(height, 0, 1), b=moved(height, 0, -1))
    return across, down


def noise(seed: str, across: float, down: float, turn: float = 0.0) -> Image.Image:
    """Return smooth noise of about ±0.5 whose grains are `across` × `down` pixels, turned by degrees."""
    side = 1.0 if not turn else 1.6
    wide, tall = round(WIDTH * side), round(HEIGHT * side)
    grid = (max(4, round(wide / across)), max(4, round(tall / down)))
    raw = Image.frombytes("L", grid, random.Random(seed).randbytes(grid[0] * grid[1]))
    field = raw.convert("F").resize((wide, tall), Image.Resampling.BICUBIC)
    if turn:
        field = field.rotate(turn, Image.Resampling.BILINEAR)
        left, top = (wide - WIDTH) // 2, (tall - HEIGHT) // 2
        field = field.crop((left, top, left + WIDTH, top + HEIGHT))
    return calc(lambda f: f["a"] / 255.0 - 0.5, a=field)


def warped(field: Image.Image, seed: str, reach: float, grain: float = 160) -> Image.Image:
    """Return the field pushed about by up to `reach` pixels, so that nothing in it stays straight."""
    cell = 30
    east, south = (_grid(noise(f"{seed}-{way}", grain, grain), cell, reach) for way in ("x", "y"))
    mesh = []
    for row in range(HEIGHT // cell):
        for column in range(WIDTH // cell):
            corners = ((column, row), (column, row + 1), (column + 1, row + 1), (column + 1, row))
            quad = [v for c, r in corners for v in (c * cell + east[r][c], r * cell + south[r][c])]
            left, top = column * cell, row * cell
            mesh.append(((left, top, left + cell, top + cell), tuple(quad)))
    return field.transform(SIZE, Image.Transform.MESH, mesh, Image.Resampling.BILINEAR)


def _grid(field: Image.Image, cell: int, reach: float) -> list[list[float]]:
    wide, tall = WIDTH // cell + 1, HEIGHT // cell + 1
    values = array("f", field.resize((wide, tall), Image.Resampling.BILINEAR).tobytes())
    rows = [[v * 2 * reach for v in values[r * wide : (r + 1) * wide]] for r in range(tall)]
    # Inside the board only: pushing across its edge would pull in nothing.
    rows[0] = rows[-1] = [0.0] * wide
    return [[0.0, *row[1:-1], 0.0] for row in rows]


def shape(*paths: Path) -> Image.Image:
    """Return the filled paths as a field of 0…1 with smooth edges."""
    big = Image.new("L", (WIDTH * FINE, HEIGHT * FINE))
    pen = ImageDraw.Draw(big)
    for path in paths:
        pen.polygon([(x * FINE, y * FINE) for x, y in path.flat()], fill=255)
    return _unit(big)


def strokes(lines: list[list[Point]], width: float) -> Image.Image:
    """Return lines of a width as a field of 0…1."""
    big = Image.new("L", (WIDTH * FINE, HEIGHT * FINE))
    pen = ImageDraw.Draw(big)
    for chain in lines:
        pen.line([(x * FINE, y * FINE) for x, y in chain], fill=255, width=max(1, round(width * FINE)), joint="curve")
    return _unit(big)


def _unit(big: Image.Image) -> Image.Image:
    small = big.resize(SIZE, Image.Resampling.BOX)
    return calc(lambda f: f["a"] / 255.0, a=small.convert("F"))
