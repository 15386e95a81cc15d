"""From which distance do two pictures look alike? Hit and false-alarm rates of the look-alike hash, measured.

    python -m tools.lookalikes [DRAWINGS] [SCENES]

Draws different designs (all styles of the demo's art, and scenes that pass for photos), copies each with every
trick a copyist would use, and prints for each distance which share of the copies is found and which share of pairs
of different pictures is taken for copies. The same numbers each time. docs/lookalikes.md holds the result.
"""

import io
import random
import sys
from collections.abc import Callable
from itertools import combinations

from PIL import Image, ImageDraw, ImageEnhance, ImageFilter, ImageOps

from contests.submissions.images.hashing import dhashes, nearest
from webapp.boot.demo.art import STYLES, draw

SIZE = (300, 360)
DISTANCES = (2, 4, 6, 8, 10, 12, 14, 16, 18, 20)
Trick = Callable[[Image.Image], Image.Image]


def main(drawings: int = 6, scenes: int = 60) -> None:
    """Print both tables."""
    originals = _drawings(drawings) + [("scene", _scene(seed)) for seed in range(scenes)]
    hashes = [dhashes(picture) for _style, picture in originals]
    print(f"{len(originals)} pictures; share found, by differing bits of 64")
    print(f"{'':26}" + "".join(f"{each:>7}" for each in DISTANCES))
    for name, trick in TRICKS.items():
        apart = [
            nearest(dhashes(trick(picture))[0], own) for (_style, picture), own in zip(originals, hashes, strict=True)
        ]
        print(f"{name:26}" + _row(apart))
    print("pairs of different pictures taken for copies")
    styles = [style for style, _picture in originals]
    pairs = [(nearest(hashes[b][0], hashes[a]), a, b) for a, b in combinations(range(len(originals)), 2)]
    same = [apart for apart, a, b in pairs if styles[a] == styles[b] != "scene"]
    other = [apart for apart, a, b in pairs if styles[a] != styles[b] or styles[a] == "scene"]
    print(f"{f'other motifs ({len(other)})':26}" + _row(other))
    print(f"{f'one motif redrawn ({len(same)})':26}" + _row(same))


def _row(apart: list[int]) -> str:
    return "".join(f"{100 * sum(each <= most for each in apart) / len(apart):6.2f}%" for most in DISTANCES)


def _drawings(each: int) -> list[tuple[str, Image.Image]]:
    return [(style, draw(style, seed, SIZE)) for style in STYLES for seed in range(each)]


def _scene(seed: int) -> Image.Image:
    """Soft light, blurred masses and grain: what a photo is to a hash."""
    dice = random.Random(seed)
    top, bottom = (tuple(dice.randrange(256) for _ in range(3)) for _ in range(2))
    picture = Image.composite(
        Image.new("RGB", SIZE, top), Image.new("RGB", SIZE, bottom), Image.linear_gradient("L").resize(SIZE)
    )
    brush = ImageDraw.Draw(picture)
    for _ in range(dice.randrange(5, 14)):
        x, y, wide, high = (dice.randrange(side) for side in (*SIZE, *SIZE))
        colour = (dice.randrange(256), dice.randrange(256), dice.randrange(256))
        brush.ellipse((x - wide / 3, y - high / 3, x + wide / 3, y + high / 3), fill=colour)
    return picture.filter(ImageFilter.GaussianBlur(dice.randrange(2, 12)))


def _jpeg(quality: int) -> Trick:
    def recompressed(picture: Image.Image) -> Image.Image:
        file = io.BytesIO()
        _flat(picture).save(file, "JPEG", quality=quality)
        return Image.open(file).convert("RGB")

    return recompressed


def _cropped(share: float) -> Trick:
    def cropped(picture: Image.Image) -> Image.Image:
        wide, high = picture.size
        return picture.crop((int(wide * share), int(high * share), wide, high))

    return cropped


def _recoloured(picture: Image.Image) -> Image.Image:
    """Other inks: hues exchanged, lightness kept."""
    hue, saturation, value = _flat(picture).convert("HSV").split()
    turned = hue.point([(each + 90) % 256 for each in range(256)])
    return Image.merge("HSV", (turned, saturation, value)).convert("RGB")


def _lettered(picture: Image.Image) -> Image.Image:
    copy = _flat(picture)
    wide, high = copy.size
    brush = ImageDraw.Draw(copy)
    brush.rectangle((wide * 0.1, high * 0.84, wide * 0.9, high * 0.94), fill="white")
    brush.text((wide * 0.14, high * 0.85), "OFFICIAL TOUR 2027", fill="black", font_size=high * 0.07)
    return copy


def _flat(picture: Image.Image) -> Image.Image:
    flat = Image.new("RGB", picture.size, "white")
    flat.paste(picture, mask=picture.getchannel("A") if picture.mode == "RGBA" else None)
    return flat


TRICKS: dict[str, Trick] = {
    "JPEG, quality 40": _jpeg(40),
    "a third of the size": lambda picture: picture.resize((100, 120), Image.Resampling.LANCZOS),
    "turned by 90 degrees": lambda picture: picture.transpose(Image.Transpose.ROTATE_90),
    "mirrored": ImageOps.mirror,
    "mirrored and turned": lambda picture: ImageOps.mirror(picture).transpose(Image.Transpose.ROTATE_270),
    "brighter": lambda picture: ImageEnhance.Brightness(_flat(picture)).enhance(1.25),
    "blurred": lambda picture: picture.filter(ImageFilter.GaussianBlur(2)),
    "other inks": _recoloured,
    "grey": lambda picture: _flat(picture).convert("L").convert("RGB"),
    "cropped by 2 %": _cropped(0.02),
    "cropped by 5 %": _cropped(0.05),
    "cropped by 10 %": _cropped(0.10),
    "letters added": _lettered,
    "a white border of 3 %": lambda picture: ImageOps.expand(_flat(picture), SIZE[0] * 3 // 100, "white"),
    "a white border of 8 %": lambda picture: ImageOps.expand(_flat(picture), SIZE[0] * 8 // 100, "white"),
    "turned by 3 degrees": lambda picture: _flat(picture).rotate(3, Image.Resampling.BICUBIC, fillcolor="white"),
}

if __name__ == "__main__":
    main(*(int(each) for each in sys.argv[1:]))
