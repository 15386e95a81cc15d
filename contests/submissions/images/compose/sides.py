"""One side of a product as a picture, and as a print file."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import BinaryIO

from PIL import Image
from PIL.PngImagePlugin import PngInfo

from contests.submissions.images.compose import lettering, pictures, shapes
from contests.submissions.images.compose.canvas import Canvas
from contests.submissions.images.scene.layers import Img, Scene, Shape, Text

PERCEPTUAL = b"\x00"
COMPRESSION = 4
"""Level 6 takes twice as long for a few per cent."""


def side(scene: Scene, open_asset: Callable[[str], Image.Image]) -> Image.Image:
    """Draw the scene: RGBA, as large as its print box, transparent where nothing lies.

    `open_asset` gives the picture of an asset id, upright and in sRGB; it is asked once for each
    layer, so that only one has to be open at a time. Raises `SceneRefused` when a crop reaches out
    of its picture.
    """
    return drawn(scene, partial(_opened, open_asset))


def drawn(scene: Scene, open_asset: pictures.OpenAsset) -> Image.Image:
    """`side` with pictures that may be smaller than what they stand for (see `pictures.Asset`)."""
    canvas = Canvas(scene.width, scene.height)
    for layer in scene.layers:
        if isinstance(layer, Img):
            pictures.draw(canvas, layer, open_asset)
        elif isinstance(layer, Text):
            lettering.draw(canvas, layer)
        elif isinstance(layer, Shape):
            shapes.draw(canvas, layer)
    return canvas.picture


def save_png(picture: Image.Image, file: Path | BinaryIO, dpi: int) -> None:
    """Write the print file: its resolution and its colour space (sRGB) are said in it, nothing else is."""
    info = PngInfo()
    info.add(b"sRGB", PERCEPTUAL)
    picture.info = {}
    picture.save(file, "PNG", dpi=(dpi, dpi), pnginfo=info, compress_level=COMPRESSION)


def _opened(open_asset: Callable[[str], Image.Image], layer: Img) -> pictures.Asset:
    picture = open_asset(layer.asset)
    return pictures.Asset(picture, picture.width, picture.height)
