"""The files a gallery needs of one picture: several widths, two formats, always the same bytes."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from PIL import Image

from contests.submissions.images.ground import PAPER, Colour, flattened
from contests.submissions.images.processed import Rendition

EXTENSIONS = {"AVIF": "avif", "JPEG": "jpg"}


@dataclass(frozen=True)
class Recipe:
    """How renditions are made. A changed value needs a new `version`: it is part of every name.

    `tallest` bounds the height by a multiple of the widest width, so that a long strip stays
    affordable. `avif_speeds` names the encoder's speed up to each width. Speed 6 costs two to three
    times as long as 8 and saves about 5 % of the bytes: worth it where a gallery loads dozens of small
    files and each takes hundredths of a second, not where one big file takes a second. Speed 9 would
    save two thirds of the rest, but grows the big files by a quarter. The thread count is fixed because
    it changes the bytes. A picture that has fewer than `small` pixels across (pixel art, an icon) has
    nothing to spare: it keeps its colours at full resolution and is hardly compressed.
    """

    version: int = 3
    widths: tuple[int, ...] = (240, 360, 480, 720, 1080)
    tallest: int = 5
    avif_quality: int = 45
    avif_speeds: tuple[tuple[int, int], ...] = ((360, 6), (20_000, 8))
    avif_threads: int = 2
    jpeg_quality: int = 82
    small: int = 400
    small_quality: int = 95
    mockup_widths: tuple[int, ...] = (480, 1080)

    def as_json(self) -> dict[str, Any]:
        """Plain values, from which `Recipe.from_json` makes an equal one."""
        return asdict(self)

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> "Recipe":
        """The inverse of `as_json`."""
        speeds = tuple((width, speed) for width, speed in values["avif_speeds"])
        widths = {name: tuple(values[name]) for name in ("widths", "mockup_widths")}
        return cls(**{**values, **widths, "avif_speeds": speeds})

    def avif_speed(self, width: int) -> int:
        """The encoder's speed for a picture of this width."""
        return next((speed for most, speed in self.avif_speeds if width <= most), self.avif_speeds[-1][1])

    def widest(self, width: int, height: int) -> int:
        """The width of the largest rendition of a picture of this size: never more than it has."""
        most = max(self.widths)
        by_height = max(1, self.tallest * most * width // height)
        return min(width, most, by_height)


def rendition_name(original_sha256: str, recipe_version: int, width: int | str, ext: str) -> str:
    """The file name of one rendition; the same for the same original and recipe, for ever."""
    return f"{original_sha256}-r{recipe_version}-{width}.{ext}"


def planned_widths(recipe: Recipe, width: int, height: int) -> list[int]:
    """Widths to make, ascending: those below the picture's own, and the widest it can fill."""
    top = recipe.widest(width, height)
    return [each for each in sorted(recipe.widths) if each < top] + [top]


def render(
    picture: Image.Image,
    size: tuple[int, int],
    recipe: Recipe,
    sha256: str,
    out_dir: Path,
    ground: Colour = PAPER,
) -> list[Rendition]:
    """Write every rendition of `picture` (of an original of `size`, upright) into `out_dir`; JPEGs lie on `ground`."""
    flat_kinds = (("AVIF", False), ("JPEG", True))
    made = []
    fine = max(size) < recipe.small
    for small in cascade(picture, size, recipe):
        for kind, flat in flat_kinds:
            name = rendition_name(sha256, recipe.version, small.width, EXTENSIONS[kind])
            written = write(flattened(small, ground) if flat else small, out_dir / name, kind, recipe, fine)
            made.append(Rendition(small.width, small.height, kind, name, written))
    return sorted(made, key=lambda each: (each.width, each.kind))


def cascade(picture: Image.Image, size: tuple[int, int], recipe: Recipe) -> Iterator[Image.Image]:
    """`picture` at every planned width, widest first, each made from the one before."""
    width, height = size
    for wide in reversed(planned_widths(recipe, width, height)):
        target = (wide, max(1, round(wide * height / width)))
        if target != picture.size:
            picture = picture.resize(target, Image.Resampling.LANCZOS)
        yield picture


def write(picture: Image.Image, path: Path, kind: str, recipe: Recipe, fine: bool = False) -> int:
    """Save `picture` without metadata, `fine` hardly compressed; the file appears whole or not at all.

    Returns its length.
    """
    bare = picture.copy()
    bare.info = {}
    part = path.with_suffix(path.suffix + ".part")
    if kind == "AVIF":
        options: dict[str, Any] = {
            "quality": recipe.small_quality if fine else recipe.avif_quality,
            "speed": recipe.avif_speed(picture.width),
            "max_threads": recipe.avif_threads,
        }
    else:
        quality = recipe.small_quality if fine else recipe.jpeg_quality
        options = {"quality": quality, "optimize": True, "progressive": True}
    if fine:
        options["subsampling"] = "4:4:4"
    bare.save(part, kind, **options)
    part.replace(path)
    return path.stat().st_size
