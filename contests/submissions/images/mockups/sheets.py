"""The stage of a mockup at one width: shade with grain, mask, wall, bends, read from the maps and kept a while."""

import random
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from PIL import Image, ImageChops

from contests.submissions.images.mockups.cloth import WEAVES, Weave
from contests.submissions.images.templates import BOARD, TEMPLATES, Box, placement

MAPS = Path(__file__).parent / "maps"
_WITH_STRINGS = {"hoodie-front"}
"""Garments with something before the print: it has a map "over", where no ink goes."""
_A2 = 883 / 1240
_RIM = 70.0
"""How much around the edge of a sheet isn't stretched, in units of the board."""
PAPER = (255, 250, 242)
MOST_BEND = 10
"""How many pixels of the board black and white stand for in a map of bends."""


@dataclass(frozen=True)
class Stage:
    """Everything but the design and the colour, at the width of the picture."""

    scale: float
    box: Box
    sheet: bool
    weave: Weave
    shade: Image.Image
    mask: Image.Image
    wall: Image.Image
    inkable: Image.Image
    bend: tuple[Image.Image, Image.Image]


def stage_of(kind: str, side: str, print_w_cm: float, print_h_cm: float, width: int) -> Stage:
    """Return the stage for a print of this size; raises as `placement` does."""
    box, sheet = placement(kind, side, print_w_cm, print_h_cm), TEMPLATES[kind][side].sheet
    shade, mask, wall, inkable, east, south = _layers(kind, side, box if sheet else None, width)
    return Stage(width / BOARD.width, box, sheet, WEAVES[kind], shade, mask, wall, inkable, (east, south))


@lru_cache(maxsize=4)
def _layers(kind: str, side: str, sheet: Box | None, width: int) -> tuple[Image.Image, ...]:
    """Read, shape and scale the maps. Four stages of 1080 pixels are about 36 MB."""
    size = (width, round(width * BOARD.height / BOARD.width))
    shade, mask = (_scaled(_map(kind, side, part, sheet), size) for part in ("shade", "mask"))
    wall = _scaled(_map(kind, side, "wall", sheet), size)
    inkable = mask
    if f"{kind}-{side}" in _WITH_STRINGS:
        inkable = ImageChops.subtract(mask, _scaled(_map(kind, side, "over", sheet), size))
    bend = _map(kind, side, "bend", None)
    half = bend.height // 2
    east, south = bend.crop((0, 0, bend.width, half)), bend.crop((0, half, bend.width, half * 2))
    return grained(shade, WEAVES[kind]), mask, _papered(wall), inkable, east, south


def _map(kind: str, side: str, part: str, sheet: Box | None) -> Image.Image:
    with Image.open(MAPS / f"{kind}-{side}-{part}.png") as picture:
        picture.load()
        drawn = picture.copy()
    return drawn if sheet is None else _reshaped(drawn, TEMPLATES[kind][side].room, sheet)


def _reshaped(drawn: Image.Image, room: Box, sheet: Box) -> Image.Image:
    """Return a map whose sheet (A2, drawn to the height of the room) has the shape of another: corners and wall keep
    their size near the sheet, the middle is stretched."""
    unit = drawn.width / BOARD.width
    wide = room.h * _A2
    old_x = _cuts(room.x + (room.w - wide) / 2, wide, BOARD.width)
    old_y = _cuts(room.y, room.h, BOARD.height)
    new_x, new_y = _cuts(sheet.x, sheet.w, BOARD.width), _cuts(sheet.y, sheet.h, BOARD.height)
    result = Image.new("L", drawn.size)
    for r in range(len(new_y) - 1):
        for c in range(len(new_x) - 1):
            left, right = round(new_x[c] * unit), round(new_x[c + 1] * unit)
            top, bottom = round(new_y[r] * unit), round(new_y[r + 1] * unit)
            if right > left and bottom > top:
                box = (old_x[c] * unit, old_y[r] * unit, old_x[c + 1] * unit, old_y[r + 1] * unit)
                piece = drawn.resize((right - left, bottom - top), Image.Resampling.BILINEAR, box=box)
                result.paste(piece, (left, top))
    return result


def _cuts(start: float, length: float, whole: int) -> list[float]:
    """Return where the board is cut: its rim, the sheet's edges, and a little on either side of them."""
    rim = min(_RIM, start, whole - start - length) * 0.9
    inside = min(_RIM, length / 3)
    end = start + length
    return [0.0, start - rim, start + inside, end - inside, end + rim, float(whole)]


def _scaled(picture: Image.Image, size: tuple[int, int]) -> Image.Image:
    if picture.size == size:
        return picture
    return picture.resize(size, Image.Resampling.BICUBIC)


def _papered(light: Image.Image) -> Image.Image:
    """Return the wall in the colour of paper, with a breath of grain: without it, soft light shows as steps."""
    raw = random.Random("wall").randbytes(light.width * light.height)
    grain = Image.frombytes("L", light.size, raw).point([step // 86 for step in range(256)])
    light = ImageChops.add(light, grain, 1, -1)
    return Image.merge("RGB", [light.point([round(step * part / 255) for step in range(256)]) for part in PAPER])


def grained(shade: Image.Image, weave: Weave) -> Image.Image:
    """Return the shade with the grain of the material: threads in pixels of the board, the same on every run."""
    across, down = weave.thread
    grains = (max(1, round(BOARD.width / across)), max(1, round(BOARD.height / down)))
    raw = Image.frombytes("L", grains, random.Random("grain").randbytes(grains[0] * grains[1]))
    grain = raw.resize(shade.size, Image.Resampling.BICUBIC)
    # 128 leaves the shade as it is: a soft light of little strength, since grain is a share of the light.
    flat = Image.new("L", shade.size, 128)
    return ImageChops.soft_light(shade, Image.blend(flat, grain, min(1.0, weave.grain * 4)))
