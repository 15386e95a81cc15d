"""Text: laid out by RAQM as browsers lay it out, drawn large without caring for pixels, then put in place.

A line is drawn word by word and a curved line letter by letter, so that only what can be seen is drawn.
"""

import math
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from PIL import Image, ImageChops, ImageDraw, ImageFont

from contests.submissions.images.compose.affine import Affine, Box, bounds, corners, move, of_layer, scale, turn
from contests.submissions.images.compose.canvas import Canvas, solid
from contests.submissions.images.fonts import FONTS
from contests.submissions.images.scene.layers import Text

LINE_HEIGHT = 1.2
SETTLED = 256.0
MOST_MASK, MOST_MASKS = 24_000_000, 120_000_000
_LITTLE = 3_000_000
_LEAST_SIZE = 4.0


@dataclass(frozen=True)
class Piece:
    """A few letters: `place` takes their baseline's start from 0,0 into the layer's own units."""

    text: str
    place: Affine


@dataclass
class Stamp:
    """A piece drawn as masks (mode L): letters, and letters with outline; `place` takes mask pixels to the print.

    `grain` is how many print pixels one mask pixel is wide, times the fineness of the print.
    """

    fill: Image.Image
    edge: Image.Image | None
    place: Affine
    box: Box
    grain: float


def draw(canvas: Canvas, layer: Text) -> None:
    """Lay the text on the canvas: all outlines first, then all letters."""
    placed = [Piece(piece.text, _settled(of_layer(layer) @ piece.place, layer)) for piece in pieces(layer)]
    seen = [(piece, box) for piece in placed if (box := _reach(layer, piece, canvas.box))]
    if not seen:
        return
    whole = _union([box for _, box in seen])
    fine = 4 if (whole[2] - whole[0]) * (whole[3] - whole[1]) <= _LITTLE else 2
    most = min(MOST_MASK, MOST_MASKS // len(seen))
    stamps = [_stamp(layer, piece, box, fine, most) for piece, box in seen]

    def paint(band: Box) -> Image.Image:
        piece = solid(layer.colour, _pressed([(stamp.fill, stamp) for stamp in stamps], band, fine))
        if layer.outline and layer.outline.width:
            edges = [(stamp.edge, stamp) for stamp in stamps if stamp.edge]
            under = solid(layer.outline.colour, _pressed(edges, band, fine))
            under.alpha_composite(piece)
            return under
        return piece

    canvas.lay(whole, paint, fine * fine, layer.opacity, layer.multiply)


def pieces(layer: Text) -> Iterator[Piece]:
    """What the text is made of, in reading order."""
    font, lines = FONTS[layer.font], layer.lines
    up, down = (value / font.units_per_em * layer.size for value in (font.ascent, -font.descent))
    height = up + down + (len(lines) - 1) * LINE_HEIGHT * layer.size
    widths = [_width(layer, line) for line in lines]
    if layer.arc and widths[0]:
        yield from _curved(layer, widths[0], up - height / 2)
        return
    for i, line in enumerate(lines):
        free = max(widths) - widths[i]
        left = {"l": 0.0, "c": free / 2, "r": free}[layer.align] - max(widths) / 2
        baseline = up - height / 2 + i * LINE_HEIGHT * layer.size
        for word in re.finditer(r"[^ ]+", line):
            start = _width(layer, line[: word.end()]) - _width(layer, word.group())
            yield Piece(word.group(), move(left + start, baseline))


def _curved(layer: Text, width: float, baseline: float) -> Iterator[Piece]:
    """Each letter stands on the circle with the middle of its advance, upright on it."""
    radius = width / math.radians(layer.arc)
    before = ""
    for letter in _letters(layer.text):
        start, end = _width(layer, before), _width(layer, before + letter)
        before += letter
        angle = ((start + end) / 2 - width / 2) / radius
        middle = move(radius * math.sin(angle), baseline + radius * (1 - math.cos(angle)))
        yield Piece(letter, middle @ turn(math.degrees(angle)) @ move((start - end) / 2, 0))


def _letters(text: str) -> list[str]:
    """Characters with the marks that stand on them."""
    found: list[str] = []
    for char in text:
        if found and unicodedata.category(char).startswith("M"):
            found[-1] += char
        else:
            found.append(char)
    return found


@lru_cache(maxsize=16)
def _face(font: str, size: float) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(FONTS[font].path, size, layout_engine=ImageFont.Layout.RAQM)


def _width(layer: Text, text: str) -> float:
    """How far the pen moves over `text`, in the layer's units; measured in the font's own grid."""
    units = FONTS[layer.font].units_per_em
    return _face(layer.font, units).getlength(text) / units * layer.size if text else 0.0


def _settled(place: Affine, layer: Text) -> Affine:
    """A level or plumb baseline on whole pixels, as browsers put it: letters stand on sharp feet."""
    if layer.size * layer.k > SETTLED:
        return place
    if place.b == 0 and place.c == 0:
        return replace(place, f=math.floor(place.f + 0.5))
    if place.a == 0 and place.d == 0:
        return replace(place, e=math.floor(place.e + 0.5))
    return place


def _reach(layer: Text, piece: Piece, within: Box) -> Box | None:
    """Where the piece, which is placed on the print, can leave ink."""
    units = FONTS[layer.font].units_per_em
    left, top, right, bottom = (
        value / units * layer.size for value in _face(layer.font, units).getbbox(piece.text, anchor="ls")
    )
    edge = layer.outline.width if layer.outline else 0.0
    spare = edge + layer.size / 50
    around = corners(left - spare, top - spare, right + spare, bottom + spare)
    return bounds([piece.place(corner) for corner in around], within)


def _stamp(layer: Text, piece: Piece, box: Box, fine: int, most: int) -> Stamp:
    """Draw the piece at `fine` times its size on the print, or as large as `most` mask pixels allow."""
    size, edge = layer.size * layer.k * fine, (layer.outline.width if layer.outline else 0.0) * layer.k * fine
    units = FONTS[layer.font].units_per_em
    left, top, right, bottom = _face(layer.font, units).getbbox(piece.text, anchor="ls")
    area = ((right - left) / units * size + 2 * edge + 2) * ((bottom - top) / units * size + 2 * edge + 2)
    shrink = min(1.0, math.sqrt(most / area))
    drawn = max(_LEAST_SIZE, size * shrink)
    face, by = _face(layer.font, drawn), layer.size / drawn
    fill, corner = _mask(face, piece.text, 0.0)
    outlined = None
    if edge:
        outlined, outer = _mask(face, piece.text, layer.outline.width / by if layer.outline else 0.0)
        same = Image.new("L", outlined.size)
        same.paste(fill, (corner[0] - outer[0], corner[1] - outer[1]))
        fill, corner = same, outer
        _mend(outlined, fill, edge * drawn / size)
    return Stamp(fill, outlined, piece.place @ scale(by, by) @ move(*corner), box, size / drawn)


def _mask(face: ImageFont.FreeTypeFont, text: str, edge: float) -> tuple[Image.Image, tuple[int, int]]:
    """The letters (with an outline of that width around them), and where the mask's corner lies from the pen."""
    left, top, right, bottom = face.getbbox(text, anchor="ls", stroke_width=edge)
    x, y = math.floor(left) - 1, math.floor(top) - 1
    mask = Image.new("L", (math.ceil(right) + 1 - x, math.ceil(bottom) + 1 - y))
    ImageDraw.Draw(mask).text((-x, -y), text, fill=255, font=face, anchor="ls", stroke_width=edge, stroke_fill=255)
    return mask, (x, y)


def _mend(outlined: Image.Image, fill: Image.Image, edge: float) -> None:
    """Close the holes that FreeType's stroker leaves where an outline fills a narrow eye of a letter.

    The letters moved by less than the outline's width never reach out of a right outline.
    """
    for part in (0.95, 0.6, 0.3):
        for step in range(10):
            angle, reach = math.radians(36 * step), max(0.0, edge * part - 1)
            outlined.paste(255, (round(reach * math.cos(angle)), round(reach * math.sin(angle))), fill)


def _pressed(masks: list[tuple[Image.Image, Stamp]], band: Box, fine: int) -> Image.Image:
    """The masks in their places, as one mask of the size of `band`."""
    big = Image.new("L", ((band[2] - band[0]) * fine, (band[3] - band[1]) * fine))
    for mask, stamp in masks:
        box = _overlap(stamp.box, band)
        if box is None:
            continue
        to_mask = stamp.place.inverse() @ move(box[0], box[1]) @ scale(1 / fine, 1 / fine)
        size = ((box[2] - box[0]) * fine, (box[3] - box[1]) * fine)
        ink = mask.transform(size, Image.Transform.AFFINE, to_mask.rows(), Image.Resampling.BILINEAR)
        if stamp.grain > 1.5:
            ink = ink.point(_crisp(min(8.0, stamp.grain)))
        corner = ((box[0] - band[0]) * fine, (box[1] - band[1]) * fine)
        there = (*corner, corner[0] + size[0], corner[1] + size[1])
        big.paste(ImageChops.lighter(ink, big.crop(there)), corner)
    return big.reduce(fine)


def _crisp(gain: float) -> list[int]:
    """Brings back the edge of a mask that was drawn too small."""
    return [max(0, min(255, round((value - 127.5) * gain + 127.5))) for value in range(256)]


def _overlap(a: Box, b: Box) -> Box | None:
    box = (max(a[0], b[0]), max(a[1], b[1]), min(a[2], b[2]), min(a[3], b[3]))
    return box if box[0] < box[2] and box[1] < box[3] else None


def _union(boxes: list[Box]) -> Box:
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)
