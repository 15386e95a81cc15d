"""Rendition sets of two big pictures beside a bare Pillow script that writes the same files; print file; mockup."""

from __future__ import annotations

import io
import resource
import statistics
import subprocess
import sys
import time
from functools import partial
from pathlib import Path
from typing import Any

from PIL import Image

from bench.table import Row, alternating
from contests.submissions.images import compose, sandbox, scene
from contests.submissions.images.mockups import Wearer
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
    speed = next(speed for most, speed in %(avif_speeds)s if wide <= most)
    avif = {"quality": %(avif_quality)s, "speed": speed, "max_threads": %(avif_threads)s}
    picture.save(f"{sys.argv[2]}/{wide}.avif", **avif)
    picture.convert("RGB").save(f"{sys.argv[2]}/{wide}.jpg", quality=%(jpeg_quality)s, optimize=True, progressive=True)
"""


def measure(folder: Path, rounds: int) -> list[Row]:
    """Return one row a picture, then those of what a design of the studio needs."""
    folder.mkdir(parents=True, exist_ok=True)
    made = {
        "pictures: 24 MP JPEG": saved(noise(6000, 4000, "RGB"), folder / "photo.jpg", quality=90),
        "pictures: 36 MP RGBA PNG": saved(noise(6000, 6000, "RGBA"), folder / "art.png", compress_level=1),
    }
    rows = []
    for name, path in made.items():
        ours, bare = alternating(rounds, partial(_product, path, folder), partial(_bare, path, folder))
        rows.append(Row(name, "s a set", ours, bare, "Pillow script", more_is_better=False, goal=1.25))
    megabytes = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    rows.append(Row("pictures: peak memory of a decoder", "MB", megabytes, more_is_better=False, goal=512))
    return [*rows, *_print_file(rounds), _mockup(rounds)]


def _print_file(rounds: int) -> list[Row]:
    """A print file of 4500 × 5400 pixels: text, a shape and a large picture."""
    width, height = 4500, 5400
    middle = {"x": width / 2, "y": height / 2, "k": 1, "r": 7}
    layers = [
        {"id": "a", "t": "shape", "p": "star", "w": 4000, "h": 4000, "c": "#b3161c", **middle},
        {"id": "b", "t": "img", "a": "pic", **middle},
        {"id": "c", "t": "text", "s": "Sing, whale", "f": "anton", "z": 700, "c": "#ffffff", **middle},
    ]
    drawing = {"v": 1, "template": "tee", "side": "front", "w": width, "h": height, "layers": layers}
    parsed, picture = scene.parse(drawing), noise(3000, 3000, "RGBA")

    def once() -> float:
        began = time.perf_counter()
        compose.save_png(compose.side(parsed, lambda _asset: picture), io.BytesIO(), 300)
        return time.perf_counter() - began

    seconds = statistics.median(once() for _ in range(rounds))
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return [
        Row("pictures: print PNG 4500×5400", "s", seconds, more_is_better=False, goal=8),
        Row("pictures: peak memory so far, this process", "MB", own, more_is_better=False, goal=600),
    ]


def _mockup(rounds: int) -> Row:
    """One more colour of a garment that wears its design already."""
    worn = Wearer(noise(2400, 3200, "RGBA"), "tee", "front", 30, 40, 1080, "box")
    worn.on("#17151C")
    times = []
    for colour in ("#F3EAD7", "#2748D9", "#B3161C") * rounds:
        began = time.perf_counter()
        worn.on(colour)
        times.append(1000 * (time.perf_counter() - began))
    return Row("mockups: one more colour", "ms", statistics.median(times), more_is_better=False, goal=100)


def noise(width: int, height: int, mode: str) -> Image.Image:
    """A picture with some structure: neither flat nor static."""
    bands = [
        Image.effect_mandelbrot((width // 8, height // 8), (-2 + n / 9, -1.2, 0.8, 1.2), 40).resize((width, height))
        for n in range(len(mode))
    ]
    return Image.merge(mode, bands)


def saved(picture: Image.Image, path: Path, **options: Any) -> Path:
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
