"""Pictures in the making: take a revision, let the child process decode it, write down what came of it.

The row's state and lease are the truth, the queue is a hint: any job may run twice, at once, or
never, and `sweep_waiting` finds what was forgotten.
"""

import contextlib
import shutil
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy.orm import Session

from contests import queries as contests
from contests.submissions import making, moderation_repeats, queries, rules, store
from contests.submissions.events import RevisionFailed, RevisionProcessed
from contests.submissions.images.refusals import Unacceptable
from contests.submissions.making import Work
from contests.submissions.queries import RevisionRow
from webapp.accounts import queries as people
from webapp.infra import outbox, queue
from webapp.infra.db import db, transaction
from webapp.kernel.now import now

LEASE = timedelta(minutes=3)
"""Longer than the slowest picture is allowed to take, short enough to notice a dead worker soon."""
FRESH = timedelta(seconds=20)
"""So young a revision is still on its way through the queue."""
NUDGE = timedelta(seconds=60)
PAUSE = timedelta(seconds=15)
BATCH = 200
FOLDERS = ("fanmade-picture-", "fanmade-portrait-", "fanmade-asset-")
"""How the names of the temporary folders begin that pictures are made in."""

log = structlog.get_logger()


def render(revision_id: int) -> None:
    """Hand a revision to the workers for pictures: a slow one must not hold up the other facts."""
    queue.enqueue("pictures", "contests.submissions.jobs.process", revision_id)


def process(revision_id: int, *, bare: bool = False) -> bool:
    """Make the renditions of a revision; return whether this call finished it, as done or as failed.

    Does nothing when the revision is finished or another worker has it. What is no fault of the
    picture (a lost decoder, storage away) lets it wait and try again, `rules.ATTEMPTS` times in all.
    `bare` as in `making.make`.
    """
    work = _take(revision_id)
    if work is None:
        return False
    revision = work.revision
    if revision.attempts > rules.ATTEMPTS:
        return _fail(revision, "worker-died")
    sweep_folders()  # this machine's own: the ticker may run on another
    try:
        with tempfile.TemporaryDirectory(prefix=FOLDERS[0]) as folder:
            columns = making.make(work, Path(folder), bare=bare)
    except Unacceptable as refused:
        return _fail(revision, refused.code, refused.details)
    except Exception as error:
        log.warning("picture put back", revision=revision_id, attempt=revision.attempts, error=repr(error))
        return _put_back(revision)
    return _finish(revision, columns)


def sweep_waiting() -> int:
    """Wake the queue for revisions nobody works on; return how many.

    The way back after a dead worker or a lost Redis.
    """
    moment = now()
    waiting, silent = queries.due_for_processing(db.session(), moment, moment - FRESH, BATCH)
    db.session.rollback()
    if waiting:
        with transaction() as session:
            store.nudged(session, waiting, moment + NUDGE)
    for revision_id in silent + waiting:
        render(revision_id)
    return len(silent) + len(waiting)


def sweep_folders() -> int:
    """Remove the folders that killed workers left behind; return how many.

    No picture takes an hour, so nothing that is being worked on is that old.
    """
    old = time.time() - 3600
    left = [path for name in FOLDERS for path in Path(tempfile.gettempdir()).glob(name + "*")]
    gone = 0
    for path in left:
        with contextlib.suppress(OSError):  # another ticker was faster, or it is somebody else's
            if path.is_dir() and not path.is_symlink() and path.stat().st_mtime < old:
                shutil.rmtree(path)
                gone += 1
    return gone


def _take(revision_id: int) -> Work | None:
    with transaction() as session:
        if not store.lease(session, revision_id, now(), LEASE):
            return None
        return making.work_on(session, revision_id)


def _finish(revision: RevisionRow, columns: dict[str, Any]) -> bool:
    moment = now()
    with transaction() as session:
        if not store.finish(session, revision.id, moment, **columns):
            return False
        _show(session, revision)
        moderation_repeats.hold_repeat(session, revision.submission_id, moment)
        outbox.record(session, RevisionProcessed(revision.id))
    return True


def _show(session: Session, revision: RevisionRow) -> None:
    """Let people see the new picture: of a design that has one already only while it is not locked.

    A new picture of a design that a moderator has approved needs a look again, unless its author is trusted.
    """
    moment = now()
    design = queries.by_id(session, revision.submission_id)
    contest = contests.contest(session, design.contest_id) if design else None
    if design is None or contest is None:
        return
    locked = bool(design.submitted_at and contest.voting_at and moment >= contest.voting_at)
    shown = store.show(session, design.id, revision.id, locked)
    if not shown or design.state != "approved" or design.current_revision_id is None:
        return
    author = people.person(session, design.author_id)
    if author is None or not rules.trusted(author.trusted_at, author.age_band):
        store.set_state(session, design.id, "approved", "pending", moment)
        store.add_act(
            session,
            at=moment,
            artist_id=contest.artist_id,
            moderator_id=None,
            subject_kind="submission",
            subject_id=design.id,
            act="hold",
            reason_code="new-picture",
            state_before="approved",
        )


def _fail(revision: RevisionRow, code: str, details: dict[str, Any] | None = None) -> bool:
    with transaction() as session:
        if not store.fail(session, revision.id, revision.attempts, code, {"details": details or {}}):
            return False
        outbox.record(session, RevisionFailed(revision.id))
    return True


def _put_back(revision: RevisionRow) -> bool:
    if revision.attempts >= rules.ATTEMPTS:
        return _fail(revision, "worker-died")
    with transaction() as session:
        store.put_back(session, revision.id, revision.attempts, now() + PAUSE * revision.attempts)
    return False
