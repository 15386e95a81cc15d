"""Preorders of young people: their guardian is asked, and the answer confirms or cancels the order."""

from datetime import datetime

from flask_babel import force_locale, gettext
from sqlalchemy.orm import Session

from preorders import ordering, queries, store
from preorders.rows import PreorderRow
from webapp.accounts import queries as accounts
from webapp.accounts.guardians import store as guardians
from webapp.accounts.guardians.actions import Action, Asked
from webapp.infra.db import transaction
from webapp.infra.i18n import money
from webapp.kernel.now import now as clock
from webapp.kernel.refusal import N_, Refused
from webapp.notices import store as notices
from webapp.notices.kinds import Kind

REFUSED = N_("Your guardian did not agree to this order. That is all right: nothing is owed.")
OWN = N_("You took this order back yourself. Nothing is owed.")
WITHDRAWN = N_("Your guardian took back their consent to this order. That is all right: nothing is owed.")
KINDS = (
    Kind(
        "guardian-needed",
        N_("Your preorder %(number)s waits for your guardian"),
        N_("You are under 18, so a parent or guardian agrees first. Tell us where we can write to them; we keep it."),
        N_("Name your guardian"),
        transactional=True,
        title=N_("Your preorders, waiting for a guardian"),
    ),
)


def ask(preorder_id: int) -> None:
    """PreorderPlaced: ask the guardian of a young buyer; one who has named none yet is told where to."""
    with transaction() as session:
        order, moment = _order(session, preorder_id), clock()
        if order.state != "awaiting" or not order.awaits_guardian:
            return
        if not guardians.ask(session, order.person_id, "preorder", preorder_id, moment):
            params = {"number": order.number, "path": "/settings/guardian"}
            notices.notify(session, [order.person_id], "guardian-needed", f"guardian-needed:{order.id}", params, moment)


def describe(session: Session, preorder_id: int, now: datetime) -> Asked | None:
    """Return an order as its guardian reads it."""
    order = queries.preorder(session, preorder_id)
    drop = queries.drop(session, order.drop_id) if order else None
    if order is None or drop is None:
        return None
    artist = accounts.artist(session, drop.artist_id)
    lines = queries.lines(session, preorder_id)
    total = gettext("Total: %(amount)s", amount=money(order.total_minor, order.currency))
    may_change = drop.locked_at is None and (drop.closes_at is None or drop.closes_at > now)
    return Asked(
        title=f"{drop.title} · {artist.name}" if artist else drop.title,
        details=(*(f"{line.quantity} × {line.words}" for line in lines), f"{total} · {order.number}"),
        may_answer=order.state == "awaiting" and order.awaits_guardian,
        may_withdraw=order.state in ("awaiting", "reserved") and may_change and drop.cancelled_at is None,
        until=order.expires_at if order.awaits_guardian else None,
        zone=drop.timezone,
    )


def answered(session: Session, preorder_id: int, said: str, now: datetime) -> None:
    """Act on the guardian's answer in their transaction; raises Refused when it is too late for it."""
    order = _order(session, preorder_id)
    if said == "agreed":
        if (order.expires_at and order.expires_at <= now) or not ordering.confirm(
            session, preorder_id, "guardian", now
        ):
            raise Refused("too-late", N_("That order is no longer waiting: its time is over, or it was cancelled."))
        return
    # A no is heard as long as it is asked for; what was agreed is taken back until the orders are fixed.
    held = store.hold_open(session, order.drop_id, now) or (said == "refused" and store.hold(session, order.drop_id))
    if not held:
        raise Refused("closed", ordering.CLOSED)
    ordering.cancel_standing(session, order, _in_words(session, order, said), None, now)


def _in_words(session: Session, order: PreorderRow, said: str) -> str:
    """Return the reason in the buyer's own language: it is kept with the order."""
    person = accounts.person(session, order.person_id)
    theirs = REFUSED if said == "refused" else WITHDRAWN
    with force_locale(person.locale if person else "en"):
        return str(gettext(theirs if person is None or person.minor else OWN))


def _order(session: Session, preorder_id: int) -> PreorderRow:
    order = queries.preorder(session, preorder_id)
    assert order is not None, preorder_id
    return order


ACTION = Action("preorder", N_("a preorder"), describe, answered)
