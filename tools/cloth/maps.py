"""From the drawn light to the files a mockup is made of."""

import importlib
from pathlib import Path as File

from cloth.fields import SIZE, blurred, calc, clamped, level, moved, slopes, times
from cloth.garments import garments
from PIL import Image

from contests.submissions.images.mockups.cloth import TOP_LIGHT
from contests.submissions.images.mockups.sheets import MOST_BEND

BEND_GRID = (120, 150)
_WALL = (300, 375)


def maps(name: str) -> dict[str, Image.Image]:
    """Return the maps of a garment by the end of their file's name, all 8 bit grey."""
    kind, side = name.split("-")
    garment = garments()[name]
    drawn = getattr(importlib.import_module(f"cloth.{kind}"), kind)(garment, side)
    light, mask, folds = drawn[:3]
    if kind != "poster":
        light = times(light, _turned(mask))
    found = {
        "shade": _grey(calc(lambda f: (f["a"] / TOP_LIGHT) ** 0.5, a=clamped(light, 0.0, TOP_LIGHT))),
        "mask": _grey(mask),
        "wall": _grey(_wall(mask, drawn[4] if len(drawn) > 4 else (1.0, 1.0))).resize(_WALL, Image.Resampling.BOX),
        "bend": _bend(folds),
    }
    if len(drawn) > 3 and drawn[3] is not None:
        found["over"] = _grey(drawn[3])
    return found


def write(name: str, folder: File) -> list[File]:
    """Write the maps of one garment as PNG and return where they are."""
    written = []
    for part, picture in maps(name).items():
        written.append(folder / f"{name}-{part}.png")
        picture.save(written[-1], optimize=True)
    return written


def _grey(field: Image.Image) -> Image.Image:
    return calc(lambda f: f["a"] * 255.0 + 0.5, a=clamped(field, 0.0, 1.0)).convert("L")


def _turned(mask: Image.Image) -> Image.Image:
    """Return how much darker cloth gets where it turns away at the edge of the garment."""
    near, wide = (blurred(blurred(blurred(mask, r), r * 0.7), r * 0.4) for r in (9, 26))
    return calc(
        lambda f: 1.0 - (f["one"] - f["n"]) * 0.16 - (f["one"] - f["w"]) * 0.20,
        n=clamped(near, 0, 1),
        w=clamped(wide, 0, 1),
        one=level(1.0),
    )


def _wall(mask: Image.Image, near_far: tuple[float, float]) -> Image.Image:
    """Return the light on the wall behind: an even fall to the lower right, and the garment's shadow in two parts."""
    near = blurred(blurred(moved(mask, 9, 15), 14), 9)
    far = blurred(blurred(blurred(moved(mask, 34, 54), 66), 48), 30)
    a, b = near_far
    fall = Image.linear_gradient("L").rotate(58, Image.Resampling.BICUBIC, expand=True)
    side = fall.width // 4
    fall = fall.crop((side, side, fall.width - side, fall.height - side)).resize(SIZE, Image.Resampling.BICUBIC)
    return calc(
        lambda f: (0.985 - f["g"] / 255.0 * 0.09) * (1.0 - f["n"] * 0.30 * a) * (1.0 - f["f"] * 0.26 * b),
        g=fall.convert("F"),
        n=clamped(near, 0, 1),
        f=clamped(far, 0, 1),
    )


def _bend(folds: Image.Image) -> Image.Image:
    """Return how far a print moves to the right (upper half) and down (lower half) on the folds."""
    grid = Image.new("L", (BEND_GRID[0], BEND_GRID[1] * 2))
    for i, slope in enumerate(slopes(blurred(folds, 5))):
        pixels = calc(lambda f: f["a"] * 17.0, a=clamped(slope, -1.0, 1.0))
        part = calc(lambda f: f["a"] * (127.0 / MOST_BEND) + 128.5, a=clamped(pixels, -MOST_BEND, MOST_BEND))
        grid.paste(part.resize(BEND_GRID, Image.Resampling.BOX).convert("L"), (0, BEND_GRID[1] * i))
    return grid
