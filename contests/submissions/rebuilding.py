"""Files of finished revisions made anew: after a change of the recipe, or to repair what was lost.

`ask` writes the wishes down, workers fulfil them in the background, a few at a time so that new
uploads need not wait behind them. The old files are referenced and served until the new set stands:
one conditional UPDATE swaps them. The table is the truth; asking twice, dying and starting again
lose nothing.
"""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import ColumnElement, Select, Update, and_, func, or_, select, update
from sqlalchemy.orm import Session

from contests.submissions import making, rules
from contests.submissions.images.refusals import Unacceptable
from contests.submissions.images.renditions import Recipe
from contests.submissions.jobs import FOLDERS, LEASE, PAUSE
from contests.submissions.making import Work
from contests.submissions.models import Remake, Revision, Submission
from webapp.infra import queue
from webapp.infra.db import changed, db, insert_many_once, transaction
from webapp.kernel.now import now

ABREAST = 4
"""So many wishes are in the queue at once."""

log = structlog.get_logger()


@dataclass(frozen=True)
class Progress:
    """How far the wishes for some revisions are; `failed` ones keep their old files."""

    wanted: int
    open: int
    failed: int


def ask(contest_id: int | None, moment: datetime) -> int:
    """Wish that all finished revisions of a contest (None: of all) be made anew; return how many wishes are open.

    A wish that is still open stays as it is.
    """
    with transaction() as session:
        wanted = wish(session, _finished(contest_id), moment)
    feed()
    return wanted


def wish(session: Session, revisions: Select[Any], moment: datetime) -> int:
    """Write wishes down for finished revisions, a SELECT of their ids, in the caller's transaction; return how many.

    The ticker wakes the workers.
    """
    ids = list(session.scalars(revisions))
    again = update(Remake).where(Remake.revision_id.in_(revisions), Remake.done_at.is_not(None))
    fresh = {"asked_at": moment, "attempts": 0, "lease_until": None, "done_at": None, "failure_code": ""}
    changed(session, again.values(**fresh))
    new = {"asked_at": moment, "attempts": 0, "failure_code": ""}
    insert_many_once(session, Remake, [{"revision_id": each, **new} for each in ids])
    return len(ids)


def progress(session: Session, contest_id: int | None) -> Progress:
    """Return how far the wishes of a contest are (None: of all)."""
    mine = Remake.revision_id.in_(_finished(contest_id))
    still, failed = Remake.done_at.is_(None), Remake.failure_code != ""
    counts = [session.scalar(select(func.count()).where(mine, which)) for which in (mine, still, failed)]
    return Progress(*(int(count or 0) for count in counts))


def behind(session: Session) -> int:
    """Return how many finished revisions were made by another recipe than today's."""
    stale = and_(Revision.state == "done", Revision.recipe != f"r{Recipe().version}")
    return int(session.scalar(select(func.count()).where(stale)) or 0)


def feed(most: int = ABREAST) -> int:
    """Put the next open wishes into the queue, unless some are being fulfilled; return how many."""
    session, moment = db.session(), now()
    busy = select(func.count()).where(Remake.done_at.is_(None), Remake.lease_until > moment)
    if session.scalar(busy):
        db.session.rollback()
        return 0
    return _wake(most)


def remake(revision_id: int) -> bool:
    """Fulfil the wish for a revision, if nobody else does; return whether this call settled it."""
    try:
        return _remake(revision_id)
    finally:
        _wake(1)  # each job brings its successor, so that the queue stays short


def _remake(revision_id: int) -> bool:
    work = _take(revision_id)
    if work is None:
        return False
    try:
        with tempfile.TemporaryDirectory(prefix=FOLDERS[0]) as folder:
            columns = making.make(work, Path(folder))
    except Unacceptable as refused:
        return _settle(revision_id, refused.code)
    except Exception as error:
        log.warning("remake put back", revision=revision_id, error=repr(error))
        return _put_back(revision_id)
    with transaction() as session:
        unchanged = Revision.original_sha256 == work.revision.original_sha256
        done = update(Revision).where(Revision.id == revision_id, Revision.state == "done", unchanged)
        changed(session, done.values(**columns))
        changed(session, _open(revision_id).values(done_at=now(), lease_until=None, failure_code=""))
    return True


def _take(revision_id: int) -> Work | None:
    moment = now()
    with transaction() as session:
        taken = _open(revision_id).where(_free(moment))
        if not changed(session, taken.values(lease_until=moment + LEASE, attempts=Remake.attempts + 1)):
            return None
        work = making.work_on(session, revision_id)
        attempts = session.scalar(select(Remake.attempts).where(Remake.revision_id == revision_id)) or 0
    if work is None or attempts > rules.ATTEMPTS:
        _settle(revision_id, "worker-died")
        return None
    return work


def _put_back(revision_id: int) -> bool:
    with transaction() as session:
        later = now() + PAUSE
        attempts = session.scalar(select(Remake.attempts).where(Remake.revision_id == revision_id)) or 0
        if attempts < rules.ATTEMPTS:
            changed(session, _open(revision_id).values(lease_until=later))
            return False
    return _settle(revision_id, "worker-died")


def _settle(revision_id: int, code: str) -> bool:
    """Give a wish up: the old files stay."""
    with transaction() as session:
        return bool(changed(session, _open(revision_id).values(done_at=now(), lease_until=None, failure_code=code)))


def _wake(most: int) -> int:
    session, moment = db.session(), now()
    due = select(Remake.revision_id).where(Remake.done_at.is_(None), _free(moment)).order_by(Remake.id).limit(most)
    ids = list(session.scalars(due))
    db.session.rollback()
    for revision_id in ids:
        queue.enqueue("pictures", "contests.submissions.rebuilding.remake", revision_id)
    return len(ids)


def _open(revision_id: int) -> Update:
    return update(Remake).where(Remake.revision_id == revision_id, Remake.done_at.is_(None))


def _free(moment: datetime) -> ColumnElement[bool]:
    return or_(Remake.lease_until.is_(None), Remake.lease_until <= moment)


def finished_of(ids: Sequence[int]) -> Select[Any]:
    """Return the SELECT of those revisions of `ids` that are finished."""
    return select(Revision.id).where(Revision.id.in_(ids), Revision.state == "done")


def _finished(contest_id: int | None) -> Select[Any]:
    statement = select(Revision.id).where(Revision.state == "done")
    if contest_id is not None:
        statement = statement.join(Submission, Submission.id == Revision.submission_id)
        statement = statement.where(Submission.contest_id == contest_id)
    return statement
