"""What staff list, count and export of one drop: one selection for all three, so that they agree.

The order is that of orders, newest first, each with its lines: every view, whatever else is looked for, is read from
an index in that order (docs/adr/0014-order-list.md), so a page of a million orders costs what a page of ten costs.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_, select, text, union_all
from sqlalchemy.orm import Session, aliased

from preorders import name_words
from preorders.models import Bundle, Drop, OrderWord, Preorder, PreorderLine, Product, Variant
from preorders.models.orders import LEFT, LOOK, OVER, PAID, STANDING
from preorders.numbers import as_order_number
from preorders.queries import HOLDING

PAGE = 50
RARE = 2000
"""A filter on lines that leaves so few is read from the SKU's side and sorted."""

# The views: their words stand in the index that answers them, word for word.
VIEWS = {
    "standing": STANDING,
    "look": LOOK,
    "paid": PAID,
    "reserved": "state = 'reserved'",
    "shipped": LEFT,
    "cancelled": OVER,
    "all": "",
}
INDEXES = {
    "standing": "ix_preorders_standing",
    "look": "ix_preorders_look",
    "paid": "ix_preorders_paid",
    "reserved": "ix_preorders_desk",
    "shipped": "ix_preorders_left",
    "cancelled": "ix_preorders_over",
    "all": "ix_preorders_all",
}
STATES = tuple(VIEWS)


@dataclass(frozen=True)
class Filters:
    """What is looked for, as it stands in the URL.

    `state` is a view. `bundle` and `paid`: '' any, yes, no. `country`: ISO 3166 code. `q`: an order number, an e-mail
    address, or beginnings of the words of a name.
    """

    state: str = "standing"
    size: str = ""
    colour: str = ""
    product: int | None = None
    bundle: str = ""
    country: str = ""
    paid: str = ""
    q: str = ""

    @classmethod
    def of(cls, args: Mapping[str, str]) -> "Filters":
        """Read filters from a query string; what makes no sense is ignored."""
        state, product, country = args.get("state", ""), args.get("product", ""), args.get("country", "").upper()
        return cls(
            state=state if state in STATES else "standing",
            size=_plain(args.get("size", ""), 20),
            colour=_plain(args.get("colour", ""), 40),
            product=int(product) if product.isascii() and product.isdigit() and len(product) < 16 else None,
            bundle=args.get("bundle", "") if args.get("bundle") in ("yes", "no") else "",
            country=country if len(country) == 2 and country.isascii() and country.isalpha() else "",
            paid=args.get("paid", "") if args.get("paid") in ("yes", "no") else "",
            q=_plain(args.get("q", ""), 320),
        )

    @classmethod
    def kept(cls, kept: Mapping[str, Any]) -> "Filters":
        """Read filters that were kept as JSON, of this or an earlier shape."""
        return cls.of({name: "" if value is None else str(value) for name, value in kept.items()})

    def args(self, **changes: Any) -> dict[str, Any]:
        """Return the query string's parts, without what says nothing; `changes` replace some."""
        return {name: value for name, value in (asdict(self) | changes).items() if value not in ("", None)}

    @property
    def narrowed(self) -> bool:
        """Return whether anything but the state is filtered by."""
        return self.on_lines or any((self.country, self.paid, self.q))

    @property
    def on_lines(self) -> bool:
        """Return whether some lines of an order may match and others not."""
        return any((self.size, self.colour, self.product, self.bundle))


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
    country: str
    paid_at: datetime | None
    awaits_payment: bool
    awaits_guardian: bool
    addressed_at: datetime | None
    payment_failed_at: datetime | None


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
    """Pieces of one SKU in a selection: confirmed ones are made; others await money or a guardian, or have fallen."""

    sku: str
    product: str
    size: str
    colour: str
    colour_hex: str
    quantity: int
    awaiting: int = 0
    over: int = 0


def by_state(state: Any, pieces: Any) -> list[Any]:
    """Return sums of `pieces` by the `state` of their order: quantity (confirmed), awaiting, over. None is in two."""
    waits, over = state == "awaiting", state.in_(("cancelled", "expired"))
    of = {"quantity": ~(waits | over), "awaiting": waits, "over": over}
    return [func.coalesce(func.sum(case((which, pieces), else_=0)), 0).label(name) for name, which in of.items()]


def units_of(row: Any) -> Units:
    """Return a row of a SKU with the sums `by_state`; PostgreSQL adds up as decimals."""
    return Units(**{**row._mapping, **{name: int(getattr(row, name)) for name in ("quantity", "awaiting", "over")}})


# For SQLite: begin with what was found elsewhere and look its orders up by their ids.
_BY_ID, _BY_EMAIL = "NOT INDEXED", "INDEXED BY ix_preorders_email"


def page(
    session: Session, drop_id: int, filters: Filters, before: tuple[int, int] | None, rare: bool = False
) -> tuple[list[OrderLine], tuple[int, int] | None]:
    """Return a page of lines, newest order first, and where the next one begins: (order id, line id).

    `rare` says that few lines match: then they are read from the SKU's side. SQLite has to be told so, and
    PostgreSQL has to see which SKUs they are; that is a second statement.
    """
    found = _lines(drop_id, filters)
    rare = rare and bool(filters.size or filters.colour or filters.product is not None)
    if rare:
        found = found.where(PreorderLine.variant_id.in_(session.scalars(variants(drop_id, filters)).all()))
    if before is not None:
        order_id, line_id = before
        later = and_(Preorder.id == order_id, PreorderLine.id < line_id)
        found = found.where(Preorder.id <= order_id, or_(Preorder.id < order_id, later))
    found = _hinted(found, filters, rare)
    rows = [OrderLine(**row._mapping) for row in session.execute(found.limit(PAGE + 1))]
    last = rows[PAGE - 1] if len(rows) > PAGE else None
    return rows[:PAGE], (last.preorder_id, last.line_id) if last else None


def stream(session: Session, drop_id: int, filters: Filters) -> Iterator[OrderLine]:
    """Yield every line of the selection in the list's order; a thousand are in memory at a time."""
    found = _hinted(_lines(drop_id, filters), filters, False)
    for row in session.execute(found, execution_options={"yield_per": 1000}):
        yield OrderLine(**row._mapping)


def totals(session: Session, drop_id: int, filters: Filters) -> Totals:
    """Return the totals of the selection, counted line by line: for exports, not for a page."""
    columns = (
        func.count(PreorderLine.id),
        func.count(Preorder.id.distinct()),
        func.count(Preorder.person_id.distinct()),
        func.coalesce(func.sum(PreorderLine.quantity), 0),
        func.coalesce(func.sum(PreorderLine.price_minor), 0),
    )
    return Totals(*map(int, session.execute(selected(select(*columns), drop_id, filters)).one()))


def units(session: Session, drop_id: int, filters: Filters) -> list[Units]:
    """Return pieces by SKU in the selection, in the order of the catalogue; SKUs without any are left out."""
    columns = (Variant.sku, Product.title.label("product"), Variant.size, Variant.colour, Variant.colour_hex)
    found = select(*columns, *by_state(Preorder.state, PreorderLine.quantity))
    place = (Product.position, Variant.position, Variant.id)
    rows = session.execute(selected(found, drop_id, filters).group_by(*columns, *place).order_by(*place))
    return [units_of(row) for row in rows]


def matching_ids(session: Session, drop_id: int, filters: Filters, after: int, up_to: int, limit: int) -> Sequence[int]:
    """Return ids of orders with a matching line, oldest first, in (after, up_to]; one statement."""
    found = selected(select(Preorder.id), drop_id, filters).where(Preorder.id > after, Preorder.id <= up_to)
    return session.scalars(_hinted(found, filters, False).distinct().order_by(Preorder.id).limit(limit)).all()


def numbers(session: Session, drop_id: int, ids: Sequence[int]) -> Sequence[str]:
    """Return the numbers of those orders of a drop, oldest first."""
    found = select(Preorder.number).where(Preorder.drop_id == drop_id, Preorder.id.in_(ids))
    return session.scalars(found.order_by(Preorder.id)).all()


def newest_id(session: Session, drop_id: int) -> int:
    """Return the id of a drop's newest order; 0 without any."""
    return session.scalar(select(func.max(Preorder.id)).where(Preorder.drop_id == drop_id)) or 0


def countries(session: Session, drop_id: int) -> list[str]:
    """Return the countries of a drop's orders: a step through the index for each, whatever their number."""
    first = select(func.min(Preorder.country).label("code")).where(Preorder.drop_id == drop_id, Preorder.country > "")
    found = first.cte("codes", recursive=True)
    following = (
        select(func.min(Preorder.country))
        .where(Preorder.drop_id == drop_id, Preorder.country > found.c.code)
        .scalar_subquery()
    )
    codes = found.union_all(select(following).where(found.c.code.is_not(None)))
    return [code for code in session.scalars(select(codes.c.code)) if code]


def counts_by_artist(session: Session, artist_id: int) -> dict[int, int]:
    """Return standing orders by drop, for the list of an artist's drops."""
    rows = session.execute(
        select(Preorder.drop_id, func.count(Preorder.id))
        .join(Drop, Drop.id == Preorder.drop_id)
        .where(Drop.artist_id == artist_id, HOLDING)
        .group_by(Preorder.drop_id)
    )
    return {drop_id: int(count) for drop_id, count in rows}


def selected(found: Any, drop_id: int, filters: Filters) -> Any:
    """Return `found` (a SELECT of columns of lines, orders, SKUs, products or bundles) over the lines that match."""
    joined = (
        found.select_from(Preorder)
        .join(PreorderLine, PreorderLine.preorder_id == Preorder.id)
        .join(Variant, Variant.id == PreorderLine.variant_id)
        .join(Product, Product.id == Variant.product_id)
        .outerjoin(Bundle, Bundle.id == PreorderLine.bundle_id)
    )
    joined = joined.where(Preorder.drop_id == drop_id, *_conditions(drop_id, filters))
    return joined.with_hint(Preorder, _BY_EMAIL if "@" in filters.q else _BY_ID, "sqlite") if filters.q else joined


def in_order(found: Any) -> Any:
    """Return a SELECT of `selected` in the list's order: newest order first, its lines newest first."""
    return found.order_by(Preorder.id.desc(), PreorderLine.id.desc())


def read_whole(found: Any, filters: Filters) -> Any:
    """Return a SELECT of `selected` that reads the whole selection in the list's order."""
    return _hinted(in_order(found), filters, False)


def variants(drop_id: int, filters: Filters) -> Any:
    """Return a SELECT of the SKUs that size, colour and product leave."""
    found = select(Variant.id).where(Variant.drop_id == drop_id)
    if filters.size:
        found = found.where(Variant.size == filters.size)
    if filters.colour:
        found = found.where(Variant.colour == filters.colour)
    return found.where(Variant.product_id == filters.product) if filters.product is not None else found


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
        Preorder.country,
        Preorder.paid_at,
        Preorder.awaits_payment,
        Preorder.awaits_guardian,
        Preorder.addressed_at,
        Preorder.payment_failed_at,
    )
    return in_order(selected(select(*columns), drop_id, filters))


def _hinted(found: Any, filters: Filters, rare: bool) -> Any:
    """Name SQLite the index: it keeps no statistics here, and would rather sort a million rows than walk an index."""
    if filters.q:
        return found
    if rare:
        found = found.with_hint(PreorderLine, "INDEXED BY ix_preorder_lines_variant_id", "sqlite")
        return found.with_hint(Preorder, _BY_ID, "sqlite")
    index = "ix_preorders_country" if filters.country else INDEXES[filters.state]
    return found.with_hint(Preorder, f"INDEXED BY {index}", "sqlite")


def _conditions(drop_id: int, filters: Filters) -> Iterator[ColumnElement[bool]]:
    if VIEWS[filters.state]:
        yield _words(VIEWS[filters.state])
    if filters.paid:
        yield _words(PAID if filters.paid == "yes" else f"NOT {PAID}")
    if filters.country:
        yield Preorder.country == filters.country
    if filters.size or filters.colour or filters.product is not None:
        yield PreorderLine.variant_id.in_(variants(drop_id, filters))
    if filters.bundle:
        yield (PreorderLine.bundle_id.is_not(None) if filters.bundle == "yes" else PreorderLine.bundle_id.is_(None))
    if filters.q:
        yield _found(drop_id, filters.q)


def _words(view: str) -> Any:
    """The view's own words, as they stand in its index; columns of lines are called otherwise."""
    return text(view.replace("state ", "preorders.state "))


def _found(drop_id: int, q: str) -> Any:
    """A number or an address exactly, or beginnings of all the words of a name: each from its own index."""
    if "@" in q:
        return Preorder.email == q.lower()
    named, number = _named(drop_id, name_words.words(q)), as_order_number(q)
    ways: list[Any] = [] if named is None else [named]
    if number:
        ways.append(select(Preorder.id).where(Preorder.number == number))
    return Preorder.id.in_(union_all(*ways)) if ways else text("1 = 0")


def _named(drop_id: int, beginnings: Sequence[str]) -> Any:
    """Orders with a word for each beginning, the longest looked up first as it leaves the fewest; None without any."""
    found: Any = None
    for beginning in sorted(beginnings, key=len):
        words = aliased(OrderWord)
        here = select(words.preorder_id).where(
            words.drop_id == drop_id, words.word >= beginning, words.word < name_words.ends_before(beginning)
        )
        found = here if found is None else here.where(words.preorder_id.in_(found))
    return found


def _plain(text_: str, length: int) -> str:
    return text_.replace("\x00", "").strip()[:length].strip()  # what is cut off may leave a space at the end
