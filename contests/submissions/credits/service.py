"""What people do with credit: answer an offer, take one back, give a share up. Each is one transaction."""

from datetime import datetime

from sqlalchemy.orm import Session

from contests.submissions.credits import queries, rules, store
from contests.submissions.credits.events import CreditAnswered
from contests.submissions.credits.queries import ShareRow
from webapp.infra import outbox
from webapp.infra.db import transaction
from webapp.kernel.refusal import N_, NotFound, Refused


def answer(share_id: int, person_id: int, accept: bool, now: datetime) -> None:
    """Accept or decline what was offered to oneself.

    Raises NotFound for another's, Refused: credits-frozen, or answered when it no longer waits.
    """
    with transaction() as session:
        share = _held(session, share_id)
        if share.person_id != person_id:
            raise NotFound()
        if not store.answer(session, share_id, accept, now):
            raise Refused("answered", N_("This offer was answered, or taken back, already."))
        outbox.record(session, CreditAnswered(share_id))


def take_back(share_id: int, designer_id: int, now: datetime) -> None:
    """Take back an offer nobody answered yet; an accepted share is its holder's. Raises NotFound or Refused."""
    with transaction() as session:
        share = _held(session, share_id)
        if share.designer_id != designer_id:
            raise NotFound()
        if not store.end(session, share_id, "offered", now):
            raise Refused("answered", N_("This offer was answered, or taken back, already."))


def give_up(share_id: int, person_id: int, now: datetime) -> None:
    """Give one's own accepted share back to the designer. Raises NotFound or Refused."""
    with transaction() as session:
        share = _held(session, share_id)
        if share.person_id != person_id:
            raise NotFound()
        if not store.end(session, share_id, "accepted", now):
            raise Refused("answered", N_("This share is not yours any more."))
        outbox.record(session, CreditAnswered(share_id))


def freeze(submission_id: int, now: datetime) -> bool:
    """Fix the shares of a design; return whether this call did it. Safe to repeat."""
    with transaction() as session:
        return store.freeze(session, submission_id, now)


def _held(session: Session, share_id: int) -> ShareRow:
    """Return a share whose design's credit is locked until the commit, and not fixed."""
    share = queries.share(session, share_id)
    if share is None:
        raise NotFound()
    store.hold(session, share.submission_id)
    rules.require_unfrozen(queries.is_frozen(session, share.submission_id))
    return share
