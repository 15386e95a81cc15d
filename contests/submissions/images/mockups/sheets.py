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
PAPER = (255, 250, 242)
MOST_BEND = 10
"""How many pixels of the board black and white stand for in a map of bends."""


@dataclass(frozen=True)
class Stage:
    """Everything but the design and the colour, at the width of the picture."""

    scale: float
    box: Box
    weave: Weave
    shade: Image.Image
    mask: Image.Image
    wall: Image.Image
    inkable: Image.Image
    bend: tuple[Image.Image, Image.Image]


def stage_of(kind: str, side: str, print_w_cm: float, print_h_cm: float, width: int) -> Stage:
    """Return the stage for a print of this size; raises as `placement` does."""
    box = placement(kind, side, print_w_cm, print_h_cm)
    shaped = box if TEMPLATES[kind][side].sheet else None
    return _stage(kind, side, box, shaped, width)


def _stage(kind: str, side: str, box: Box, sheet: Box | None, width: int) -> Stage:
    shade, mask, wall, inkable, east, south = _layers(kind, side, sheet, width)
    return Stage(width / BOARD.width, box, WEAVES[kind], shade, mask, wall, inkable, (east, south))


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
    path = MAPS / f"{kind}-{side}-{part}.png"
    with Image.open(path) as picture:
        picture.load()
        return picture.copy()


def _scaled(picture: Image.Image, size: tuple[int, int]) -> Image.Image:
    if picture.size == size:
        return picture
    return picture.resize(size, Image.Resampling.BICUBIC if picture.width < size[0] else Image.Resampling.BOX)


def _papered(light: Image.Image) -> Image.Image:
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
