"""A contact sheet: every style on its own ground, to be looked at."""

from pathlib import Path

from PIL import Image

from .artist import cover, portrait
from .catalogue import STYLES
from .styles import draw, ground_for


def contact_sheet(path: str | Path, seed: int = 1, columns: int = 7, cell: tuple[int, int] = (360, 432)) -> None:
    """Write a PNG with one design of every style, the portrait and the cover."""
    tiles = [_mounted(style, seed + n, cell) for n, style in enumerate(STYLES)]
    tiles += [picture(seed, (cell[0], cell[0])).convert("RGB") for picture in (portrait, cover)]
    rows = -(-len(tiles) // columns)
    sheet = Image.new("RGB", (columns * (cell[0] + 12) + 12, rows * (cell[1] + 12) + 12), (200, 200, 196))
    for n, tile in enumerate(tiles):
        sheet.paste(tile, (12 + n % columns * (cell[0] + 12), 12 + n // columns * (cell[1] + 12)))
    sheet.save(path, "PNG")


def _mounted(style: str, seed: int, cell: tuple[int, int]) -> Image.Image:
    garment = Image.new("RGBA", (cell[0] * 2, cell[1] * 2), (*ground_for(style, seed), 255))
    garment.alpha_composite(draw(style, seed, garment.size))
    return garment.convert("RGB").resize(cell, Image.Resampling.LANCZOS)
