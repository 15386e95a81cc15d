"""Telling people about the waitlist, and what the ticker calls. Every handler may run twice."""

from typing import Any

from sqlalchemy.orm import Session

from preorders.waitlist import lapsing, queries
from preorders.waitlist.kinds import PART
from preorders.waitlist.queries import EntryRow
from webapp.infra.db import transaction
from webapp.kernel.now import now
from webapp.notices import store as notices
from webapp.notices import values


def lapse_due() -> int:
    """Ticker: end late offers, and queues whose drop is over; return how many entries ended."""
    moment = now()
    return lapsing.lapse_due(moment) + lapsing.end_due(moment)


def tell_offered(entry_id: int, offered_at: str) -> None:
    """WaitlistOffered: say what is kept and until when, unless that offer is over already."""
    with transaction() as session:
        entry = _entry(session, entry_id)
        if entry.state != "offered" or entry.offered_at is None or entry.offered_at.isoformat() != offered_at:
            return
        part = values.word(PART) if entry.offered_quantity < entry.quantity else ""
        until = values.at(entry.offer_until, entry.timezone)
        told = {"count": entry.offered_quantity, "until": until, "part": part, "path": "/preorders/waitlist"}
        _tell(session, "waitlist-offered", entry, f"{entry_id}:{offered_at}", **told)


def tell_lapsed(entry_id: int) -> None:
    """WaitlistLapsed: say kindly that the piece went on."""
    with transaction() as session:
        entry = _entry(session, entry_id)
        _tell(session, "waitlist-lapsed", entry, str(entry_id), path=f"/drops/{entry.drop_slug}")


def tell_ended(entry_id: int) -> None:
    """WaitlistEnded: say that waiting is over."""
    with transaction() as session:
        entry = _entry(session, entry_id)
        _tell(session, "waitlist-ended", entry, str(entry_id), path=f"/drops/{entry.drop_slug}")


def _tell(session: Session, kind: str, entry: EntryRow, dedupe: str, **params: Any) -> None:
    params = {"piece": entry.words, "title": entry.drop_title, **params}
    notices.notify(session, [entry.person_id], kind, f"{kind}:{dedupe}", params, now())


def _entry(session: Session, entry_id: int) -> EntryRow:
    entry = queries.entry(session, entry_id)
    assert entry is not None, entry_id
    return entry
