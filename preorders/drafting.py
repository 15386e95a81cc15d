"""From the artist's pick to a published drop: drafting, editing, publishing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from contests import queries as contests
from contests.local_time import at_hour
from contests.queries import ContestRow
from preorders import queries, rules, store
from preorders.events import DropPublished
from preorders.measures import usual_chart
from preorders.numbers import sku
from preorders.phases import Phase
from preorders.rows import DropRow
from webapp.accounts import audit
from webapp.accounts import queries as accounts
from webapp.infra import outbox
from webapp.infra.db import transaction
from webapp.kernel.refusal import N_, NotFound, Refused
from webapp.notices import store as notices

EDITION_CAP = 100
WINDOW_DAYS = 28
MAKING_DAYS = 45  # from the close to the parcels
HOUR = 18  # of the contest's clocks: when a window opens and closes unless staff say otherwise
AFTER_PUBLISHING = frozenset(
    {"title", "story_md", "edition_cap", "goal", "per_person", "closes_at", "ships_by", "opens_at"}
)


@dataclass(frozen=True)
class NewProduct:
    """A product staff add. `colours` are (name, hex) pairs; without sizes or colours it has one variant."""

    kind: str
    title: str
    price_minor: int
    in_edition: bool
    sizes: Sequence[str] = ()
    colours: Sequence[tuple[str, str]] = ()
    cap: int | None = None
    size_chart: list[dict[str, Any]] = field(default_factory=list)


def draft_from_pick(contest_id: int, pick_id: int, submission_id: int, now: datetime) -> int:
    """Make the contest's one draft drop, prefilled from its products, and tell merch staff; return its id.

    Safe to run twice. A draft that waits for an earlier pick follows the new one.
    """
    with transaction() as session:
        contest = contests.contest(session, contest_id)
        if contest is None:
            raise NotFound()
        standing = queries.of_contest(session, contest_id)
        if standing:
            if standing.pick_id != pick_id:
                store.repick(session, standing.id, pick_id, submission_id)
            return standing.id
        drop_id = _draft(session, contest, pick_id, submission_id, now)
        if drop_id is None:
            raise RuntimeError("the draft is being made by somebody else")  # the outbox tries again
        _tell_staff(session, contest, drop_id, now)
        return drop_id


def update_drop(drop_id: int, person_id: int, changes: Mapping[str, Any], now: datetime) -> None:
    """Change columns of a drop; `changes['prices']` maps product ids to new prices (drafts only).

    Raises Refused: cap-below-reserved, fixed-now (what fans have ordered by), or the window's codes.
    """
    values = dict(changes)
    prices = values.pop("prices", {})
    charts = values.pop("charts", {})
    with transaction() as session:
        drop = _changeable(session, drop_id)
        _require_changes(drop, values, prices, now)
        if values and not store.change_drop(session, drop_id, **values):
            raise Refused("cap-below-reserved", N_("More pieces are reserved already than that."), 422)
        for product_id, price_minor in prices.items():
            store.change_product(session, drop_id, product_id, price_minor=price_minor)
        for product_id, chart in charts.items():
            store.change_product(session, drop_id, product_id, size_chart=chart)
        named = {name: str(value) for name, value in values.items()}
        audit.note(session, now, person_id, drop.artist_id, "drop.edit", f"drop:{drop_id}", **named)


def set_caps(drop_id: int, person_id: int, caps: Mapping[int, int | None], now: datetime) -> None:
    """Set caps of single SKUs (None: no cap of its own); raises Refused('cap-below-reserved')."""
    with transaction() as session:
        drop = _changeable(session, drop_id)
        for variant_id in sorted(caps):
            if not store.set_cap(session, drop_id, variant_id, caps[variant_id]):
                raise Refused("cap-below-reserved", N_("More pieces are reserved already than that."), 422)
        audit.note(session, now, person_id, drop.artist_id, "drop.caps", f"drop:{drop_id}")


def add_product(drop_id: int, person_id: int, new: NewProduct, now: datetime) -> int:
    """Add a product to a draft; return its id."""
    with transaction() as session:
        drop = _draft_only(session, drop_id)
        catalogue = queries.catalogue(session, drop_id)
        taken = {variant.sku for product in catalogue.products for variant in product.variants}
        position = max((product.position for product in catalogue.products), default=-1) + 1
        product_id = _insert(session, drop_id, position, new, taken)
        audit.note(session, now, person_id, drop.artist_id, "drop.product", f"drop:{drop_id}", title=new.title)
        return product_id


def remove_product(drop_id: int, product_id: int, person_id: int, now: datetime) -> None:
    """Remove a product from a draft, and the bundles it was part of."""
    with transaction() as session:
        drop = _draft_only(session, drop_id)
        store.remove_product(session, drop_id, product_id)
        audit.note(session, now, person_id, drop.artist_id, "drop.product-removed", f"drop:{drop_id}")


def add_bundle(
    drop_id: int, person_id: int, title: str, price_minor: int, components: Mapping[int, int], now: datetime
) -> int:
    """Add a bundle of two or more of the draft's products (pieces by product id); return its id."""
    with transaction() as session:
        drop = _draft_only(session, drop_id)
        known = {product.id for product in queries.catalogue(session, drop_id).products}
        if len(components) < 2 or not set(components) <= known:
            raise Refused("bundle-of-two", N_("A bundle joins at least two products of this drop."), 422)
        bundle_id = store.add_bundle(session, drop_id, title, price_minor, dict(components))
        audit.note(session, now, person_id, drop.artist_id, "drop.bundle", f"drop:{drop_id}", title=title)
        return bundle_id


def remove_bundle(drop_id: int, bundle_id: int, person_id: int, now: datetime) -> None:
    """Remove a bundle from a draft."""
    with transaction() as session:
        drop = _draft_only(session, drop_id)
        store.remove_bundle(session, drop_id, bundle_id)
        audit.note(session, now, person_id, drop.artist_id, "drop.bundle-removed", f"drop:{drop_id}")


def publish(drop_id: int, person_id: int, now: datetime) -> None:
    """Show a draft to everybody; it opens at its date. Raises Refused when fans could not order from it."""
    with transaction() as session:
        drop = _changeable(session, drop_id)
        products = queries.catalogue(session, drop_id).products
        rules.require_ready(drop.dates, any(product.variants for product in products), now)
        if not store.publish(session, drop_id, person_id, now):
            raise Refused("published", N_("This drop is published already."))
        outbox.record(session, DropPublished(drop_id))
        audit.note(session, now, person_id, drop.artist_id, "drop.publish", f"drop:{drop_id}")


def _draft(session: Session, contest: ContestRow, pick_id: int, submission_id: int, now: datetime) -> int | None:
    products = contests.products(session, contest.id)
    opens_at = at_hour(now, contest.timezone, 1, HOUR)
    closes_at = at_hour(opens_at, contest.timezone, WINDOW_DAYS, HOUR)
    drop_id = store.add_drop(
        session,
        artist_id=contest.artist_id,
        contest_id=contest.id,
        submission_id=submission_id,
        pick_id=pick_id,
        slug=contest.slug,
        title=contest.title,
        currency=products[0].currency if products else "EUR",
        timezone=contest.timezone,
        edition_cap=EDITION_CAP,
        opens_at=opens_at,
        closes_at=closes_at,
        ships_by=closes_at + timedelta(days=MAKING_DAYS),
        created_at=now,
    )
    if drop_id is not None:
        taken: set[str] = set()
        for position, spec in enumerate(products):
            colours = [(colour["name"], colour["hex"]) for colour in spec.colours]
            chart = usual_chart(spec.kind, spec.sizes)
            new = NewProduct(spec.kind, spec.title, spec.price_minor, True, spec.sizes, colours, size_chart=chart)
            _insert(session, drop_id, position, new, taken)
    return drop_id


def _insert(session: Session, drop_id: int, position: int, new: NewProduct, taken: set[str]) -> int:
    variants = []
    for colour, colour_hex in dict(new.colours or [("", "")]).items():
        for size in dict.fromkeys(new.sizes or [""]):
            name = sku(drop_id, new.kind, colour, size, taken)
            taken.add(name)
            variants.append({"sku": name, "size": size, "colour": colour, "colour_hex": colour_hex, "cap": new.cap})
    return store.add_product(
        session,
        drop_id,
        variants,
        position=position,
        kind=new.kind,
        title=new.title,
        in_edition=new.in_edition,
        price_minor=new.price_minor,
        size_chart=new.size_chart,
    )


def _tell_staff(session: Session, contest: ContestRow, drop_id: int, now: datetime) -> None:
    artist = accounts.artist(session, contest.artist_id)
    assert artist is not None
    params = {"title": contest.title, "artist": artist.name, "path": f"/team/{artist.slug}/drops/{drop_id}"}
    staff = accounts.team(session, contest.artist_id, "merch_staff")
    notices.notify(session, staff, "drop-draft", f"drop-draft:{drop_id}", params, now)


def _changeable(session: Session, drop_id: int) -> DropRow:
    store.hold(session, drop_id)  # locks the row: what is checked below still holds when it is written
    drop = queries.drop(session, drop_id)
    if drop is None:
        raise NotFound()
    if drop.cancelled_at or drop.closed_at:
        raise Refused("drop-over", N_("This drop is over; it can't be changed any more."))
    return drop


def _draft_only(session: Session, drop_id: int) -> DropRow:
    drop = _changeable(session, drop_id)
    if drop.published_at:
        raise Refused("fixed-now", N_("This is fixed since the drop was published: fans order by it."))
    return drop


def _require_changes(drop: DropRow, values: Mapping[str, Any], prices: Mapping[int, int], now: datetime) -> None:
    opens_at, closes_at = values.get("opens_at", drop.opens_at), values.get("closes_at", drop.closes_at)
    if opens_at and closes_at and opens_at >= closes_at:
        raise Refused("window-order", N_("Preorders must open before they close."), 422)
    if drop.published_at is None:
        return
    moved = "opens_at" in values and values["opens_at"] != drop.opens_at
    if prices or not set(values) <= AFTER_PUBLISHING or (moved and drop.phase(now) is not Phase.UPCOMING):
        raise Refused("fixed-now", N_("This is fixed since the drop was published: fans order by it."))
    if drop.locked_at and values.get("closes_at", drop.closes_at) != drop.closes_at:
        raise Refused("closed", N_("The orders are fixed now: the window can't be moved."))
    if opens_at is None or closes_at is None:
        raise Refused("no-window", N_("Say when preorders open and close before you publish."), 422)
