"""The scratch installation of a rehearsal, and what every act needs: client, clock, journal, patience."""

import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from flask import Flask
from sqlalchemy import func, or_, select
from sqlalchemy.exc import OperationalError

from webapp.boot.rehearse.client import Client
from webapp.boot.rehearse.journal import Journal
from webapp.boot.rehearse.people import People
from webapp.boot.rehearse.progress import Progress
from webapp.boot.rehearse.shift import Shift
from webapp.boot.stack import Role, Stack, embedded
from webapp.boot.supervisor import Supervisor
from webapp.kernel.now import now

T = TypeVar("T")
KEPT = (
    "FANMADE_MAX_UPLOAD_MB",
    "FANMADE_MAX_PIXELS_MP",
    "FANMADE_MAX_SIDE_PX",
)  # what decides which pictures are taken
AT_ONCE = 4
STUCK = 20.0  # seconds without any progress until leases of dead workers are made to run out
LEASES = timedelta(minutes=6)
PATIENCE = 300.0
PAUSE = 0.25


class Stuck(Exception):
    """Something did not come, however long it was waited for."""


@dataclass(frozen=True)
class Stage:
    """All that an act needs."""

    app: Flask
    supervisor: Supervisor
    client: Client
    clock: Shift
    journal: Journal
    people: People
    progress: Progress
    seed: int

    def wait(self, what: str, look: Callable[[], tuple[bool, Any]]) -> Any:
        """Look until `look` returns (True, value), and return the value; raises Stuck.

        When nothing moves for a while, somebody was killed and holds a lease: the clock jumps beyond it.
        """
        last, moved = None, time.monotonic()
        started = moved
        while True:
            done, seen = look()
            if done:
                return seen
            moment = time.monotonic()
            if seen != last:
                last, moved, started = seen, moment, moment
            if moment - started > PATIENCE:
                raise Stuck(f"{what} did not come within {PATIENCE:.0f} seconds (last seen: {seen})")
            if moment - moved > STUCK:
                self.clock.advance(LEASES)
                moved = moment
            time.sleep(PAUSE)

    def settle(self) -> None:
        """Wait until the workers have nothing left to do: a jump of the clock must not meet them half-way."""
        self.wait("rest", lambda: ((owed := _owed(self.app)) == 0, owed))

    def pictures_left(self) -> int:
        """Return how many pictures the workers still have before them."""
        from contests.submissions.models import Revision
        from webapp.infra.db import db

        left = select(func.count()).where(Revision.state.in_(("waiting", "processing")))
        return patiently(self.app, lambda: db.session.scalar(left) or 0)

    def opening_told(self, slug: str) -> bool:
        """Return whether the opening of a drop has been recorded, so that everybody will hear of it."""
        from preorders.models import Drop
        from webapp.infra.db import db

        told = select(Drop.open_told_at).where(Drop.slug == slug)
        return patiently(self.app, lambda: db.session.scalar(told) is not None)

    def jump(self, moment: datetime) -> None:
        """Let the workers come to rest, then jump to an instant."""
        self.settle()
        self.clock.reach(moment)

    def all(self, act: Callable[[T], Any], items: Sequence[T], what: str) -> list[Any]:
        """Do `act` with every item, some at once; returns the answers in order."""
        with ThreadPoolExecutor(AT_ONCE) as pool:
            try:
                return list(self.progress.each(pool.map(act, items), len(items), what))
            except BaseException:
                # Whoever is in the middle of something must not go on: the installation is about to end.
                self.client.end()
                pool.shutdown(wait=False, cancel_futures=True)
                raise


def patiently(app: Flask, act: Callable[[], T]) -> T:
    """Ask the database, again and again while it is away: it may be started anew meanwhile."""
    from webapp.infra.db import db

    ends = time.monotonic() + PATIENCE
    while True:
        with app.app_context():
            try:
                return act()
            except OperationalError:
                db.session.rollback()
                if time.monotonic() > ends:
                    raise
        time.sleep(PAUSE)


@contextmanager
def running(
    data: Path, environ: Mapping[str, str], database: str | None = None
) -> Iterator[tuple[Flask, Supervisor, Shift]]:
    """Start a scratch installation in `data`, on a `database` of its own unless one is named; ends it with the block.

    Raises CannotStart.
    """
    from webapp.boot.app import create_app
    from webapp.infra import telemetry
    from webapp.infra.settings import Settings

    shift = data / "clock"
    own = {name: value for name, value in environ.items() if not name.startswith("FANMADE_") or name in KEPT}
    own |= {
        "FANMADE_CLOCK_FILE": str(shift),
        "FANMADE_RATE_LIMITS": "off",
        "FANMADE_QUIET_HOURS": "off",  # a rehearsal waits for every mail, whatever the hour
        "FANMADE_WEB_WORKERS": "1",
        "FANMADE_LOG_LEVEL": "warning",
    }
    own |= {"FANMADE_DATABASE_URL": database} if database else {}
    stack = _with_more_hands(embedded("127.0.0.1", 0, data, own, demo=False))
    with Supervisor(stack) as supervisor:
        settings = Settings.from_env(stack.environ)
        telemetry.configure(settings.log_level)
        yield create_app(settings), supervisor, Shift(shift)


def _with_more_hands(stack: Stack) -> Stack:
    """Add a worker for pictures for each further processor: that is what takes the time."""
    argv = next(role.argv for role in stack.others if role.name == "worker-pictures")
    more = [Role(f"worker-pictures-{n}", argv) for n in range(2, min(os.cpu_count() or 1, 8) + 1)]
    return replace(stack, others=(*stack.others, *more))


def _owed(app: Flask) -> int:
    """Return how many pictures, deliveries and mails are due and not done."""
    from contests.submissions.models import Revision
    from webapp.infra.db import db
    from webapp.infra.mail import OutgoingMail
    from webapp.infra.outbox import Delivery

    moment = now()
    waiting = (
        select(func.count()).where(Revision.state.in_(("waiting", "processing"))),
        select(func.count()).where(
            Delivery.done_at.is_(None),
            Delivery.failed_at.is_(None),
            or_(Delivery.not_before <= moment, Delivery.attempts > 0),
        ),
        select(func.count()).where(OutgoingMail.state == "queued"),
    )
    return patiently(app, lambda: sum(db.session.scalar(each) or 0 for each in waiting))
