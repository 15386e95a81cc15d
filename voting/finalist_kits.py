"""The shortlist gets kits: when a round closes, and by and by whoever had none yet. May run twice."""

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from contests.submissions.finalists import store
from contests.submissions.finalists.models import FinalistKit
from contests.submissions.models import Revision, Submission
from contests.submissions.queries import public
from voting.models import Shortlisted
from webapp.infra.db import db, transaction
from webapp.kernel.now import now

AT_ONCE = 20
"""So many kits are asked for in one turn: pictures that people wait for come first."""


def round_closed(contest_id: int, round_id: int) -> None:
    """RoundClosed: let every finalist's kit be made; their authors are told when it stands."""
    with transaction() as session:
        store.open_kits(session, _ids(session, _without().where(Shortlisted.contest_id == contest_id)), now())


def open_missing() -> int:
    """Ask for kits of finalists that have none: shown again, drawn late, or older than kits are; return how many.

    A task of the ticker.
    """
    found = _ids(db.session(), _without().limit(AT_ONCE))
    db.session.rollback()
    if not found:
        return 0
    with transaction() as session:
        return store.open_kits(session, found, now())


def _without() -> Select[int]:
    """Finalists that everybody may see, whose picture is drawn, and that have no kit."""
    return (
        select(Shortlisted.submission_id)
        .join(Submission, Submission.id == Shortlisted.submission_id)
        .join(Revision, Revision.id == Submission.current_revision_id)
        .outerjoin(FinalistKit, FinalistKit.submission_id == Submission.id)
        .where(public(), Revision.state == "done", Revision.original_key != "", FinalistKit.id.is_(None))
        .order_by(Shortlisted.submission_id)
    )


def _ids(session: Session, statement: Select[int]) -> list[int]:
    return list(session.scalars(statement))
