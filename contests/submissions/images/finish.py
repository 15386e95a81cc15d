"""What is made of a clean picture, wherever it came from: files, hashes, reports. Child process only."""

from pathlib import Path
from typing import Any

from PIL import Image

from contests.submissions.images.extras import REPORT_WIDTH, Extras, MockupOrder
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
    prints: list[PrintFile] | None = None,
) -> Processed:
    """Make everything of the first of `sides` (clean pictures, perhaps smaller than the original).

    `facts` are the fields of `Processed` that are known before; `placed` says whether the picture is
    fitted into a print box ("fit") or is the box itself ("box").
    """
    picture, size = next(iter(sides.values())), (facts["width"], facts["height"])
    sha256 = facts["original_sha256"]
    reports = _reports(picture, size, extras, placed)
    mockups = [
        made
        for order in extras.mockups
        if order.side in sides
        for made in _mockups(sides[order.side], order, sha256, recipe, out_dir, placed)
    ]
    shown = fitted(picture, recipe.widest(*size))
    made = render(shown, size, recipe, sha256, out_dir)
    small = list(cascade(shown, size, recipe))[-1]
    return Processed(
        **facts,
        recipe_version=recipe.version,
        has_alpha=picture.mode == "RGBA",
        renditions=made,
        placeholder=placeholder(small),
        dhash=dhashes(small),
        share_card=share_card(shown, recipe.version, sha256, out_dir),
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


def _reports(picture: Image.Image, size: tuple[int, int], extras: Extras, placed: Any) -> list[dict[str, Any]]:
    if not extras.specs:
        return []
    from contests.submissions.images.print_report import PrintSpec, reports

    return reports(fitted(picture, REPORT_WIDTH), size, [PrintSpec.from_json(each) for each in extras.specs], placed)


def _mockups(
    art: Image.Image, order: MockupOrder, sha256: str, recipe: Recipe, out_dir: Path, placed: Any
) -> list[MadeMockup]:
    """The mockup at every width of the recipe, widest first: drawn once, then shrunk."""
    from contests.submissions.images.mockups import mockup

    widths = sorted(recipe.mockup_widths, reverse=True)
    box = (order.width_cm, order.height_cm)
    picture = mockup(art, order.kind, order.side, order.colour, *box, widths[0], placed)
    made = []
    for width in widths:
        if width != picture.width:
            height = round(picture.height * width / picture.width)
            picture = picture.resize((width, height), Image.Resampling.LANCZOS)
        files = {}
        for kind, ext in EXTENSIONS.items():
            name = order.name(sha256, recipe.version, width, ext)
            length = write(picture, out_dir / name, kind, recipe)
            files[kind.lower()] = Rendition(picture.width, picture.height, kind, name, length)
        made.append(MadeMockup(order.product, order.kind, order.side, order.colour, **files))
    return made
