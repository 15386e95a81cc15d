"""What is made of a clean picture, wherever it came from: files, hashes, reports. Child process only."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from PIL import Image

from contests.submissions.images.extras import REPORT_WIDTH, Extras, MockupOrder
from contests.submissions.images.ground import Colour, colour_of, framed, ground_of
from contests.submissions.images.hashing import dhashes, placeholder
from contests.submissions.images.processed import MadeMockup, PrintFile, Processed, Rendition
from contests.submissions.images.renditions import EXTENSIONS, Recipe, cascade, render, write
from contests.submissions.images.share_card import share_card


def finished(
    sides: dict[str, Image.Image],
    facts: dict[str, Any],
    out_dir: Path,
    recipe: Recipe,
    extras: Extras,
    *,
    placed: str,
    cloth: str = "",
    prints: list[PrintFile] | None = None,
) -> Processed:
    """Make everything of the first of `sides` (clean pictures, perhaps smaller than the original).

    `facts` are the fields of `Processed` that are known before; `placed` says whether the picture is
    fitted into a print box ("fit") or is the box itself ("box"). `cloth` is the colour ("#RRGGBB") that art
    was drawn for: people see it on that, the whole print box in the shape of a card. Without one the art is
    shown as it came.
    """
    picture, size = next(iter(sides.values())), (facts["width"], facts["height"])
    sha256 = facts["original_sha256"]
    reports = _reports(picture, size, extras, placed)
    mockups = _mockups(sides, extras, sha256, recipe, out_dir, placed)
    ground = colour_of(cloth) if cloth else ground_of(picture)
    if cloth:
        shown = framed(picture, ground, recipe.widest(*size))
        size = shown.size
        small = fitted(picture, min(recipe.widths))  # what looks alike does so without the frame
    else:
        shown = fitted(picture, recipe.widest(*size))
        small = list(cascade(shown, size, recipe))[-1]
    made = render(shown, size, recipe, sha256, out_dir, ground)
    return Processed(
        **facts,
        recipe_version=recipe.version,
        has_alpha=picture.mode == "RGBA",
        renditions=made,
        placeholder=placeholder(_backdrop(shown, ground)),
        dhash=dhashes(small, ground),
        share_card=share_card(shown, recipe.version, sha256, out_dir, ground),
        print_reports=reports,
        mockups=mockups,
        prints=prints or [],
    )


def fitted(picture: Image.Image, width: int) -> Image.Image:
    """`picture` no wider than `width`."""
    if picture.width <= width:
        return picture
    height = max(1, round(picture.height * width / picture.width))
    return picture.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=2.0)


def _backdrop(shown: Image.Image, ground: Colour) -> Image.Image:
    """What stands for a picture until it is there: itself, or what is seen through it for as long as it is shown."""
    return shown if shown.mode == "RGB" else Image.new("RGB", (1, 1), ground)


def _reports(picture: Image.Image, size: tuple[int, int], extras: Extras, placed: Any) -> list[dict[str, Any]]:
    if not extras.specs:
        return []
    from contests.submissions.images.print_report import PrintSpec, reports

    return reports(fitted(picture, REPORT_WIDTH), size, [PrintSpec.from_json(each) for each in extras.specs], placed)


def _mockups(
    sides: dict[str, Image.Image], extras: Extras, sha256: str, recipe: Recipe, out_dir: Path, placed: str
) -> list[MadeMockup]:
    """Each mockup at every width; what a garment's colours share is worked out once."""
    from contests.submissions.images.mockups import Wearer

    widest = max(recipe.mockup_widths)
    made: list[MadeMockup] = []
    worn: tuple[Any, Wearer | None] = (None, None)
    for order in extras.mockups:
        if order.side not in sides:
            continue
        garment = (order.kind, order.side, order.width_cm, order.height_cm)
        if worn[0] != garment:
            worn = (garment, Wearer(sides[order.side], *garment, widest, placed))
        assert worn[1] is not None
        made += _mockup(worn[1].on(order.colour), order, sha256, recipe, out_dir)
    return made


def _mockup(
    picture: Image.Image, order: MockupOrder, sha256: str, recipe: Recipe, out_dir: Path
) -> Iterator[MadeMockup]:
    """The files of one mockup, widest first, each made from the one before."""
    for width in sorted(recipe.mockup_widths, reverse=True):
        picture = fitted(picture, width)
        files = {}
        for kind, ext in EXTENSIONS.items():
            name = order.name(sha256, recipe.version, width, ext)
            length = write(picture, out_dir / name, kind, recipe)
            files[kind.lower()] = Rendition(picture.width, picture.height, kind, name, length)
        yield MadeMockup(order.product, order.kind, order.side, order.colour, **files)
