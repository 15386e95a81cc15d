"""From a studio document to files: print files first, then what every picture gets. Child process only."""

from collections.abc import Callable
from pathlib import Path

from PIL import Image

from contests.submissions.images import compose
from contests.submissions.images.decode import upright
from contests.submissions.images.extras import REPORT_WIDTH, ComposeOrder, Extras
from contests.submissions.images.finish import finished, fitted
from contests.submissions.images.limits import Limits
from contests.submissions.images.processed import PrintFile, Processed
from contests.submissions.images.renditions import Recipe
from contests.submissions.images.scene import document as documents


def composed(order: ComposeOrder, out_dir: Path, recipe: Recipe, limits: Limits, extras: Extras) -> Processed:
    """Compose every drawn side of a document; files go into `out_dir`. Raises Refused for a bad document."""
    document = documents.parse(order.document)

    # Pictures that a design uses are as much a stranger's as any upload, and drawn as upright as any.
    def decode(name: str, factor: Callable[[int, int], int]) -> compose.Asset:
        clean = upright(Path(order.files[name]).read_bytes(), limits, factor)
        return compose.Asset(clean.picture, clean.width, clean.height)

    sides: dict[str, Image.Image] = {}
    prints = []
    size = (0, 0)
    for side, scene in document.sides.items():
        if not scene.layers:
            continue
        art = compose.drawn(scene, compose.Shelf(scene, decode))
        prints.append(_print_file(art, side, order, recipe, out_dir))
        size = size if sides else art.size
        # Only what mockups and reports look at is kept: two print files at once would need too much memory.
        sides[side] = fitted(art, REPORT_WIDTH)
        del art
    facts = {
        "original_sha256": order.sha256,
        "format": "SCENE",
        "width": size[0],
        "height": size[1],
        "mode": "RGBA",
        "frames": 1,
        "icc": None,
        "orientation_applied": False,
        "metadata_removed": False,
        "metadata_found": [],
    }
    return finished(sides, facts, out_dir, recipe, extras, placed="box", cloth=document.colour, prints=prints)


def _print_file(art: Image.Image, side: str, order: ComposeOrder, recipe: Recipe, out_dir: Path) -> PrintFile:
    """Write the print-ready PNG of one side: its pixels, its resolution, nothing else."""
    name = f"{order.sha256}-r{recipe.version}-{side}.png"
    part = out_dir / (name + ".part")
    compose.save_png(art, part, order.dpi)
    part.replace(out_dir / name)
    return PrintFile(side, *art.size, order.dpi, name, (out_dir / name).stat().st_size)
