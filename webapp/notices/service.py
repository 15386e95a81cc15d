"""What people do with their notices."""

from datetime import datetime

from webapp.infra.db import transaction
from webapp.infra.mail import refusals
from webapp.kernel.refusal import NotFound
from webapp.notices import kinds, paces, queries, store, unsubscribing


def mark_read(person_id: int, up_to: int, now: datetime) -> int:
    """Mark everything up to one notice as read: what arrived since the page was shown stays new."""
    with transaction() as session:
        return store.mark_read(session, person_id, up_to, now)


def set_preferences(person_id: int, wanted: dict[str, str], now: datetime) -> None:
    """Keep how soon somebody wants kinds by mail; transactional ones are not theirs to choose.

    `wanted` maps kinds to paces; kinds and paces nobody knows are left out.
    """
    with transaction() as session:
        before = queries.preferences(session, person_id)
        for kind in kinds.choices():
            pace = wanted.get(kind.name, "")
            if not kind.transactional and pace in paces.WORDS and pace != before.get(kind.name):
                store.prefer(session, person_id, kind.name, pace, now)


def unsubscribe(token: str, now: datetime) -> str:
    """End mails of the token's kind to its person and return the kind; raises NotFound for a foreign token.

    The link of a digest ends all that comes in digests.
    """
    found = unsubscribing.read(token)
    if found is None:
        raise NotFound()
    person_id, kind = found
    with transaction() as session:
        chosen = queries.preferences(session, person_id)
        together = [each for each, pace in chosen.items() if pace in paces.TOGETHER]
        for each in together if kind == unsubscribing.DIGEST else [kind]:
            store.prefer(session, person_id, each, paces.NEVER, now)
        if kind == unsubscribing.DIGEST:
            store.drop_digests(session, person_id)
    return kind


def try_again(person_id: int) -> bool:
    """Let mail go to somebody's address again that refused ours; return whether it did."""
    with transaction() as session:
        reader = queries.readers(session, [person_id]).get(person_id)
        return bool(reader and reader.email and refusals.lift(session, [reader.email]))
