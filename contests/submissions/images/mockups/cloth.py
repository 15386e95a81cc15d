"""What light does to dyed cloth, as tables of 256 steps.

The shade map holds light, not grey: 1 is cloth facing the viewer. Dye takes its share of that light (a colour in
linear light), fibres send a little of it back undyed: so folds show on black without the cloth turning grey.
"""

import re
from dataclasses import dataclass

from PIL import Image

TOP_LIGHT = 1.5
"""The light that 255 in a shade map stands for; maps hold its square root."""


@dataclass(frozen=True)
class Weave:
    """How a material takes light.

    `white`: how much light undyed white sends back (below 1: leaves room for highlights); `sheen`: how much comes back
    whatever the dye; `contrast`: the depth of its shadows; `grain` and the size of a `thread` in units of the board.
    """

    white: float
    sheen: float
    contrast: float
    grain: float
    thread: tuple[float, float]


WEAVES = {
    "tee": Weave(0.79, 0.013, 1.15, 0.030, (1.1, 2.4)),
    "hoodie": Weave(0.81, 0.015, 1.3, 0.026, (1.6, 2.6)),
    "tote": Weave(0.88, 0.013, 1.1, 0.050, (1.3, 1.3)),
    "poster": Weave(0.80, 0.009, 1.0, 0.010, (1.5, 1.5)),
}


def channels(colour: str) -> tuple[int, int, int]:
    """Return the three channels of "#RRGGBB". Raises ValueError for anything else."""
    if not re.fullmatch(r"#[0-9A-Fa-f]{6}", colour):
        raise ValueError(f"{colour!r} is no colour like #17151C.")
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def dyed(shade: Image.Image, colour: tuple[int, int, int], weave: Weave) -> Image.Image:
    """Return the cloth of a shade map (8 bit grey) in a colour, RGB."""
    return Image.merge("RGB", [shade.point(_dye(value, weave)) for value in colour])


def _dye(value: int, weave: Weave) -> list[int]:
    albedo = linear(value / 255) * weave.white
    return [_byte(encoded(albedo * light + weave.sheen * light**2)) for light in lights(weave.contrast)]


def lights(contrast: float) -> list[float]:
    """Return the light each step of a shade map stands for."""
    return [((step / 255) ** 2 * TOP_LIGHT) ** contrast for step in range(256)]


def ink_light(weave: Weave) -> list[int]:
    """Return the factor (255 is all) by which printed ink keeps its colour in each light, for sRGB values.

    Ink is cloth of another colour that fills the gaps between the threads, so its deepest folds are a little lighter.
    """
    bright = encoded(weave.white * 1.1)
    return [_byte(min(1.0, 0.07 + 0.93 * encoded(weave.white * light) / bright)) for light in lights(weave.contrast)]


def ink_sheen(weave: Weave) -> list[int]:
    """Return what each light adds to ink, so that folds show on dark ink too; below what dark cloth sends back."""
    return [_byte(0.42 * encoded(weave.sheen * light**2)) for light in lights(weave.contrast)]


def linear(value: float) -> float:
    """Return the light an sRGB value of 0…1 stands for."""
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4


def encoded(light: float) -> float:
    """Return the sRGB value of 0…1 of a light, cut at 1."""
    light = min(1.0, max(0.0, light))
    return light * 12.92 if light <= 0.0031308 else 1.055 * light ** (1 / 2.4) - 0.055


def _byte(value: float) -> int:
    return min(255, max(0, round(value * 255)))
