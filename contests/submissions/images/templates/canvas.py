"""How many pixels a print box has."""

from typing import NamedTuple

DPIS = (300, 200, 150)
MOST_PIXELS = 25_000_000
"""What one side may weigh, so that composing it stays within the memory of a picture job."""
_CM_PER_INCH = 2.54


class Canvas(NamedTuple):
    """The pixels of a print box and how many of them make an inch."""

    w: int
    h: int
    dpi: int


def canvas(kind: str, print_w_cm: float, print_h_cm: float) -> Canvas:
    """Return the canvas of a print box: 300 dpi, or the largest of 300, 200, 150 within 25 million pixels.

    A box too big even for 150 dpi gets the whole number of dpi that still fits. Every kind has the same rule today;
    `kind` is asked for since a kind printed on a coarser machine would answer differently. Raises ValueError for a
    box without an area.
    """
    if print_w_cm <= 0 or print_h_cm <= 0:
        raise ValueError(f"The print box of a {kind} has a width and a height.")
    for dpi in DPIS:
        found = _at(dpi, print_w_cm, print_h_cm)
        if found.w * found.h <= MOST_PIXELS:
            return found
    dpi = int((MOST_PIXELS * _CM_PER_INCH**2 / (print_w_cm * print_h_cm)) ** 0.5)
    return _at(max(1, dpi - 1), print_w_cm, print_h_cm)


def _at(dpi: int, width_cm: float, height_cm: float) -> Canvas:
    return Canvas(_pixels(width_cm, dpi), _pixels(height_cm, dpi), dpi)


def _pixels(length_cm: float, dpi: int) -> int:
    return max(1, round(length_cm / _CM_PER_INCH * dpi))
