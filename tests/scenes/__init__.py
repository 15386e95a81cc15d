"""Scenes that together use all that a scene can say, and the pictures they show.

Each `<name>.json` beside this file is one side of a product, drawn small (900 by 1080). What the
browser shows of them is compared with what the server composes.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any

from PIL import Image, ImageChops, ImageDraw

FOLDER = Path(__file__).parent


def names() -> list[str]:
    """The names of all scenes, in order."""
    return sorted(path.stem for path in FOLDER.glob("*.json"))


def load(name: str) -> dict[str, Any]:
    """The scene of that name, as its JSON says it."""
    loaded: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return loaded


def asset(name: str) -> Image.Image:
    """The picture that the scenes call by that asset id."""
    return _asset(name).copy()


ASSETS = ("photo", "logo", "sketch", "glow", "sprite", "poster")


@cache
def _asset(name: str) -> Image.Image:
    return {"photo": _photo, "logo": _logo, "sketch": _sketch, "glow": _glow, "sprite": _sprite, "poster": _poster}[
        name
    ]()


def _photo() -> Image.Image:
    """Soft hills under a sky, 1200 by 900, without transparency."""
    across, down = Image.linear_gradient("L").rotate(90).resize((1200, 900)), Image.linear_gradient("L")
    picture = Image.merge("RGB", (across, down.resize((1200, 900)), ImageChops.invert(across)))
    pen = ImageDraw.Draw(picture)
    for i in range(12):
        pen.ellipse((100 * i - 150, 500 + 37 * (i % 5), 100 * i + 150, 1100), fill=(20 + 12 * i, 90 + 6 * i, 60))
    pen.ellipse((860, 90, 1020, 250), fill=(255, 240, 190))
    return picture


def _logo() -> Image.Image:
    """A ring with a hole and soft edges, 640 by 480, on nothing."""
    big = Image.new("L", (1280, 960))
    pen = ImageDraw.Draw(big)
    pen.ellipse((320, 160, 960, 800), fill=255)
    pen.ellipse((480, 320, 800, 640), fill=0)
    pen.polygon([(100, 860), (640, 60), (1180, 860), (640, 700)], outline=255, width=36)
    picture = Image.new("RGBA", (640, 480), "#e4572e")
    picture.paste((23, 190, 187, 255), (0, 240, 640, 480))
    picture.putalpha(big.reduce(2))
    return picture


def _sketch() -> Image.Image:
    """Pencil lines on grey paper, 800 by 1000: what a threshold is for."""
    picture = Image.linear_gradient("L").resize((800, 1000)).point(lambda value: 170 + value // 4).convert("RGB")
    pen = ImageDraw.Draw(picture)
    for i in range(9):
        box = (60 + 30 * i, 80 + 40 * i, 740 - 30 * i, 920 - 40 * i)
        pen.arc(box, 20 * i, 20 * i + 290, fill=(60, 50, 90), width=14)
    pen.line([(100, 900), (400, 120), (700, 900)], fill=(30, 30, 30), width=22, joint="curve")
    return picture


def _glow() -> Image.Image:
    """Light that fades to nothing, 512 by 512."""
    picture = Image.new("RGBA", (512, 512), "#ffb000")
    picture.putalpha(ImageChops.invert(Image.radial_gradient("L")).resize((512, 512)))
    return picture


def _sprite() -> Image.Image:
    """Sixteen by sixteen pixels of a creature, on nothing."""
    picture = Image.new("RGBA", (16, 16))
    pen = ImageDraw.Draw(picture)
    pen.rectangle((3, 3, 12, 12), fill="#5f4bb6")
    pen.rectangle((5, 6, 6, 7), fill="white")
    pen.rectangle((9, 6, 10, 7), fill="white")
    pen.line((5, 10, 10, 10), fill="#202c59")
    pen.line((3, 13, 3, 14), fill="#86a5d9")
    pen.line((12, 13, 12, 14), fill="#86a5d9")
    return picture


def _poster() -> Image.Image:
    """Fine detail, 2400 by 3000: stripes, dots and a fractal's edge."""
    fractal = Image.effect_mandelbrot((600, 750), (-2.2, -1.4, 0.8, 1.4), 60).resize((2400, 3000))
    picture = Image.merge("RGB", (fractal, ImageChops.invert(fractal), fractal.transpose(Image.Transpose.ROTATE_180)))
    pen = ImageDraw.Draw(picture)
    for i in range(0, 2400, 48):
        pen.line((i, 2200, i + 300, 2900), fill="#14213d", width=12)
        pen.ellipse((i, 100 + i // 4, i + 30, 130 + i // 4), fill="#fca311")
    return picture
