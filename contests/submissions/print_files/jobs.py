"""Print files in the making: as uploaded pictures are, with a report on each product.

The row's state and lease are the truth, the queue is a hint: any job may run twice, at once, or never.
"""

import tempfile
from pathlib import Path
from typing import Any

import structlog
from flask_babel import force_locale

from contests import queries as contests
from contests.submissions import failures, leases, making, queries
from contests.submissions.images.hashing import nearest
from contests.submissions.images.refusals import Unacceptable
from contests.submissions.jobs import BATCH, FRESH, LEASE, NUDGE, PAUSE
from contests.submissions.making import Work
from contests.submissions.print_files import queries as print_files
from contests.submissions.print_files import rules
from contests.submissions.print_files.events import PrintFileFailed
from contests.submissions.print_files.models import PrintFile
from webapp.accounts import queries as people
from webapp.infra import outbox, queue
from webapp.infra.db import db, transaction
from webapp.kernel.now import now
from webapp.notices import store as notices

_COLUMNS = ("format", "width", "height", "placeholder", "report", "renditions", "print_report")
log = structlog.get_logger()


def render(file_id: int) -> None:
    """PrintFileSent: hand a file to the workers for pictures."""
    queue.enqueue("pictures", "contests.submissions.print_files.jobs.process", file_id)


def process(file_id: int) -> bool:
    """Look at a print file; return whether this call finished it, as done or as failed."""
    work = _take(file_id)
    if work is None:
        return False
    if work.revision.attempts > rules.ATTEMPTS:
        return _fail(work, "worker-died")
    try:
        with tempfile.TemporaryDirectory(prefix="fanmade-print-") as folder:
            made = making.make(work, Path(folder))
    except Unacceptable as refused:
        return _fail(work, refused.code, refused.details)
    except Exception as error:
        log.warning("print file put back", file=file_id, attempt=work.revision.attempts, error=repr(error))
        return _put_back(work)
    return _finish(work, made)


def sweep_waiting() -> int:
    """Wake the queue for print files nobody works on; return how many."""
    moment = now()
    waiting, silent = print_files.due(db.session(), moment, moment - FRESH, BATCH)
    db.session.rollback()
    if waiting:
        with transaction() as session:
            leases.nudged(session, PrintFile, waiting, moment + NUDGE)
    for file_id in silent + waiting:
        render(file_id)
    return len(silent) + len(waiting)


def tell_of_failure(file_id: int) -> None:
    """PrintFileFailed: tell the author, and why."""
    reading = db.session()
    file: Any = print_files.print_file(reading, file_id)  # reads like a revision
    design = queries.by_id(reading, file.submission_id) if file else None
    if file is None or design is None or file.state != "failed":
        return
    author = people.person(reading, design.author_id)
    with force_locale(author.locale if author else "en"):
        reason = failures.sentence(file)
    params = {"path": f"/designs/{design.code}/print-file", "title": design.title, "reason": reason}
    with transaction() as session:
        dedupe = f"print-file-failed:{file_id}:{file.attempts}"
        notices.notify(session, [design.author_id], "print-file-failed", dedupe, params, now())


def _take(file_id: int) -> Work | None:
    with transaction() as session:
        if not leases.take(session, PrintFile, file_id, now(), LEASE):
            return None
        file: Any = print_files.print_file(session, file_id)  # reads like a revision
        contest_id = queries.contest_of(session, file.submission_id) if file else None
        products = tuple(contests.products(session, contest_id)) if contest_id else ()
        return Work(file, products) if file else None


def _finish(work: Work, made: dict[str, Any]) -> bool:
    values = {name: made[name] for name in _COLUMNS}
    with transaction() as session:
        voted = print_files.hashes_of_voted(session, work.revision.submission_id)
        values["distance"] = nearest(made["dhash"], voted) if voted else None
        return leases.finish(session, PrintFile, work.revision.id, now(), **values)


def _fail(work: Work, code: str, details: dict[str, Any] | None = None) -> bool:
    file = work.revision
    with transaction() as session:
        if not leases.fail(session, PrintFile, file.id, file.attempts, code, {"details": details or {}}):
            return False
        outbox.record(session, PrintFileFailed(file.id))
    return True


def _put_back(work: Work) -> bool:
    file = work.revision
    if file.attempts >= rules.ATTEMPTS:
        return _fail(work, "worker-died")
    with transaction() as session:
        leases.put_back(session, PrintFile, file.id, file.attempts, now() + PAUSE * file.attempts)
    return False
