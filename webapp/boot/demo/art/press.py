"""A small screen-print shop: draw flat inks on a plate at twice the size, then pull one print."""

import math
import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from .inks import BARE, COOL, LINE, SHADE, WARM, InkSet

Point = tuple[float, float]

OVERSAMPLE = 2
SHEET = (1000, 1200)
"""Scenes draw in these units whatever the size in pixels; a smaller sheet is centred."""


class Plate:
    """A grey image whose pixel values are ink numbers; later shapes cover earlier ones."""

    def __init__(self, size: tuple[int, int]) -> None:
        self.size = size
        width, height = size[0] * OVERSAMPLE, size[1] * OVERSAMPLE
        self.scale = min(width / SHEET[0], height / SHEET[1])
        self.left = (width - SHEET[0] * self.scale) / 2
        self.top = (height - SHEET[1] * self.scale) / 2
        self.image = Image.new("L", (width, height), BARE)
        self.pen = ImageDraw.Draw(self.image)
        self.flipped = False

    @contextmanager
    def upright(self) -> Iterator[None]:
        """Draw without the left-right flip for a while: lettering must never be mirrored."""
        before, self.flipped = self.flipped, False
        try:
            yield
        finally:
            self.flipped = before

    def _px(self, points: Iterable[Point]) -> list[Point]:
        if self.flipped:
            points = [(SHEET[0] - x, y) for x, y in points]
        return [(self.left + x * self.scale, self.top + y * self.scale) for x, y in points]

    def _corners(self, x0: float, y0: float, x1: float, y1: float) -> tuple[float, float, float, float]:
        (left, top), (right, bottom) = self._px([(x0, y0), (x1, y1)])
        return min(left, right), top, max(left, right), bottom

    def flood(self, ink: int) -> None:
        """Cover the whole plate, beyond the drawing units too."""
        self.pen.rectangle((0, 0, *self.image.size), fill=ink)

    def poly(self, ink: int, points: Sequence[Point]) -> None:
        self.pen.polygon(self._px(points), fill=ink)

    def disc(self, ink: int, x: float, y: float, rx: float, ry: float | None = None) -> None:
        ry = rx if ry is None else ry
        x0, y0, x1, y1 = self._corners(x - rx, y - ry, x + rx, y + ry)
        self.pen.ellipse((x0, y0, x1, y1), fill=ink)

    def ring(self, ink: int, x: float, y: float, r: float, width: float) -> None:
        """A circle line whose middle runs at radius r."""
        outer = r + width / 2
        x0, y0, x1, y1 = self._corners(x - outer, y - outer, x + outer, y + outer)
        self.pen.ellipse((x0, y0, x1, y1), outline=ink, width=max(1, round(width * self.scale)))

    def box(self, ink: int, x: float, y: float, w: float, h: float, radius: float = 0) -> None:
        x0, y0, x1, y1 = self._corners(x, y, x + w, y + h)
        self.pen.rounded_rectangle((x0, y0, x1, y1), radius * self.scale, fill=ink)

    def line(self, ink: int, points: Sequence[Point], width: float) -> None:
        """A line with round joints and round ends."""
        marks = self._px(points)
        thick = max(1, round(width * self.scale))
        self.pen.line(marks, fill=ink, width=thick, joint="curve")
        for x, y in (marks[0], marks[-1]):
            half = thick / 2
            self.pen.ellipse((x - half, y - half, x + half, y + half), fill=ink)

    def brush(self, ink: int, points: Sequence[Point], width: float, tail: float = 0.0) -> None:
        """A stroke that starts at full width and thins out to ``tail`` of it."""
        left, right = [], []
        for i, (x, y) in enumerate(points):
            ahead, behind = points[min(i + 1, len(points) - 1)], points[max(i - 1, 0)]
            angle = math.atan2(ahead[1] - behind[1], ahead[0] - behind[0]) + math.pi / 2
            half = width / 2 * (1 - (1 - tail) * i / (len(points) - 1))
            left.append((x + math.cos(angle) * half, y + math.sin(angle) * half))
            right.append((x - math.cos(angle) * half, y - math.sin(angle) * half))
        self.poly(ink, left + right[::-1])
        self.disc(ink, *points[0], width / 2)

    def halftone(
        self,
        ink: int,
        tone: Callable[[float, float], float],
        cell: float,
        area: tuple[float, float, float, float],
    ) -> None:
        """Dots on a 45 degree grid over area (x0, y0, x1, y1); tone 0..1 sets their size."""
        x0, y0, x1, y1 = area
        half = cell / 2
        for row in range(int((y1 - y0) / half) + 1):
            y = y0 + row * half
            for column in range(int((x1 - x0) / cell) + 1):
                x = x0 + column * cell + (half if row % 2 else 0)
                size = tone(x, y)
                if size > 0.02:
                    self.disc(ink, x, y, min(1.0, size) ** 0.5 * cell * 0.52)


class Press(Plate):
    """The plate of one design, with its random source and the pulling of the print.

    Every second print is flipped left to right, lettering excepted, so that one style yields more variety.
    """

    def __init__(self, size: tuple[int, int], rng: random.Random) -> None:
        super().__init__(size)
        self.rng = rng
        self.flipped = rng.random() < 0.5

    def stencil(self) -> Plate:
        """An empty plate of the same size; draw on it with ink 255, then print through it."""
        plate = Plate(self.size)
        plate.flipped = self.flipped
        return plate

    def both(self, a: Plate, b: Plate) -> Plate:
        """A stencil that is open where both are."""
        joint = self.stencil()
        joint.image.paste(b.image, (0, 0), a.image)
        return joint

    def through(self, ink: int, *stencils: Plate) -> None:
        """Lay ink where all the stencils are open."""
        mask = stencils[0].image
        for other in stencils[1:]:
            mask = ImageChops.multiply(mask, other.image)
        self.image.paste(ink, (0, 0, *self.image.size), mask)

    def overlay(self, picture: Plate, stencil: Plate) -> None:
        """Copy another plate's inks where the stencil is open."""
        self.image.paste(picture.image, (0, 0), stencil.image)

    def shade(
        self,
        ink: int,
        shape: Callable[[Plate], None],
        tone: Callable[[float, float], float],
        cell: float,
        area: tuple[float, float, float, float],
    ) -> None:
        """Halftone inside a shape that is drawn on a stencil with ink 255."""
        window, dots = self.stencil(), self.stencil()
        shape(window)
        dots.halftone(255, tone, cell, area)
        self.through(ink, window, dots)

    def pull(self, inks: InkSet, opaque: bool) -> Image.Image:
        """Print the inks one after the other, each a little off register and a little worn."""
        ground = (*inks.ground, 255) if opaque else (*inks.ground, 0)
        print_ = Image.new("RGBA", self.size, ground)
        worn = self._wear()
        for ink in (SHADE, COOL, WARM, LINE):
            mask = self.image.point([255 if value == ink else 0 for value in range(256)]).reduce(OVERSAMPLE)
            slip = self.scale / OVERSAMPLE * 0.9
            mask = ImageChops.offset(mask, round(self.rng.uniform(-slip, slip)), round(self.rng.uniform(-slip, slip)))
            layer = Image.new("RGBA", self.size, inks.colour(ink))
            layer.putalpha(ImageChops.multiply(mask, worn))
            print_.alpha_composite(layer)
        return print_

    def _wear(self) -> Image.Image:
        """Where the mesh gave ink (white) and the pinholes where it did not."""
        small = (max(8, self.size[0] // 3), max(8, self.size[1] // 3))
        noise = Image.frombytes("L", small, self.rng.randbytes(small[0] * small[1]))
        patches = Image.frombytes("L", (12, 14), self.rng.randbytes(168)).resize(small, Image.Resampling.BICUBIC)
        grain = ImageChops.add(noise.filter(ImageFilter.BoxBlur(1)), patches, scale=2)
        holes = grain.point([max(0, min(255, (value - 40) * 22)) for value in range(256)])
        return holes.resize(self.size, Image.Resampling.BILINEAR)
