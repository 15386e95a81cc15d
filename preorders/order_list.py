"""What staff list, count and export of one drop: one selection for all three, so that they agree."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from preorders.models import Bundle, Drop, ExportLog, Preorder, PreorderLine, Product, Variant
from preorders.numbers import as_order_number
from preorders.queries import HOLDING

PAGE = 50
STATES = ("standing", "reserved", "shipped", "cancelled", "all")


@dataclass(frozen=True)
class Filters:
    """What is looked for, as it stands in the URL. `bundle`: '' any, yes, no; `q`: number or part of a name."""

    state: str = "standing"
    size: str = ""
    colour: str = ""
    product: int | None = None
    bundle: str = ""
    q: str = ""

    @classmethod
    def of(cls, args: Mapping[str, str]) -> "Filters":
        """Read filters from a query string; what makes no sense is ignored."""
        state, product = args.get("state", ""), args.get("product", "")
        return cls(
            state=state if state in STATES else "standing",
            size=args.get("size", "")[:20],
            colour=args.get("colour", "")[:40],
            product=int(product) if product.isascii() and product.isdigit() and len(product) < 16 else None,
            bundle=args.get("bundle", "") if args.get("bundle") in ("yes", "no") else "",
            q=args.get("q", "").replace("\x00", "").strip()[:80],
        )

    def args(self, **changes: Any) -> dict[str, Any]:
        """Return the query string's parts, without what says nothing; `changes` replace some."""
        return {name: value for name, value in (asdict(self) | changes).items() if value not in ("", None)}

    @property
    def narrowed(self) -> bool:
        """Return whether anything but the state is filtered by."""
        return any((self.size, self.colour, self.product, self.bundle, self.q))


@dataclass(frozen=True)
class OrderLine:
    """A row of the list: one SKU of one order."""

    line_id: int
    preorder_id: int
    person_id: int
    number: str
    placed_at: datetime
    state: str
    name: str
    email: str
    address: dict[str, Any]
    sku: str
    product: str
    size: str
    colour: str
    bundle: str
    quantity: int
    price_minor: int
    total_minor: int
    currency: str
    shipped_at: datetime | None
    tracking: str


@dataclass(frozen=True)
class Totals:
    """The totals of a selection."""

    lines: int
    orders: int
    persons: int
    pieces: int
    price_minor: int


@dataclass(frozen=True)
class Units:
    """Pieces of one SKU in a selection."""

    sku: str
    product: str
    size: str
    colour: str
    colour_hex: str
    quantity: int


def page(session: Session, drop_id: int, filters: Filters, before: int | None) -> tuple[list[OrderLine], int | None]:
    """Return a page of lines, newest first, and where the next one begins."""
    found = _lines(drop_id, filters)
    if before is not None:
        found = found.where(PreorderLine.id < before)
    rows = [OrderLine(**row._mapping) for row in session.execute(found.limit(PAGE + 1))]
    return rows[:PAGE], rows[PAGE - 1].line_id if len(rows) > PAGE else None


def stream(session: Session, drop_id: int, filters: Filters) -> Iterator[OrderLine]:
    """Yield every line of the selection in the list's order; a thousand are in memory at a time."""
    result = session.execute(_lines(drop_id, filters), execution_options={"yield_per": 1000})
    for row in result:
        yield OrderLine(**row._mapping)


def totals(session: Session, drop_id: int, filters: Filters) -> Totals:
    """Return the totals of the selection."""
    columns = (
        func.count(PreorderLine.id),
        func.count(Preorder.id.distinct()),
        func.count(Preorder.person_id.distinct()),
        func.coalesce(func.sum(PreorderLine.quantity), 0),
        func.coalesce(func.sum(PreorderLine.price_minor), 0),
    )
    return Totals(*map(int, session.execute(_selected(select(*columns), drop_id, filters)).one()))


def units(session: Session, drop_id: int, filters: Filters) -> list[Units]:
    """Return pieces by SKU in the selection, in the order of the catalogue; SKUs without any are left out."""
    columns = (Variant.sku, Product.title.label("product"), Variant.size, Variant.colour, Variant.colour_hex)
    found = select(*columns, func.sum(PreorderLine.quantity).label("quantity"))
    place = (Product.position, Variant.position, Variant.id)
    rows = session.execute(_selected(found, drop_id, filters).group_by(*columns, *place).order_by(*place))
    return [Units(**{**row._mapping, "quantity": int(row.quantity)}) for row in rows]


def exports_of(session: Session, drop_id: int, limit: int = 10) -> list[Any]:
    """Return the latest exports: at, by_id, template, format, rows, persons."""
    columns = (
        ExportLog.at,
        ExportLog.by_id,
        ExportLog.template,
        ExportLog.format,
        ExportLog.rows,
        ExportLog.persons,
    )
    found = select(*columns).where(ExportLog.drop_id == drop_id).order_by(ExportLog.id.desc())
    return list(session.execute(found.limit(limit)))


def counts_by_artist(session: Session, artist_id: int) -> dict[int, int]:
    """Return standing orders by drop, for the list of an artist's drops."""
    rows = session.execute(
        select(Preorder.drop_id, func.count(Preorder.id))
        .join(Drop, Drop.id == Preorder.drop_id)
        .where(Drop.artist_id == artist_id, HOLDING)
        .group_by(Preorder.drop_id)
    )
    return {drop_id: int(count) for drop_id, count in rows}


def _lines(drop_id: int, filters: Filters) -> Any:
    columns = (
        PreorderLine.id.label("line_id"),
        Preorder.id.label("preorder_id"),
        Preorder.person_id,
        Preorder.number,
        Preorder.placed_at,
        Preorder.state,
        Preorder.name,
        Preorder.email,
        Preorder.address,
        Variant.sku,
        Product.title.label("product"),
        Variant.size,
        Variant.colour,
        func.coalesce(Bundle.title, "").label("bundle"),
        PreorderLine.quantity,
        PreorderLine.price_minor,
        Preorder.total_minor,
        Preorder.currency,
        Preorder.shipped_at,
        Preorder.tracking,
    )
    return _selected(select(*columns), drop_id, filters).order_by(PreorderLine.id.desc())


def _selected(found: Any, drop_id: int, filters: Filters) -> Any:
    joined = (
        found.select_from(PreorderLine)
        .join(Preorder, Preorder.id == PreorderLine.preorder_id)
        .join(Variant, Variant.id == PreorderLine.variant_id)
        .join(Product, Product.id == Variant.product_id)
        .outerjoin(Bundle, Bundle.id == PreorderLine.bundle_id)
    )
    return joined.where(Preorder.drop_id == drop_id, *_conditions(filters))


def _conditions(filters: Filters) -> Iterator[Any]:
    if filters.state == "standing":
        yield Preorder.state.in_(("reserved", "shipped"))
    elif filters.state != "all":
        yield Preorder.state == filters.state
    if filters.size:
        yield Variant.size == filters.size
    if filters.colour:
        yield Variant.colour == filters.colour
    if filters.product is not None:
        yield Product.id == filters.product
    if filters.bundle:
        yield (PreorderLine.bundle_id.is_not(None) if filters.bundle == "yes" else PreorderLine.bundle_id.is_(None))
    if filters.q:
        number = as_order_number(filters.q)
        named = Preorder.name.icontains(filters.q, autoescape=True)
        yield or_(named, Preorder.number == number) if number else named
