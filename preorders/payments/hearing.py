"""A provider's messages: kept once, then what they speak of is read from the provider itself.

So it makes no difference whether one comes twice, late, or before the one that should have come first.
"""

from datetime import datetime

from preorders.payments import looking, queries, store, waking
from preorders.payments.port import Message
from webapp.infra.db import after_commit, db, transaction


def keep(provider: str, message: Message, now: datetime) -> bool:
    """Keep a message, and wake a worker for it; return whether it is new."""
    with transaction() as session:
        event_row_id = store.keep_event(session, provider, message, now)
        known = event_row_id or queries.event_of(session, provider, message.event_id)
        if known is not None:
            after_commit(lambda: waking.wake_event(known))
        return event_row_id is not None


def hear(event_row_id: int, now: datetime) -> None:
    """Deal with a kept message, once; what it speaks of and we don't know is nothing. Raises Unreachable."""
    found = queries.event(db.session(), event_row_id)
    payments = queries.by_object(db.session(), found.provider, found.object_id) if found else []
    db.session.rollback()
    if found is None or found.handled_at:
        return
    for payment in payments:
        looking.refresh(payment.id, now)
        if "refund" in found.type and payment.kind in queries.MONEY:
            looking.look_outside(payment.id, now)
    with transaction() as session:
        store.handled(session, event_row_id, now)
