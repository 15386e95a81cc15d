"""Colour as the eye measures it: OKLab with a lightness that, like CIELAB's, gives the darks little room."""

from functools import cache
from math import atan2, cbrt, degrees, hypot, sqrt

Lab = tuple[float, float, float]
RGB = tuple[int, int, int]
_K1, _K2 = 0.206, 0.03
_K3 = (1 + _K1) / (1 + _K2)
_LINEAR = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in (n / 255 for n in range(256))]


@cache
def of_rgb(rgb: RGB) -> Lab:
    """OKLab of an sRGB colour (0..255 each), its lightness as seen against white paper (0..1)."""
    return of_linear(*(_LINEAR[value] for value in rgb))


def of_linear(red: float, green: float, blue: float) -> Lab:
    """OKLab of linear sRGB (0..1, beyond for colours no screen shows)."""
    long = cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
    middle = cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
    short = cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
    lightness = 0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short
    return (
        _toe(lightness),
        1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short,
    )


def luminance(rgb: RGB) -> float:
    """The relative luminance of WCAG, 0..1."""
    red, green, blue = (_LINEAR[value] for value in rgb)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def ratio(one: RGB, other: RGB) -> float:
    """The contrast ratio of WCAG between two colours, 1..21."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def distance(one: Lab, other: Lab) -> float:
    """How different two colours look: 0.02 is just visible, 1 is black against white."""
    return sqrt((one[0] - other[0]) ** 2 + (one[1] - other[1]) ** 2 + (one[2] - other[2]) ** 2)


def chroma_hue(lab: Lab) -> tuple[float, float]:
    """How colourful (0 is grey, the brightest screen colours 0.3), and the hue in degrees 0..360."""
    return hypot(lab[1], lab[2]), degrees(atan2(lab[2], lab[1])) % 360


def parse(colour: str) -> RGB:
    """The sRGB values of '#RRGGBB'; raises ValueError on anything else."""
    if len(colour) != 7 or colour[0] != "#":
        raise ValueError(f"not a colour: {colour}")
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _toe(lightness: float) -> float:
    left = _K3 * lightness - _K1
    return 0.5 * (left + sqrt(max(0.0, left * left + 4 * _K2 * _K3 * lightness)))
