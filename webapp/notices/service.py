"""What people do with their notices."""

from datetime import datetime

from webapp.infra.db import transaction
from webapp.kernel.refusal import NotFound
from webapp.notices import kinds, store, unsubscribing


def mark_read(person_id: int, up_to: int, now: datetime) -> int:
    """Mark everything up to one notice as read: what arrived since the page was shown stays new."""
    with transaction() as session:
        return store.mark_read(session, person_id, up_to, now)


def set_preferences(person_id: int, by_mail: set[str], now: datetime) -> None:
    """Keep which kinds somebody wants by mail; transactional ones are not theirs to choose."""
    with transaction() as session:
        for kind in kinds.choices():
            if not kind.transactional:
                store.prefer(session, person_id, kind.name, kind.name in by_mail, now)


def unsubscribe(token: str, now: datetime) -> str:
    """End mails of the token's kind to its person and return the kind; raises NotFound for a foreign token."""
    found = unsubscribing.read(token)
    if found is None:
        raise NotFound()
    person_id, kind = found
    with transaction() as session:
        store.prefer(session, person_id, kind, False, now)
    return kind
