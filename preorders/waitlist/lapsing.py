"""What ends by the clock: offers nobody took, and queues whose drop takes no more orders. The ticker's part."""

from datetime import datetime

from preorders.waitlist import offering, queries, store
from preorders.waitlist.events import WaitlistEnded, WaitlistLapsed
from webapp.infra import outbox
from webapp.infra.db import db, transaction

BATCH = 200  # entries a transaction


def lapse_due(now: datetime) -> int:
    """End the offers whose time is up; their pieces go to the next in the queue. Returns how many ended."""
    drop_ids = queries.drops_with_late_offers(db.session(), now)
    db.session.rollback()
    return sum(_lapse(drop_id, now) for drop_id in drop_ids)


def end_due(now: datetime) -> int:
    """End every entry whose drop is closed, locked or called off, each told once; returns how many."""
    drop_ids = queries.drops_over(db.session(), now)
    db.session.rollback()
    ended = 0
    for drop_id in drop_ids:
        while count := _end(drop_id, now):
            ended += count
    return ended


def _lapse(drop_id: int, now: datetime) -> int:
    with transaction() as session:
        store.hold(session, drop_id)
        late = queries.offered(session, drop_id, late_at=now, limit=BATCH)
        for each in late:
            store.end(session, each.entry_id, "offered", "lapsed", now)
            outbox.record(session, WaitlistLapsed(each.entry_id))
        offering.give_back(session, drop_id, late)
        offering.offer_freed(session, drop_id, now)
        return len(late)


def _end(drop_id: int, now: datetime) -> int:
    with transaction() as session:
        store.hold(session, drop_id)
        if drop_id not in queries.drops_over(session, now, drop_id):
            return 0  # reopened meanwhile, or nobody is left
        offered = queries.offered(session, drop_id, limit=BATCH)
        waiting = queries.waiting_ids(session, drop_id, BATCH)
        for entry_id, was in [*((each.entry_id, "offered") for each in offered), *((i, "waiting") for i in waiting)]:
            store.end(session, entry_id, was, "lapsed", now)
            outbox.record(session, WaitlistEnded(entry_id))
        offering.give_back(session, drop_id, offered)
        return len(offered) + len(waiting)
