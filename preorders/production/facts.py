"""All that the tech pack says, read in one go: products, sides, files to print from, reports, numbers, credits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from contests import queries as contests
from contests import specs
from contests.submissions import print_view
from contests.submissions import queries as submissions
from contests.submissions.images.templates import KINDS, SIDES
from contests.submissions.print_files import queries as print_files
from contests.submissions.print_view import Shown
from contests.submissions.queries import DesignRow
from preorders import queries as drops
from preorders.exports import scopes
from preorders.models import Variant
from preorders.order_list import Filters
from preorders.production.parcels import Load, load
from preorders.rows import DropRow, ProductRow
from preorders.royalties.account import Account, account
from webapp.accounts import queries as accounts

_ENDINGS = {"JPEG": "jpg", "TIFF": "tif"}


@dataclass(frozen=True)
class Source:
    """A file to print from. `part`: sent (by the designer for print), composed (from a drawing) or entered."""

    part: str
    side: str
    key: str
    name: str
    width: int
    height: int


@dataclass(frozen=True)
class Taken:
    """A file to print from as it lies in the pack; `sha256` is '' when it was not found."""

    sha256: str
    size: int


@dataclass(frozen=True)
class Side:
    """A printed side. `picture` is what of it we may draw (a rendition's key), `worn` a ready picture of it on cloth.

    `whole`: the picture is the print box; otherwise it is fitted into it, at its top.
    """

    side: str
    source: Source
    whole: bool
    picture: str | None
    worn: dict[str, str]


@dataclass(frozen=True)
class Sheet:
    """A product of the drop; `box` in cm and None where nothing is printed, `agreed` when the contest said so.

    `units` are pieces by variant: confirmed ones, which are made, and those that still await something.
    """

    product: ProductRow
    box: tuple[float, float] | None
    agreed: bool
    most_inks: int | None
    sides: tuple[Side, ...]
    report: Shown | None
    units: dict[int, tuple[int, int]]

    @property
    def pieces(self) -> int:
        """Return how many pieces of the product are to be made."""
        return sum(confirmed for confirmed, _awaiting in self.units.values())

    @property
    def awaiting(self) -> int:
        """Return how many more are ordered and wait for a payment or a guardian."""
        return sum(awaiting for _confirmed, awaiting in self.units.values())


@dataclass(frozen=True)
class Facts:
    """A drop as its pack shows it."""

    drop: DropRow
    artist: str
    contest: str
    asked_by: str
    email: str
    moment: datetime
    design: DesignRow | None
    sheets: tuple[Sheet, ...]
    load: Load
    account: Account

    @property
    def awaiting(self) -> int:
        """Return how many pieces belong to orders that still wait for money or a guardian."""
        return sum(sheet.awaiting for sheet in self.sheets)

    @property
    def sources(self) -> list[Source]:
        """Return the files to print from, each once."""
        found = {side.source.name: side.source for sheet in self.sheets for side in sheet.sides}
        return [found[name] for name in sorted(found)]


def facts(connection: Connection, drop: DropRow, by_id: int, moment: datetime) -> Facts:
    """Return everything; a fixed number of statements."""
    with Session(connection) as session:
        design = submissions.by_id(session, drop.submission_id) if drop.submission_id else None
        contest = contests.contest(session, design.contest_id) if design else None
        person, artist = accounts.person(session, by_id), accounts.artist(session, drop.artist_id)
        return Facts(
            drop,
            artist.name if artist else "",
            contest.title if contest else "",
            person.display_name if person else "",
            person.email if person else "",
            moment,
            design,
            tuple(_sheets(session, connection, drop, design)),
            load(connection, drop.id),
            account(session, drop),
        )


def _sheets(session: Session, connection: Connection, drop: DropRow, design: DesignRow | None) -> list[Sheet]:
    asked = contests.products(session, design.contest_id) if design else []
    standing = print_files.standing(session, design.id) if design else None
    reports = print_view.shown(standing.reports) if standing else []
    sent = standing.file if standing else None
    units = _units(connection, drop.id)
    found = []
    for product in drops.catalogue(session, drop.id).products:
        spec = _spec(product, asked)
        size, most_inks = _box(product, spec) if design else (None, None)
        sides = tuple(_sides(design, sent, product, spec)) if design and size else ()
        report = next((each for each in reports if spec and each.values["product"] == spec.position), None)
        counts = {variant.id: units.get(variant.id, (0, 0)) for variant in product.variants}
        found.append(Sheet(product, size, spec is not None, most_inks, sides, report, counts))
    return found


def _spec(product: ProductRow, asked: Sequence[contests.ProductRow]) -> contests.ProductRow | None:
    """Return the contest's product of this kind, that of the same title first."""
    same = [each for each in asked if each.kind == product.kind]
    return min(same, key=lambda each: each.title != product.title, default=None)


def _box(product: ProductRow, spec: contests.ProductRow | None) -> tuple[tuple[float, float] | None, int | None]:
    if product.kind not in KINDS:
        return None, None
    if spec:
        return (float(spec.print_width_cm), float(spec.print_height_cm)), spec.max_inks
    usual = specs.product(product.kind)
    return (float(usual["print_width_cm"]), float(usual["print_height_cm"])), usual["max_inks"]


def _sides(design: DesignRow, sent: Any, product: ProductRow, spec: contests.ProductRow | None) -> list[Side]:
    """A print file that was sent stands for the front; a drawing has a file for each side; else what was entered."""
    revision = design.revision
    found: dict[str, Side] = {}
    for place, each in enumerate(revision.print_files if revision else ()):
        name = f"print/{design.code}-{each['side']}.png"
        source = Source("composed", each["side"], each["key"], name, each["w"], each["h"])
        picture = _largest(revision.renditions) if revision and not place else None
        found[each["side"]] = Side(each["side"], source, True, picture, _worn(design, product, spec, each["side"]))
    if sent:
        name = f"print/{design.code}-print.{_ending(sent.format)}"
        source = Source("sent", "front", sent.original_key, name, sent.width, sent.height)
        found["front"] = Side("front", source, False, _largest(sent.renditions), {})
    elif revision and not found:
        name = f"print/{design.code}-entered.{_ending(revision.format)}"
        source = Source("entered", "front", revision.original_key, name, revision.width, revision.height)
        worn = _worn(design, product, spec, "front")
        found["front"] = Side("front", source, False, _largest(revision.renditions), worn)
    return [found[side] for side in SIDES if side in found]


def _largest(renditions: Sequence[dict[str, Any]]) -> str | None:
    best = max(renditions, key=lambda each: int(each["w"]), default=None)
    return str(best["avif"]) if best else None


def _worn(design: DesignRow, product: ProductRow, spec: contests.ProductRow | None, side: str) -> dict[str, str]:
    """Return keys of ready pictures of this side on this product, by colour."""
    mockups = design.revision.mockups if design.revision and spec else []
    mine = [each for each in mockups if spec and each["product"] == spec.position and each["side"] == side]
    return {each["colour"].upper(): each["jpeg"] for each in sorted(mine, key=lambda each: int(each["w"]))}


def _ending(kind: str) -> str:
    return _ENDINGS.get(kind, kind.lower() or "bin")


def _units(connection: Connection, drop_id: int) -> dict[int, tuple[int, int]]:
    """Return the pieces by variant as the size run says them: confirmed, awaiting."""
    sums = [scopes.summed_by_state(name) for name in ("quantity", "awaiting")]
    rows = scopes.rows_of("sku", drop_id, Filters(), [Variant.id, *sums]).group_by(Variant.id)
    return {variant_id: (int(run), int(awaiting)) for variant_id, run, awaiting in connection.execute(rows)}
