"""Kits in the making. The row's state and lease are the truth, the queue is a hint: any job may run twice or never."""

import tempfile
from pathlib import Path
from typing import Any

import structlog

from contests import queries as contests
from contests.phases import ENDED
from contests.submissions import leases
from contests.submissions import queries as submissions
from contests.submissions.finalists import making, queries
from contests.submissions.finalists.events import KitMade
from contests.submissions.finalists.making import Work
from contests.submissions.finalists.models import FinalistKit
from contests.submissions.finalists.rows import KitRow
from contests.submissions.images.refusals import Unacceptable
from contests.submissions.jobs import BATCH, FRESH, LEASE, NUDGE, PAUSE
from contests.submissions.rules import ATTEMPTS
from webapp.infra import outbox, queue
from webapp.infra.db import db, transaction
from webapp.kernel.now import now
from webapp.notices import store as notices

log = structlog.get_logger()


def render(kit_id: int) -> None:
    """KitWanted: hand a kit to the workers for pictures."""
    queue.enqueue("pictures", "contests.submissions.finalists.jobs.process", kit_id)


def process(kit_id: int) -> bool:
    """Make a kit; return whether this call finished it, as done or as failed."""
    taken = _take(kit_id)
    if taken is None:
        return False
    kit, work = taken
    if work is None or kit.attempts > ATTEMPTS:
        return _fail(kit, "worker-died")
    try:
        with tempfile.TemporaryDirectory(prefix="fanmade-picture-kit-") as folder:
            files = making.make(work, Path(folder))
    except Unacceptable as refused:
        return _fail(kit, refused.code, refused.details)
    except Exception as error:
        log.warning("kit put back", kit=kit_id, attempt=kit.attempts, error=repr(error))
        return _put_back(kit)
    with transaction() as session:
        if not leases.finish(session, FinalistKit, kit.id, now(), files=files):
            return False
        outbox.record(session, KitMade(kit.id))
    return True


def sweep_waiting() -> int:
    """Wake the queue for kits nobody works on; return how many."""
    moment = now()
    waiting, silent = queries.due(db.session(), moment, moment - FRESH, BATCH)
    db.session.rollback()
    if waiting:
        with transaction() as session:
            leases.nudged(session, FinalistKit, waiting, moment + NUDGE)
    for kit_id in silent + waiting:
        render(kit_id)
    return len(silent) + len(waiting)


def tell(kit_id: int) -> None:
    """KitMade: tell the author where it lies, once. Kits of contests that are over are no news."""
    with transaction() as session:
        kit = queries.kit(session, kit_id)
        design = submissions.by_id(session, kit.submission_id) if kit else None
        contest = contests.contest(session, design.contest_id) if design else None
        if design is None or contest is None or not submissions.is_public(design) or contest.phase(now()) in ENDED:
            return
        params = {"title": design.title, "contest": contest.title, "path": f"/designs/{design.code}/kit"}
        notices.notify(session, [design.author_id], "finalist-kit", f"finalist-kit:{design.id}", params, now())


def _take(kit_id: int) -> tuple[KitRow, Work | None] | None:
    moment = now()
    with transaction() as session:
        if not leases.take(session, FinalistKit, kit_id, moment, LEASE):
            return None
        kit = queries.kit(session, kit_id)
        return (kit, making.work_on(session, kit.submission_id, moment)) if kit else None


def _fail(kit: KitRow, code: str, details: dict[str, Any] | None = None) -> bool:
    with transaction() as session:
        return leases.fail(session, FinalistKit, kit.id, kit.attempts, code, {"details": details or {}})


def _put_back(kit: KitRow) -> bool:
    if kit.attempts >= ATTEMPTS:
        return _fail(kit, "worker-died")
    with transaction() as session:
        leases.put_back(session, FinalistKit, kit.id, kit.attempts, now() + PAUSE * kit.attempts)
    return False
