"""Wallpapers for phones: the design in the middle, calm where the clock and the buttons are."""

import random
from functools import lru_cache
from pathlib import Path

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from contests.submissions.images.kit.backdrop import Backdrop, toned
from contests.submissions.images.kit.lettering import fitted, legible, text_at
from contests.submissions.images.kit.order import KitOrder
from contests.submissions.images.print_report.ground import DRAWN
from contests.submissions.images.print_report.oklab import RGB, luminance

TOP, BOTTOM = 0.28, 0.12
"""Shares of the height that stay calm: the clock lies above, buttons lie below."""
MARGIN = 0.08
ROOM = (0.295, 0.83)
CAPTION = 0.856
QUALITY = 86
MOST_ENLARGED = 10
PIXEL_ART = 64
# Pillow's gradient is 181 in the middle of its edges: from there on there is no glow.
_GLOW = [round(255 * (1 - min(1.0, value / 180)) ** 1.5) for value in range(256)]


def save(picture: Image.Image, path: Path) -> None:
    """Write a wallpaper as JPEG; it appears whole or not at all."""
    part = path.with_suffix(path.suffix + ".part")
    picture.save(part, "JPEG", quality=QUALITY, optimize=True, progressive=True)
    part.replace(path)


def wallpaper(art: Image.Image, backdrop: Backdrop, order: KitOrder, size: tuple[int, int]) -> Image.Image:
    """Return one wallpaper of `size` pixels; `art` is RGB or RGBA without clear margins."""
    wide, high = size
    shown = _sized(art, (round(wide * (1 - 2 * MARGIN)), round(high * (ROOM[1] - ROOM[0]))))
    place = ((wide - shown.width) // 2, round(high * sum(ROOM) / 2) - shown.height // 2)
    picture = _ground(backdrop, size)
    _lay(picture, shown, place, backdrop)
    picture = ImageChops.multiply(picture, _fall_off(size))
    _caption(picture, order, backdrop.colour)
    return picture


def _sized(art: Image.Image, room: tuple[int, int]) -> Image.Image:
    scale = min(room[0] / art.width, room[1] / art.height)
    if max(art.size) <= PIXEL_ART:  # a few big pixels stay crisp
        scale, way = max(1, int(scale)), Image.Resampling.NEAREST
    else:
        scale, way = min(scale, MOST_ENLARGED), Image.Resampling.LANCZOS
    size = (max(1, round(art.width * scale)), max(1, round(art.height * scale)))
    if art.mode != "RGBA":
        return art.resize(size, way, reducing_gap=3.0)
    return art.convert("RGBa").resize(size, way).convert("RGBA")


def _ground(backdrop: Backdrop, size: tuple[int, int]) -> Image.Image:
    """The colour, a little lighter behind the design unless the design brings its own sheet."""
    plain = Image.new("RGB", size, backdrop.colour)
    if backdrop.kind == "sheet":
        return plain
    lit = luminance(backdrop.colour)
    light = Image.new("RGB", size, toned(backdrop.colour, min(1.0, lit * 1.35 + 0.012)))
    wide, high = size
    glow = Image.radial_gradient("L").point(_GLOW).resize((wide * 2, round(high * 0.9)), Image.Resampling.BICUBIC)
    mask = Image.new("L", size, 0)
    mask.paste(glow, (-wide // 2, round(high * (sum(ROOM) / 2 - 0.45))))
    return Image.composite(light, plain, mask)


def _lay(picture: Image.Image, art: Image.Image, place: tuple[int, int], backdrop: Backdrop) -> None:
    kind, ground = backdrop.kind, backdrop.colour
    if kind == "cut":
        picture.paste(art, place, art)
        return
    art, frame = art.convert("RGB"), Image.new("L", art.size, 255)
    if kind == "sheet":  # the sheet goes on beyond the picture, so its edge must not be seen
        soft = max(2, max(art.size) // 40)
        frame = Image.new("L", art.size, 0)
        frame.paste(255, (soft, soft, art.width - soft, art.height - soft))
        frame = frame.filter(ImageFilter.BoxBlur(soft // 2))
        picture.paste(art, place, ImageChops.lighter(frame, _drawn(art, ground)))
        return
    radius = picture.width // 40
    if min(art.size) > 4 * radius:
        frame = _rounded(art.size, radius)
    _shadow(picture, art.size, place)
    picture.paste(art, place, frame)


def _drawn(art: Image.Image, ground: RGB) -> Image.Image:
    """Where something is drawn on the sheet: that stays, even where it touches the edge."""
    red, green, blue = ImageChops.difference(art, Image.new("RGB", art.size, ground)).split()
    strength = ImageChops.lighter(ImageChops.lighter(red, green), blue)
    return strength.point([0 if value < DRAWN else min(255, (value - DRAWN) * 6) for value in range(256)])


def _rounded(size: tuple[int, int], radius: int) -> Image.Image:
    large = Image.new("L", (size[0] * 2, size[1] * 2), 0)
    ImageDraw.Draw(large).rounded_rectangle((0, 0, size[0] * 2 - 1, size[1] * 2 - 1), radius * 2, 255)
    return large.resize(size, Image.Resampling.BOX)


def _shadow(picture: Image.Image, size: tuple[int, int], place: tuple[int, int]) -> None:
    """A soft shadow beneath, drawn small: it has no edges to keep."""
    small = Image.new("L", (picture.width // 8, picture.height // 8), 0)
    drop = picture.width // 50
    box = (place[0], place[1] + drop, place[0] + size[0], place[1] + size[1] + drop)
    small.paste(110, (box[0] // 8, box[1] // 8, box[2] // 8, box[3] // 8))
    soft = small.filter(ImageFilter.GaussianBlur(picture.width / 8 / 34))
    picture.paste((0, 0, 0), (0, 0), soft.resize(picture.size, Image.Resampling.BICUBIC))


@lru_cache(maxsize=4)
def _fall_off(size: tuple[int, int]) -> Image.Image:
    """Light that falls off to the corners by a few percent, with a grain that hides the steps of it."""
    edge = Image.radial_gradient("L").resize((size[0] * 2, size[1] * 3 // 2), Image.Resampling.BICUBIC)
    edge = edge.crop((size[0] // 2, size[1] // 4, size[0] // 2 + size[0], size[1] // 4 + size[1]))
    fall = edge.point([round(255 - 22 * (value / 255) ** 2) for value in range(256)])
    return Image.merge("RGB", (ImageChops.subtract(fall, _grain(size)),) * 3)


def _grain(size: tuple[int, int]) -> Image.Image:
    tile = Image.frombytes("L", (251, 257), random.Random(7).randbytes(251 * 257)).point([v // 86 for v in range(256)])
    whole = Image.new("L", size)
    for y in range(0, size[1], tile.height):
        for x in range(0, size[0], tile.width):
            whole.paste(tile, (x, y))
    return whole


def _caption(picture: Image.Image, order: KitOrder, ground: RGB) -> None:
    words = "  ·  ".join(part for part in (legible(order.nick), legible(order.link)) if part)
    size = fitted(words, picture.width * 0.031, picture.width * (1 - 2 * MARGIN))
    place = (picture.width / 2, picture.height * CAPTION)
    colour = "#FFFFFF" if luminance(ground) < 0.18 else "#17151C"
    text_at(picture, place, words, size, colour)
