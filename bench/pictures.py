"""The rendition set of two big pictures, beside a bare Pillow script that writes the same files."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

from PIL import Image

from bench.table import Row, alternating
from contests.submissions.images import sandbox
from contests.submissions.images.renditions import Recipe

BARE = """
import sys
from PIL import Image, ImageOps
Image.MAX_IMAGE_PIXELS = None
picture = Image.open(sys.argv[1])
picture.draft("RGB", (1080, 1080))
picture = ImageOps.exif_transpose(picture)
picture = picture.convert("RGBA" if "A" in picture.mode else "RGB")
width, height = picture.size
for wide in %(widths)s:
    picture = picture.resize((wide, round(wide * height / width)), Image.Resampling.LANCZOS)
    avif = {"quality": %(avif_quality)s, "speed": %(avif_speed)s, "max_threads": %(avif_threads)s}
    picture.save(f"{sys.argv[2]}/{wide}.avif", **avif)
    picture.convert("RGB").save(f"{sys.argv[2]}/{wide}.jpg", quality=%(jpeg_quality)s, optimize=True, progressive=True)
"""


def measure(folder: Path, rounds: int) -> list[Row]:
    """Return one row a picture."""
    folder.mkdir(parents=True, exist_ok=True)
    made = {
        "pictures: 24 MP JPEG": _saved(_noise(6000, 4000, "RGB"), folder / "photo.jpg", quality=90),
        "pictures: 36 MP RGBA PNG": _saved(_noise(6000, 6000, "RGBA"), folder / "art.png", compress_level=1),
    }
    rows = []
    for name, path in made.items():
        ours, bare = alternating(
            rounds, lambda path=path: _product(path, folder), lambda path=path: _bare(path, folder)
        )  # type: ignore[misc]
        rows.append(Row(name, "s a set", ours, bare, "Pillow script", more_is_better=False, goal=1.7))
    return rows


def _noise(width: int, height: int, mode: str) -> Image.Image:
    """A picture with some structure: neither flat nor static."""
    bands = [
        Image.effect_mandelbrot((width // 8, height // 8), (-2 + n / 9, -1.2, 0.8, 1.2), 40).resize((width, height))
        for n in range(len(mode))
    ]
    return Image.merge(mode, bands)


def _saved(picture: Image.Image, path: Path, **options: int) -> Path:
    picture.save(path, **options)
    return path


def _product(path: Path, folder: Path) -> float:
    began = time.perf_counter()
    sandbox.run(path, folder / "out")
    return time.perf_counter() - began


def _bare(path: Path, folder: Path) -> float:
    out = folder / "bare"
    out.mkdir(exist_ok=True)
    recipe = {**Recipe().as_json(), "widths": sorted(Recipe().widths, reverse=True)}
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", BARE % recipe, str(path), str(out)], check=True)
    return time.perf_counter() - began
