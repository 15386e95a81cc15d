"""The living demo as a running installation with its pictures drawn, and ways into it for each of its people."""

from __future__ import annotations

import concurrent.futures
import contextlib
import hashlib
import os
import pickle
import signal
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from redis import Redis
from rq import Queue
from sqlalchemy import select, update

from contests.models import ContestProduct
from contests.submissions.models import Revision, Submission
from tests.databases import sqlite_template
from tests.live import LiveServer, running
from tests.once import once

DRAWN = 14  # so many different pictures hang on all walls: more than a first view shows
SIZE = (900, 1080)
CLOTH = ("#17151C", "#F3EAD7")


@dataclass
class Site:
    """The running demo. `app` is the same application in this process: to look rows up, not to change them."""

    server: LiveServer
    app: Flask

    @property
    def url(self) -> str:
        """Where it answers."""
        return self.server.base_url

    @property
    def mailbox(self) -> Path:
        """The folder of the messages that were sent."""
        return self.server.data / "mailbox"

    def later(self, **by: float) -> None:
        """Move the clock of every process on: `later(minutes=11)`. It never goes back."""
        file = self.server.data / "clock"
        file.write_text(str(float(file.read_text()) + timedelta(**by).total_seconds()))

    def one(self, statement: Any) -> Any:
        """The first column of the first row of a SELECT, read now."""
        from webapp.infra.db import db

        with self.app.app_context():
            found = db.session.scalar(statement)
            db.session.remove()
            return found

    def now(self) -> datetime:
        """What every process of the installation takes for the present."""
        return datetime.now(UTC) + timedelta(seconds=float((self.server.data / "clock").read_text()))

    def until(self, condition: Callable[[], Any], seconds: float = 90) -> None:
        """Wait for workers and ticker to have done something."""
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline, f"not within {seconds} seconds"
            time.sleep(0.1)

    def person(self, key: str) -> int:
        """The id of one of the demo's people."""
        from webapp.accounts.models import Person

        return int(self.one(select(Person.id).where(Person.email == f"{key}@demo.invalid")))

    def cookie(self, key: str) -> Any:
        """The cookie of a browser in which that person is signed in: a session of its own each time."""
        from webapp.accounts import login
        from webapp.infra.db import db, transaction

        with self.app.app_context():
            with transaction() as session:
                token = login.open_session(session, self.person(key), "test browser")
            db.session.remove()
            signer = self.app.session_interface.get_signing_serializer(self.app)  # type: ignore[attr-defined]
            value = signer.dumps({login.TOKEN: token, "_permanent": True})
        return {"name": "fanmade", "value": value, "url": self.url}


@contextlib.contextmanager
def running_site(data: Path, shared: Path, *, all_drawn: bool = False) -> Iterator[Site]:
    """Start an installation, fill it with the demo, hang the pictures; ends with the block.

    The pictures are drawn once for all processes of a test run, which meet in the folder `shared`.

    With `all_drawn` every design shows its own picture, as the demo's workers draw it: that takes minutes.
    """
    from webapp.boot.app import create_app
    from webapp.infra.settings import Settings

    clock = data / "clock"
    clock.parent.mkdir(parents=True, exist_ok=True)
    with running(data, template=sqlite_template(shared), few=True, FANMADE_CLOCK_FILE=str(clock)) as server:
        clock.write_text("0")
        app = create_app(Settings.from_env(server.supervisor.stack.environ))
        site = Site(server, app)
        with contextlib.nullcontext() if all_drawn else _idle(server, "worker-pictures"), app.app_context():
            _fill(app, shared, all_drawn)
        site.until(lambda: any(site.mailbox.glob("*.eml")))
        if all_drawn:
            waiting = select(Revision.id).where(Revision.state.in_(("waiting", "processing")))
            site.until(lambda: site.one(waiting) is None, seconds=900)
        yield site


@contextlib.contextmanager
def _idle(server: LiveServer, role: str) -> Iterator[None]:
    """Within the block a process of the installation does nothing: it would draw, slowly, what is drawn here."""
    pid = server.supervisor.pids()[role]
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


def _fill(app: Flask, shared: Path, all_drawn: bool) -> None:
    """Seed the rows; draw some pictures here, at once, and let every design show one of them."""
    from webapp.boot.demo import seed
    from webapp.infra.db import db
    from webapp.kernel.now import now

    assert seed.seed(now())
    if not all_drawn:
        _hang(_draw(_plans(), shared))
        queue = Redis.from_url(app.extensions["fanmade.redis.worker"])
        Queue("pictures", connection=queue, serializer="json").empty()  # what asks for the demo's own drawings
        queue.close()
    _write(now())
    db.session.remove()
    db.engine.dispose()


def _write(now: datetime) -> None:
    """What is too old in a seeded story: a comment its author can still change, and a message in the mailbox."""
    from contests.comments import service as comments
    from contests.models import Contest
    from webapp.accounts import service as accounts
    from webapp.accounts.models import Person
    from webapp.infra.db import db

    wall = select(Contest.id).where(Contest.slug == "songbook-cover").scalar_subquery()
    design = select(Submission.id).where(Submission.contest_id == wall, Submission.state == "approved")
    author = db.session.scalar(select(Person.id).where(Person.email == "milja@demo.invalid"))
    subject = db.session.scalar(design)
    db.session.rollback()
    assert author
    assert subject
    comments.post(subject, author, "The lettering sits **well**.", None, now)
    accounts.request_code("reader@example.org", now)


def _plans() -> list[tuple[str, int]]:
    """What the wall of the running vote shows: (style, seed)."""
    from contests.models import Contest
    from webapp.infra.db import db

    voted = select(Contest.id).where(Contest.slug == "low-tide-tour-tee").scalar_subquery()
    of_wall = select(Revision.report).join(Submission, Submission.current_revision_id == Revision.id)
    reports = db.session.scalars(of_wall.where(Submission.contest_id == voted).order_by(Submission.id).limit(DRAWN))
    return [(report["demo"]["style"], report["demo"]["seed"]) for report in reports]


def _draw(plans: list[tuple[str, int]], shared: Path) -> list[dict[str, Any]]:
    """The columns of one finished revision for each plan; the files are in storage."""
    return [_kept(*each) for each in _once_a_run(plans, shared)]


def _once_a_run(plans: list[tuple[str, int]], shared: Path) -> list[tuple[Any, dict[str, bytes]]]:
    """Draw the plans, or take what another process of the same test run has drawn."""
    file = shared / f"{hashlib.sha256(repr(plans).encode()).hexdigest()}.pickle"
    drawn: list[tuple[Any, dict[str, bytes]]] = pickle.loads(once(file, lambda path: _drawn(plans, path)).read_bytes())
    return drawn


def _drawn(plans: list[tuple[str, int]], path: Path) -> None:
    with concurrent.futures.ProcessPoolExecutor(os.cpu_count() or 1) as pool:
        path.write_bytes(pickle.dumps(list(pool.map(_process, plans))))


def _process(plan: tuple[str, int]) -> tuple[Any, dict[str, bytes]]:
    """Draw one and make its files with the product's own code; no storage, no database."""
    from contests.submissions.images.decode import process
    from contests.submissions.images.extras import Extras, MockupOrder
    from contests.submissions.images.limits import Limits
    from contests.submissions.images.renditions import Recipe
    from webapp.boot.demo import art

    data = art.as_upload(art.draw(*plan, SIZE), "jpeg", art.ground_for(*plan))
    name = hashlib.sha256(data).hexdigest()
    worn = Extras(mockups=tuple(MockupOrder(0, "tee", "front", hex_, 30, 40) for hex_ in CLOTH))
    with tempfile.TemporaryDirectory() as folder:
        made = process(data, name, Path(folder), Recipe(), Limits(), worn)
        files = {path.name: path.read_bytes() for path in Path(folder).iterdir()}
    return made, files


def _kept(made: Any, files: dict[str, bytes]) -> dict[str, Any]:
    from webapp.infra.storage import storage

    entries: dict[int, dict[str, Any]] = {}
    for each in sorted(made.renditions, key=lambda file: file.width):
        key = f"renditions/{each.name[:2]}/{each.name}"
        storage().put(key, files[each.name])
        entries.setdefault(each.width, {"w": each.width, "h": each.height})[each.kind.lower()] = key
    card = f"share/{made.share_card.name[:2]}/{made.share_card.name}"
    storage().put(card, files[made.share_card.name])
    mockups = []
    for each in made.mockups:
        keys = {
            kind: f"mockups/{file.name[:2]}/{file.name}" for kind, file in (("avif", each.avif), ("jpeg", each.jpeg))
        }
        for key in keys.values():
            storage().put(key, files[key.rsplit("/", 1)[1]])
        size = {"w": each.avif.width, "h": each.avif.height}
        mockups.append({"product": 0, "kind": "tee", "side": "front", "colour": each.colour, **size, **keys})
    return {
        "mockups": mockups,
        "renditions": list(entries.values()),
        "share_card_key": card,
        "width": made.width,
        "height": made.height,
        "placeholder": made.placeholder,
        "format": made.format,
    }


def _hang(pictures: list[dict[str, Any]]) -> None:
    """Finish every revision that waits for its drawing with one of the pictures, in turn."""
    from webapp.infra.db import transaction
    from webapp.kernel.now import now

    with transaction() as session:
        first = select(ContestProduct.kind).where(ContestProduct.contest_id == Submission.contest_id)
        kind = first.order_by(ContestProduct.position).limit(1).scalar_subquery()
        rows = select(Revision.id, kind).join(Submission, Submission.id == Revision.submission_id)
        waiting = rows.where(Revision.state.in_(("waiting", "processing"))).order_by(Revision.id)
        for number, (revision_id, worn_as) in enumerate(session.execute(waiting).all()):
            values = {**pictures[number % len(pictures)], "state": "done", "done_at": now(), "lease_until": None}
            if worn_as != "tee":
                values["mockups"] = []
            session.execute(
                update(Revision).where(Revision.id == revision_id).values(**values, original_key=f"originals/{number}")
            )
