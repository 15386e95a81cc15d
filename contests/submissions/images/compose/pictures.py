"""Pictures: cropped, made one colour or one bit, brought to size, then turned into place."""

import math
from collections.abc import Callable
from dataclasses import dataclass

from PIL import Image, ImageChops

from contests.submissions.images.compose.affine import Affine, Box, bounds, corners, move, of_layer, scale
from contests.submissions.images.compose.canvas import Canvas, solid
from contests.submissions.images.compose.coverage import covered, fineness
from contests.submissions.images.scene.layers import Img
from contests.submissions.images.scene.refusals import SceneRefused

BAND_PIXELS = 4_000_000
EDGE = 2


@dataclass(frozen=True)
class Asset:
    """A picture (RGB, RGBA, L or LA) that stands for one of `width` by `height` pixels, and may be smaller."""

    picture: Image.Image
    width: int
    height: int


OpenAsset = Callable[[Img], Asset]


def draw(canvas: Canvas, layer: Img, open_asset: OpenAsset) -> None:
    """Lay the picture on the canvas. Raises `SceneRefused` when the crop reaches out of it."""
    asset = open_asset(layer)
    x0, y0, x1, y1 = layer.crop or (0, 0, asset.width, asset.height)
    if x1 > asset.width or y1 > asset.height:
        raise SceneRefused("scene-bad-crop", "", value=layer.id)
    place = of_layer(layer) @ move(-(x0 + x1) / 2, -(y0 + y1) / 2)
    outline = [place(corner) for corner in corners(x0, y0, x1, y1)]
    box = bounds(outline, canvas.box)
    if box is None:
        return
    given = scale(asset.picture.width / asset.width, asset.picture.height / asset.height)
    part = _part([given(place.inverse()(corner)) for corner in corners(*box)], given, (x0, y0, x1, y1))
    picture, k = asset.picture.crop(part), layer.k / given.a
    del asset  # the whole of it may be large, and nobody else may hold it
    source, to_source = _prepared(_effects(picture, layer), k)
    del picture
    to_source = to_source @ move(-part[0], -part[1]) @ given
    fine = fineness(box)

    def paint(band: Box) -> Image.Image:
        to_band = to_source @ place.inverse() @ move(band[0], band[1])
        size = (band[2] - band[0], band[3] - band[1])
        seen = source.transform(size, Image.Transform.AFFINE, to_band.rows(), Image.Resampling.BICUBIC)
        inside = covered([outline], band, fine)
        if seen.mode == "L":
            return solid(layer.tint or "#000000", ImageChops.multiply(seen, inside))
        if seen.mode == "RGBa":
            seen = seen.convert("RGBA")
            inside = ImageChops.multiply(seen.getchannel("A"), inside)
        seen.putalpha(inside)
        return seen

    canvas.lay(box, paint, fine * fine, layer.opacity, layer.multiply)


def _prepared(picture: Image.Image, k: float) -> tuple[Image.Image, Affine]:
    """The picture no larger than it will be, with its border repeated, and the map from its pixels to those.

    The border keeps the edge from fading where the picture ends.
    """
    size = _size(picture.size, k)
    small = _resized(picture, size)
    # Multiplied with its alpha once: Pillow would do it for the whole picture with every band.
    return _edged(small.convert("RGBa") if small.mode == "RGBA" else small), move(EDGE, EDGE) @ scale(
        size[0] / picture.width, size[1] / picture.height
    )


def _part(seen: list[tuple[float, float]], given: Affine, crop: Box) -> Box:
    """The whole pixels of the picture in hand that are inside of the crop and seen, with some to spare."""
    left, top = given((crop[0], crop[1]))
    right, bottom = given((crop[2], crop[3]))
    within = (math.floor(left), math.floor(top), math.ceil(right), math.ceil(bottom))
    xs, ys = zip(*seen, strict=True)
    spare = 16 + max(max(xs) - min(xs), max(ys) - min(ys)) / 50
    grown = [(min(xs) - spare, min(ys) - spare), (max(xs) + spare, max(ys) + spare)]
    return bounds(grown, within) or (within[0], within[1], within[0] + 1, within[1] + 1)


def _effects(picture: Image.Image, layer: Img) -> Image.Image:
    """The picture as it is, or only a mask (mode L) where one colour is all that is left of it."""
    if layer.threshold is not None:
        return _one_bit(picture, layer.threshold)
    if layer.tint is not None:
        if picture.mode in ("RGBA", "LA"):
            return picture.getchannel("A")
        return Image.new("L", picture.size, 255)
    return picture if picture.mode in ("RGB", "RGBA") else picture.convert("RGBA" if picture.mode == "LA" else "RGB")


def _one_bit(picture: Image.Image, threshold: int) -> Image.Image:
    """Ink where the picture over white is darker than `threshold` and more than half opaque; in bands."""
    whole = Image.new("L", picture.size)
    rows = max(1, BAND_PIXELS // picture.width)
    for top in range(0, picture.height, rows):
        band = picture.crop((0, top, picture.width, min(picture.height, top + rows)))
        alpha = band.getchannel("A") if band.mode in ("RGBA", "LA") else None
        if alpha:
            white = Image.new("RGBA", band.size, "white")
            white.alpha_composite(band.convert("RGBA"))
            band = white
        ink = band.convert("RGB").convert("L").point([255 if value < threshold else 0 for value in range(256)])
        if alpha:
            ink = ImageChops.darker(ink, alpha.point([255 if value >= 128 else 0 for value in range(256)]))
        whole.paste(ink, (0, top))
    return whole


def _size(size: tuple[int, int], k: float) -> tuple[int, int]:
    return (max(1, round(size[0] * min(1.0, k))), max(1, round(size[1] * min(1.0, k))))


def _resized(picture: Image.Image, size: tuple[int, int]) -> Image.Image:
    """Smaller, in bands where that saves much memory: Pillow multiplies alpha in, in a copy of what it is given."""
    if size == picture.size:
        return picture
    factor = max(1, min(picture.width // size[0], picture.height // size[1]) // 2)
    if factor == 1 or picture.width * picture.height <= BAND_PIXELS:
        return picture.resize(size, Image.Resampling.BICUBIC)
    rows = max(1, BAND_PIXELS // picture.width // factor) * factor
    small = Image.new(picture.mode, (math.ceil(picture.width / factor), math.ceil(picture.height / factor)))
    for top in range(0, picture.height, rows):
        band = picture.crop((0, top, picture.width, min(picture.height, top + rows)))
        small.paste(_reduced(band, factor), (0, top // factor))
    return small.resize(size, Image.Resampling.BICUBIC, (0, 0, picture.width / factor, picture.height / factor))


def _reduced(band: Image.Image, factor: int) -> Image.Image:
    return band.convert("RGBa").reduce(factor).convert("RGBA") if band.mode == "RGBA" else band.reduce(factor)


def _edged(picture: Image.Image) -> Image.Image:
    """With its border pixels repeated EDGE times outwards."""
    width, height = picture.size
    whole = Image.new(picture.mode, (width + 2 * EDGE, height + 2 * EDGE))
    whole.paste(picture, (EDGE, EDGE))
    for row, to in ((EDGE, 0), (EDGE + height - 1, EDGE + height)):
        strip = whole.crop((EDGE, row, EDGE + width, row + 1))
        whole.paste(strip.resize((width, EDGE), Image.Resampling.NEAREST), (EDGE, to))
    for column, to in ((EDGE, 0), (EDGE + width - 1, EDGE + width)):
        strip = whole.crop((column, 0, column + 1, height + 2 * EDGE))
        whole.paste(strip.resize((EDGE, height + 2 * EDGE), Image.Resampling.NEAREST), (to, 0))
    return whole
