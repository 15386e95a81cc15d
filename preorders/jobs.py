"""What happens after a fact: drafts are made, people are told. Every handler may run twice.

They take the fields of their fact as keywords.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from contests.comments.suggestions.queries import accepted_authors
from preorders import goals, queries, service
from preorders.changing import version_of
from preorders.confirmations import params_of
from preorders.kinds import TRACKING
from preorders.rows import DropRow
from preorders.shipping import queries as shipping
from voting import audience
from voting.audience import Audience
from webapp.accounts import queries as accounts
from webapp.infra.db import db, transaction
from webapp.kernel.now import now
from webapp.notices import store as notices
from webapp.notices import values


def draft_drop(contest_id: int, pick_id: int, submission_id: int) -> None:
    """WinnerAnnounced: make the draft drop."""
    service.draft_from_pick(contest_id, pick_id, submission_id, now())


def open_due() -> int:
    """Ticker: record the opening of every drop whose date has come, once; return how many."""
    moment = now()
    due = queries.unopened(db.session(), moment)
    db.session.rollback()
    return sum(service.open_one(drop_id, moment) for drop_id in due)


def tell_opened(drop_id: int) -> None:
    """DropOpened: tell everybody who designed, commented or voted, and who follows the artist: each once.

    The nearer somebody is to the design, the more their words speak of it. The first words sent to a
    person stand, so the order is that of nearness.
    """
    with transaction() as session:
        drop = _drop(session, drop_id)
        people, until = _audience(session, drop), _until(drop, drop.closes_at)
        helped = accepted_authors(session, drop.submission_id) if drop.submission_id else set()
        near = {  # who stands in two groups hears it once, in the words of the first
            "drop-opened-author": people.author,
            "drop-opened-helper": helped - people.author,
            "drop-opened-voter": people.voted,
            "drop-opened-talker": people.commented,
        }
        for kind, group in near.items():
            _notify(session, group, kind, drop, fact="drop-opened", until=until)
        others = people.others | set(accounts.followers(session, drop.artist_id)) | _followers(session, drop)
        _notify(session, others, "drop-opened", drop, until=until)


def _followers(session: Session, drop: DropRow) -> set[int]:
    """Return who follows the contest a drop comes from, or its design."""
    subjects = (("contest", drop.contest_id), ("design", drop.submission_id))
    return {each for kind, subject in subjects if subject for each in accounts.followers_of(session, kind, subject)}


def tell_placed(preorder_id: int) -> None:
    """PreorderPlaced: confirm the order to its buyer."""
    with transaction() as session:
        order, drop = _order(session, preorder_id)
        _tell_buyer(session, "preorder-placed", order, **params_of(order, queries.lines(session, preorder_id), drop))


def tell_confirmed(preorder_id: int) -> None:
    """PreorderConfirmed: tell the buyer that the guardian agreed; what was paid is told by its receipt."""
    with transaction() as session:
        order, drop = _order(session, preorder_id)
        if drop.payment == "none":
            params = params_of(order, queries.lines(session, preorder_id), drop)
            _tell_buyer(session, "preorder-confirmed", order, **params)


def tell_changed(preorder_id: int, reason: str) -> None:
    """PreorderChanged: tell the buyer what the shop made of the order, and why; each change once."""
    with transaction() as session:
        order, drop = _order(session, preorder_id)
        lines = queries.lines(session, preorder_id)
        params = {**params_of(order, lines, drop), "reason": reason}
        _tell_buyer(session, "preorder-changed", order, version=version_of(order, lines), **params)


def tell_cancelled(preorder_id: int) -> None:
    """PreorderCancelled: confirm it to the buyer, with the shop's reason when it was the shop."""
    with transaction() as session:
        order, _drop_row = _order(session, preorder_id)
        _tell_buyer(session, "preorder-cancelled", order, reason=order.cancel_reason)


def tell_shipped(preorder_id: int, shipment_id: int = 0) -> None:
    """PreorderShipped: tell the buyer of each parcel once, with its tracking number when there is one.

    A fact recorded before parcels were counted has no `shipment_id`.
    """
    with transaction() as session:
        order, _drop_row = _order(session, preorder_id)
        parcel = shipping.shipment(session, shipment_id)
        number = (parcel.tracking or "") if parcel else order.tracking
        carried = " ".join(filter(None, (parcel.carrier if parcel else "", number)))
        tracking = values.word(TRACKING, number=carried) if number else ""
        part = parcel is not None and (parcel.position > 1 or order.state == "part-shipped")
        kind = "order-part-shipped" if part else "order-shipped"
        params = {"number": order.number, "path": f"/preorders/{order.number}", "tracking": tracking}
        fact = f"parcel:{shipment_id}" if shipment_id else f"order-shipped:{order.id}"
        notices.notify(session, [order.person_id], kind, fact, params, now())


def tell_locked(drop_id: int) -> None:
    """DropLocked: tell everybody whose order stands."""
    with transaction() as session:
        drop = _drop(session, drop_id)
        _notify(session, queries.buyers(session, drop_id, "reserved", "shipped"), "drop-locked", drop)


def tell_drop_cancelled(drop_id: int) -> None:
    """DropCancelled: tell everybody whose order fell with it."""
    with transaction() as session:
        drop = _drop(session, drop_id)
        people = queries.fell_with(session, drop_id, drop.cancelled_at)
        _notify(session, people, "drop-cancelled", drop, reason=_why(drop))


def _audience(session: Session, drop: DropRow) -> Audience:
    if drop.contest_id is None:
        return Audience(set(), set(), set(), set())
    return audience.of_design(session, drop.contest_id, drop.submission_id)


def _notify(session: Session, people: Iterable[int], kind: str, drop: DropRow, fact: str = "", **params: Any) -> None:
    artist = accounts.artist(session, drop.artist_id)
    assert artist is not None
    params = {"title": drop.title, "artist": artist.name, "path": f"/drops/{drop.slug}", **params}
    notices.notify(session, sorted(people), kind, f"{fact or kind}:{drop.id}", params, now())


def _tell_buyer(session: Session, kind: str, order: Any, version: str = "", **params: Any) -> None:
    values = {"number": order.number, "path": f"/preorders/{order.number}", **params}
    fact = f"{kind}:{order.id}:{version}" if version else f"{kind}:{order.id}"
    notices.notify(session, [order.person_id], kind, fact, values, now())


def _drop(session: Session, drop_id: int) -> DropRow:
    drop = queries.drop(session, drop_id)
    assert drop is not None, drop_id
    return drop


def _order(session: Session, preorder_id: int) -> tuple[Any, DropRow]:
    order = queries.preorder(session, preorder_id)
    assert order is not None, preorder_id
    return order, _drop(session, order.drop_id)


def _why(drop: DropRow) -> Any:
    """Our own reason in the reader's language, the team's as it was written."""
    return values.word(goals.MISSED) if drop.cancel_reason == goals.MISSED else drop.cancel_reason or ""


def _until(drop: DropRow, moment: datetime | None) -> Any:
    return values.at(moment, drop.timezone)
