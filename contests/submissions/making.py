"""From a revision to stored files: fetch its original, let the child process work, keep what it made.

Nothing here writes a row. File names are a function of original, recipe and product, so doing it
twice, or in two workers at once, stores the same bytes under the same keys.
"""

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from contests import queries as contests
from contests.queries import ProductRow
from contests.submissions import queries
from contests.submissions.images import sandbox, templates
from contests.submissions.images.extras import MOST_MOCKUPS, ComposeOrder, Extras, MockupOrder
from contests.submissions.images.print_report import PrintSpec
from contests.submissions.images.processed import MadeMockup, PrintFile, Processed, Rendition
from contests.submissions.originals import limits
from contests.submissions.queries import RevisionRow
from webapp.infra.storage import storage

_NOT_KEPT = {"renditions", "share_card", "print_reports", "mockups", "prints"}


@dataclass(frozen=True)
class Work:
    """A revision and the products of its contest."""

    revision: RevisionRow
    products: tuple[ProductRow, ...]


def work_on(session: Session, revision_id: int) -> Work | None:
    """Return what is needed to make a revision's files; None when there is no such revision."""
    revision = queries.revision(session, revision_id)
    if revision is None:
        return None
    contest_id = queries.contest_of(session, revision.submission_id)
    return Work(revision, tuple(contests.products(session, contest_id)) if contest_id else ())


def make(work: Work, folder: Path, *, bare: bool = False) -> dict[str, Any]:
    """Make and store everything of a revision; return the columns that name it.

    `folder` is empty and goes away afterwards. `bare` leaves an upload's mockups and print reports to a
    later making: what galleries show comes first. Raises Unacceptable for the picture's own faults,
    DecoderLost and OSError for what may pass.
    """
    out = folder / "out"
    if work.revision.source == "studio":
        made = _composed(work, folder, out)
    else:
        original = folder / "original"
        original.write_bytes(storage().get(work.revision.original_key))
        made = sandbox.run(original, out, limits=limits(), extras=Extras() if bare else _for_upload(work.products))
    _keep(made, out)
    return _columns(made)


def _for_upload(products: tuple[ProductRow, ...]) -> Extras:
    """Every product: a report each, and the picture on the front of each colour."""
    return Extras(_specs(products), _mockups(products, ("front",)))


def _composed(work: Work, folder: Path, out: Path) -> Processed:
    """The same for a design from the studio, which is of one product and may have a back."""
    document = json.loads(storage().get(work.revision.original_key))
    products = tuple(each for each in work.products if each.position == document["product"])
    dpi = 300
    for each in products:
        dpi = templates.canvas(each.kind, each.print_width_cm, each.print_height_cm).dpi
    files = {}
    for number, (name, asset) in enumerate(sorted(document["assets"].items())):
        files[name] = str(folder / f"asset-{number}")
        Path(files[name]).write_bytes(storage().get(asset["key"]))
    sides = tuple(side for side in ("front", "back") if (document[side] or {}).get("layers"))
    order = ComposeOrder(document, work.revision.original_sha256, files, dpi)
    extras = Extras(_specs(products), _mockups(_tried_on(products, document["colour"]), sides))
    return sandbox.compose(order, out, limits=limits(), extras=extras)


def _tried_on(products: tuple[ProductRow, ...], colour: str) -> tuple[ProductRow, ...]:
    """The products, the colour that a design was drawn for first: that is how people see it first."""
    return tuple(
        replace(each, colours=sorted(each.colours, key=lambda one: one["hex"].lower() != colour.lower()))
        for each in products
    )


def _specs(products: tuple[ProductRow, ...]) -> tuple[dict[str, Any], ...]:
    return tuple(PrintSpec.of_product(each.position, vars(each)).as_json() for each in products)


def _mockups(products: tuple[ProductRow, ...], sides: tuple[str, ...]) -> tuple[MockupOrder, ...]:
    """Side and colour of each product, first colours first, so that a cap leaves each product its share."""
    orders = [
        (number, MockupOrder(each.position, each.kind, side, colour["hex"], each.print_width_cm, each.print_height_cm))
        for each in products
        for number, colour in enumerate(each.colours)
        for side in sides
    ]
    chosen = [order for _number, order in sorted(orders, key=lambda pair: pair[0])[:MOST_MOCKUPS]]
    return tuple(sorted(chosen, key=lambda order: (order.product, order.side != "front")))


def _keep(made: Processed, folder: Path) -> None:
    """Put every file into storage, the same bytes under the same keys always."""
    places = {
        "renditions": [each.name for each in made.renditions],
        "share": [made.share_card.name],
        "mockups": [file.name for each in made.mockups for file in (each.avif, each.jpeg)],
        "print": [each.name for each in made.prints],
    }
    for place, names in places.items():
        for name in names:
            storage().put(_key(place, name), (folder / name).read_bytes())


def _columns(made: Processed) -> dict[str, Any]:
    return {
        "format": made.format,
        "width": made.width,
        "height": made.height,
        "recipe": f"r{made.recipe_version}",
        "placeholder": made.placeholder,
        "dhash": made.dhash[0],
        "report": {key: value for key, value in made.as_json().items() if key not in _NOT_KEPT},
        "renditions": _by_width(made.renditions),
        "share_card_key": _key("share", made.share_card.name),
        "mockups": [_mockup(each) for each in made.mockups],
        "print_report": made.print_reports,
        **({"print_files": [_print_file(each) for each in made.prints]} if made.prints else {}),
    }


def _print_file(made: PrintFile) -> dict[str, Any]:
    key = _key("print", made.name)
    return {"side": made.side, "key": key, "w": made.width, "h": made.height, "dpi": made.dpi}


def _key(folder: str, name: str) -> str:
    return f"{folder}/{name[:2]}/{name}"


def _by_width(files: list[Rendition]) -> list[dict[str, Any]]:
    """One entry a width, narrowest first: {"w", "h", "avif", "jpeg"}."""
    entries: dict[int, dict[str, Any]] = {}
    for each in sorted(files, key=lambda file: file.width):
        entry = entries.setdefault(each.width, {"w": each.width, "h": each.height})
        entry[each.kind.lower()] = _key("renditions", each.name)
    return list(entries.values())


def _mockup(made: MadeMockup) -> dict[str, Any]:
    return {
        "product": made.product,
        "kind": made.kind,
        "side": made.side,
        "colour": made.colour,
        "w": made.avif.width,
        "h": made.avif.height,
        "avif": _key("mockups", made.avif.name),
        "jpeg": _key("mockups", made.jpeg.name),
    }
