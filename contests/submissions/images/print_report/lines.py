"""How thin the thinnest lines come out in print.

Rows and columns of the picture, evenly spread, are searched for outlines of the art. From each
crossing a ray goes straight into the art until it leaves it: its length is the width of the stroke
there, whatever way the stroke runs. Softened edges are measured at half of the stroke's strength.
"""

from math import hypot

from PIL import Image, ImageFilter

from contests.submissions.images.print_report.ground import DRAWN

RAYS = 2500
LINES = 260
"""At most so many rows, and columns, are searched, and so many outlines measured."""
REACH_MM = 3.0
"""Wider than this is no line; measuring further would only cost time."""
SHARE = 0.03
"""The thinnest line is as wide as this share of the outlines, or more: single hairs don't count."""

WEAK = 0.25
"""What is fainter than this share of the strongest is not a line: the ripples of JPEG beside one."""


def thinnest_mm(strength: Image.Image, mm_per_px: float) -> float | None:
    """The width of the thinnest lines in an 'L' picture of how strongly each pixel is drawn.

    None when nothing drawn has an outline; REACH_MM when everything is wider.
    """
    starts = _outlines(strength)
    if not starts:
        return None
    smooth = strength.filter(ImageFilter.BoxBlur(1))
    field = _Field(strength, smooth)
    reach = max(3.0, REACH_MM / mm_per_px)
    widths = sorted(width for x, y in starts if (width := field.width_from(x, y, reach)) is not None)
    if not widths:
        return None
    return round(min(REACH_MM, widths[int(SHARE * len(widths))] * mm_per_px), 2)


def _outlines(strength: Image.Image) -> list[tuple[int, int]]:
    """Undrawn pixels beside drawn ones, on evenly spread rows and columns."""
    mask = strength.point(lambda value: 255 if value > DRAWN else 0)
    wide, high = mask.size
    data = mask.tobytes()
    found: list[tuple[int, int]] = []
    for y in _spread(high):
        found += [(x, y) for x in _turns(data[y * wide : (y + 1) * wide])]
    for x in _spread(wide):
        found += [(x, y) for y in _turns(data[x::wide])]
    step = max(1, -(-len(found) // RAYS))
    return found[::step]


def _spread(length: int) -> list[int]:
    count = min(LINES, length)
    return [int((at + 0.5) * length / count) for at in range(count)]


def _turns(line: bytes) -> list[int]:
    """Positions of the undrawn pixels at each change between drawn and undrawn."""
    found, at = [], 0
    while (at := line.find(b"\0\xff", at)) >= 0:
        found.append(at)
        at += 1
    at = 0
    while (at := line.find(b"\xff\0", at)) >= 0:
        found.append(at + 1)
        at += 1
    return found


class _Field:
    """How strongly each pixel is drawn, readable between pixels."""

    def __init__(self, strength: Image.Image, smooth: Image.Image) -> None:
        self.data, self.smooth = strength.tobytes(), smooth.tobytes()
        self.wide, self.high = strength.size
        self.weak = max(DRAWN, max(self.data) * WEAK)

    def width_from(self, x: int, y: int, reach: float) -> float | None:
        """The width in pixels of the stroke beside the undrawn pixel (x, y), at most `reach`; None for ripples."""
        across = self._inward(x, y)
        if across is None:
            return None
        dx, dy = across
        values = [self._at(x - dx * step, y - dy * step) for step in (2.0, 1.5, 1.0, 0.5)]
        most, step = 0.0, 0.0
        while step <= reach + 3:
            value = self._at(x + dx * step, y + dy * step)
            values.append(value)
            most = max(most, value)
            if value <= DRAWN and (most > DRAWN or step >= 3):
                return self._half_width(values, most) if most > self.weak else None
            step += 0.5
        return reach

    @staticmethod
    def _half_width(values: list[float], most: float) -> float:
        """The length, in steps of half a pixel, over which the stroke has half of its full strength."""
        half = most / 2
        inside = [at for at, value in enumerate(values) if value >= half]
        if not inside:
            return 0.5
        first, last = inside[0], inside[-1]
        width = float(last - first)
        if first and values[first] > values[first - 1]:
            width += (values[first] - half) / (values[first] - values[first - 1])
        if last + 1 < len(values) and values[last] > values[last + 1]:
            width += (values[last] - half) / (values[last] - values[last + 1])
        return max(0.5, width / 2)

    def _inward(self, x: int, y: int) -> tuple[float, float] | None:
        """The direction in which the picture gets stronger fastest, of length 1."""
        if not (2 <= x < self.wide - 2 and 2 <= y < self.high - 2):
            return None
        rows = [self.smooth[(y + d) * self.wide + x - 1 : (y + d) * self.wide + x + 2] for d in (-1, 0, 1)]
        dx = sum((row[2] - row[0]) * weight for row, weight in zip(rows, (1, 2, 1), strict=True))
        dy = sum((rows[2][at] - rows[0][at]) * weight for at, weight in enumerate((1, 2, 1)))
        length = hypot(dx, dy)
        return (dx / length, dy / length) if length > 8 else None

    def _at(self, x: float, y: float) -> float:
        left, top = int(x // 1), int(y // 1)
        if not (0 <= left < self.wide - 1 and 0 <= top < self.high - 1):
            return 0.0
        right, below = x - left, y - top
        at = top * self.wide + left
        data = self.data
        upper = data[at] + (data[at + 1] - data[at]) * right
        lower = data[at + self.wide] + (data[at + self.wide + 1] - data[at + self.wide]) * right
        return upper + (lower - upper) * below
