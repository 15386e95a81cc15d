"""From the artist's pick, or from nothing, to a published drop. What a draft offers is changed in editing.py."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from contests import queries as contests
from contests.local_time import at_hour
from contests.queries import ContestRow
from preorders import payments, queries, rules, store
from preorders.editing import NO_PAYMENTS, WINDOW_ORDER, NewProduct, changeable, insert_product
from preorders.events import DropPublished
from preorders.measures import usual_chart
from preorders.numbers import slug_of
from voting import picks_queries as picks
from webapp.accounts import audit
from webapp.accounts import queries as accounts
from webapp.infra import outbox
from webapp.infra.db import transaction
from webapp.kernel.codes import short_code
from webapp.kernel.refusal import N_, NotFound, Refused
from webapp.notices import store as notices

EDITION_CAP = 100
WINDOW_DAYS = 28
MAKING_DAYS = 45  # from the close to the parcels
HOUR = 18  # of the contest's clocks: when a window opens and closes unless staff say otherwise
ALONE_TRIES = 5


@dataclass(frozen=True)
class NewDrop:
    """A drop without a contest; `submission_id` is a design that won one of the artist's contests, if any."""

    title: str
    currency: str
    timezone: str
    opens_at: datetime
    closes_at: datetime
    product: NewProduct
    submission_id: int | None = None


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


def draft_alone(artist_id: int, person_id: int, new: NewDrop, now: datetime) -> int:
    """Draft a drop without a contest, with one product to begin with; return its id.

    Raises Refused: window-order, or unknown-design for one that won no contest of the artist.
    """
    if new.opens_at >= new.closes_at:
        raise Refused("window-order", WINDOW_ORDER, 422)
    with transaction() as session:
        if new.submission_id is not None and new.submission_id not in won_designs(session, artist_id):
            raise Refused("unknown-design", N_("Choose a design that won one of your contests."), 422)
        values: dict[str, Any] = {
            name: getattr(new, name) for name in ("title", "currency", "timezone", "opens_at", "closes_at")
        }
        ships_by = new.closes_at + timedelta(days=MAKING_DAYS)
        values |= {"submission_id": new.submission_id, "ships_by": ships_by, "edition_cap": None, "created_at": now}
        drop_id = _add(session, slug_of(new.title), artist_id=artist_id, **values)
        if drop_id is None:
            raise RuntimeError("no free address found")
        insert_product(session, drop_id, 0, new.product, set())
        audit.note(session, now, person_id, artist_id, "drop.draft", f"drop:{drop_id}", title=new.title)
        return drop_id


def won_designs(session: Session, artist_id: int) -> list[int]:
    """Return the designs that won the artist's contests, the newest first."""
    held = [contest.id for contest in contests.of_artist(session, artist_id)]
    return [pick.submission_id for pick in picks.winners(session, held)]


def publish(drop_id: int, person_id: int, now: datetime) -> None:
    """Show a draft to everybody; it opens at its date. Raises Refused when fans could not order from it."""
    with transaction() as session:
        drop = changeable(session, drop_id)
        products = queries.catalogue(session, drop_id).products
        rules.require_ready(drop.dates, any(product.variants and not product.addon for product in products), now)
        if drop.payment != "none" and not payments.available():
            raise Refused("no-payments", NO_PAYMENTS, 422)
        if not store.publish(session, drop_id, person_id, now):
            raise Refused("published", N_("This drop is published already."))
        outbox.record(session, DropPublished(drop_id))
        audit.note(session, now, person_id, drop.artist_id, "drop.publish", f"drop:{drop_id}")


def _draft(session: Session, contest: ContestRow, pick_id: int, submission_id: int, now: datetime) -> int | None:
    products = contests.products(session, contest.id)
    opens_at = at_hour(now, contest.timezone, 1, HOUR)
    closes_at = at_hour(opens_at, contest.timezone, WINDOW_DAYS, HOUR)
    drop_id = _add(
        session,
        contest.slug,
        artist_id=contest.artist_id,
        contest_id=contest.id,
        submission_id=submission_id,
        pick_id=pick_id,
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
            insert_product(session, drop_id, position, new, taken)
    return drop_id


def _add(session: Session, stem: str, *, artist_id: int, **values: Any) -> int | None:
    """Insert a draft under a free address, with the rates and zones of the artist's last drop; None: it has one."""
    earlier = queries.of_artist(session, artist_id)
    last = next((drop for drop in earlier if drop.currency == values["currency"]), None)
    if last:
        values["tax_included"] = last.tax_included
    for attempt in range(ALONE_TRIES):
        slug = stem if not attempt else f"{stem}-{short_code().lower()}"
        drop_id = store.add_drop(session, slug=slug, artist_id=artist_id, **values)
        if drop_id is not None:
            if last:
                store.set_tariff(session, drop_id, queries.tariff(session, last))
            return drop_id
        if values.get("contest_id") and queries.of_contest(session, values["contest_id"]):
            return None
    return None


def _tell_staff(session: Session, contest: ContestRow, drop_id: int, now: datetime) -> None:
    artist = accounts.artist(session, contest.artist_id)
    assert artist is not None
    params = {"title": contest.title, "artist": artist.name, "path": f"/team/{artist.slug}/drops/{drop_id}"}
    staff = accounts.team(session, contest.artist_id, "merch_staff")
    notices.notify(session, staff, "drop-draft", f"drop-draft:{drop_id}", params, now)
