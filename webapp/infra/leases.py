"""Files that workers make, a row for each: one worker at a time, some tries, and a day on which the file goes.

A row waits until it is done or has failed. Whoever takes its lease makes the file; a worker that falls silent is
followed by another, and what the slower one still says is not heard, since each try has its number. The row is the
truth, the queue a hint. Rows have `id`, `attempts`, `lease_until`, `failure`, `file_key` and `expires_at`.
"""

import hashlib
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from webapp.infra import queue
from webapp.infra.db import changed, db, transaction
from webapp.infra.storage import storage
from webapp.kernel.now import now
from webapp.kernel.refusal import Refused

ATTEMPTS = 3
BATCH = 50
PAUSE = timedelta(seconds=20)

log = structlog.get_logger()


class Lost(Exception):
    """Another worker has taken the row."""


@dataclass(frozen=True)
class Leases:
    """The rows of one table, and the job that makes their files.

    `waiting` is the condition that a row is neither done nor failed, `fresh` what it holds before anything is made,
    `failed` what a failed one holds beside its `failure`. `name` begins the ids of its jobs on the queue `exports`.
    """

    name: str
    job: str
    model: Any
    waiting: Any
    length: timedelta
    fresh: Mapping[str, Any]
    failed: Mapping[str, Any] = field(default_factory=dict)

    def take(self, session: Session, row_id: int, moment: datetime) -> bool:
        """Take a waiting row that nobody works on, or whose worker fell silent; return whether it is ours."""
        taking = update(self.model).where(self.model.id == row_id, self.waiting, self._free(moment))
        values = {"lease_until": moment + self.length, "attempts": self.model.attempts + 1, **self.fresh}
        return bool(changed(session, taking.values(values)))

    def keep(self, session: Session, row_id: int, attempt: int, moment: datetime, **progress: Any) -> bool:
        """Note how far a taken row is and keep it taken; return False when it is not ours any more."""
        return self._say(session, row_id, attempt, lease_until=moment + self.length, **progress)

    def finish(self, session: Session, row_id: int, attempt: int, **values: Any) -> bool:
        """Mark a taken row done by `values`; return False when it is not ours any more."""
        return self._say(session, row_id, attempt, lease_until=None, **values)

    def fail(self, session: Session, row_id: int, attempt: int, code: str) -> bool:
        """Mark a taken row failed, with a code its room has words for."""
        return self._say(session, row_id, attempt, **{"lease_until": None, "failure": code, **self.failed})

    def put_back(self, session: Session, row_id: int, attempt: int, not_before: datetime) -> bool:
        """Let a taken row wait for its next try."""
        return self._say(session, row_id, attempt, **{"lease_until": not_before, **self.fresh})

    def work(self, row_id: int, make: Callable[[int], bool]) -> bool:
        """Take a row and let `make(attempt)` make its file; return whether this call finished it, done or failed.

        `make` returns whether the row was still ours at its end. Lost ends it in silence; a refusal is final; anything
        else puts the row back until its tries are used up.
        """
        attempt = self._taken(row_id)
        if attempt is None:
            return False
        if attempt > ATTEMPTS:
            return self._fail(row_id, attempt, "worker-died")
        try:
            return make(attempt)
        except Lost:
            return False
        except Refused as refused:
            return self._fail(row_id, attempt, "gone" if refused.status == 404 else "refused")
        except Exception as error:
            log.warning(f"{self.name} put back", row=row_id, attempt=attempt, error=repr(error))
            return self._again(row_id, attempt, "no-room" if isinstance(error, OSError) else "broken")

    def hand_in(self, key: str, path: Path, finish: Callable[[Session], bool]) -> bool:
        """Put a file under its key, then say so by `finish`: no row ever names half a file, no lost try leaves one."""
        storage().put_file(key, path)
        with transaction() as session:
            kept = finish(session)
        if not kept:
            storage().delete(key)
        return kept

    def wake(self, row_id: int) -> bool:
        """Ask a worker to make a row's file."""
        return queue.enqueue("exports", self.job, row_id)

    def sweep(self) -> int:
        """Wake the queue for rows that nobody works on; return how many."""
        found = self._due(now())
        for row_id in found:
            queue.enqueue("exports", self.job, row_id, job_id=f"{self.name}-{row_id}")
        return len(found)

    def forget(self) -> int:
        """Delete the files whose time is over; return how many. The rows stay."""
        over = (self.model.file_key.is_not(None), self.model.expires_at <= now())
        found = select(self.model.id, self.model.file_key).where(*over).order_by(self.model.id).limit(BATCH)
        rows = db.session.execute(found).all()
        db.session.rollback()
        for row in rows:
            storage().delete(row.file_key)
            with transaction() as session:
                kept = update(self.model).where(self.model.id == row.id, self.model.file_key == row.file_key)
                changed(session, kept.values(file_key=None))
        return len(rows)

    def _free(self, moment: datetime) -> Any:
        return or_(self.model.lease_until.is_(None), self.model.lease_until <= moment)

    def _due(self, moment: datetime) -> Sequence[int]:
        due = select(self.model.id).where(self.waiting, self._free(moment)).order_by(self.model.id).limit(BATCH)
        found = db.session.scalars(due).all()
        db.session.rollback()
        return found

    def _taken(self, row_id: int) -> int | None:
        with transaction() as session:
            if not self.take(session, row_id, now()):
                return None
            return int(session.scalars(select(self.model.attempts).where(self.model.id == row_id)).one())

    def _say(self, session: Session, row_id: int, attempt: int, **values: Any) -> bool:
        ours = update(self.model).where(self.model.id == row_id, self.waiting, self.model.attempts == attempt)
        return bool(changed(session, ours.values(values)))

    def _fail(self, row_id: int, attempt: int, code: str) -> bool:
        with transaction() as session:
            return self.fail(session, row_id, attempt, code)

    def _again(self, row_id: int, attempt: int, code: str) -> bool:
        if attempt >= ATTEMPTS:
            return self._fail(row_id, attempt, code)
        with transaction() as session:
            self.put_back(session, row_id, attempt, now() + PAUSE * attempt)
        return False


class Watch:
    """Notes progress every so many seconds while a file is made; raises Lost when the row is not ours any more."""

    def __init__(self, leases: Leases, row_id: int, attempt: int, every: float) -> None:
        self.leases, self.row_id, self.attempt, self.every = leases, row_id, attempt, every
        self.noted = time.monotonic()

    def note(self, at_once: bool = False, **progress: Any) -> None:
        """Note progress if it is time to, or `at_once`."""
        if not at_once and time.monotonic() - self.noted < self.every:
            return
        self.noted = time.monotonic()
        with transaction() as session:
            if not self.leases.keep(session, self.row_id, self.attempt, now(), **progress):
                raise Lost


def digest(path: Path) -> str:
    """Return the SHA-256 of a file, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
