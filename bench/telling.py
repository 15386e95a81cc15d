"""Telling very many people of one thing: in the inbox alone, and by mail as well."""

from __future__ import annotations

import time
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import func, insert, select, text

from bench.jobs import application
from bench.table import Row
from webapp.accounts.models import Person
from webapp.infra import mail
from webapp.infra.db import db, transaction
from webapp.infra.short_ways import alone
from webapp.kernel.now import now
from webapp.notices import crowds, store
from webapp.notices.models import Crowd, Notice

PART = 1000
GOAL = 5000  # rows a second
KIND, PARAMS = "contest-opened", {"path": "/c/the-tour", "title": "The tour", "artist": "The Band"}


def measure(kind: str, folder: Path, redis_url: str, people: int) -> list[Row]:
    """Return the rows of one kind of database for so many people."""
    with application(kind, folder, redis_url):
        silent, mailed = people_of(people, addresses=False), people_of(people, addresses=True)
        bare = _bare(silent)
        inbox, inbox_cpu = told(silent, "bench:inbox")
        both, both_cpu = told(mailed, "bench:mail")
        posted = db.session.scalar(select(func.count(mail.OutgoingMail.id)))
        assert posted == people, f"{posted} mails of {people}"
    each = f"{people:,} people; {{:.3f}} ms of CPU each"
    return [
        Row(
            f"notices to many, {kind}", "rows/s", people / inbox, people / bare, "bare executemany",
            note=each.format(inbox_cpu / people * 1000),
        ),
        Row(f"notices to many, rows, {kind}", "rows/s", people / inbox, goal=GOAL, note="inbox rows only"),
        Row(
            f"notices with mails, {kind}", "rows/s", 2 * people / both, goal=GOAL,
            note=f"two rows each; {each.format(both_cpu / people * 1000)}",
        ),
    ]  # fmt: skip


def people_of(count: int, *, addresses: bool) -> list[int]:
    """Make so many people, with an address or without; return their ids."""
    moment = now()
    found: list[int] = []
    for start in range(0, count, PART):
        rows = [
            {"email": f"to{n}@example.org" if addresses else None, "display_name": "Fan", "created_at": moment}
            for n in range(start, min(start + PART, count))
        ]
        with transaction() as session:
            found += session.scalars(insert(Person).returning(Person.id), rows)
    return found


def told(people: list[int], dedupe: str) -> tuple[float, float]:
    """Tell them; return seconds, and seconds of this process's processor."""
    began, worked = time.perf_counter(), time.process_time()
    with transaction() as session:
        done = store.notify(session, people, KIND, dedupe, PARAMS, now())
    while db.session.scalar(select(func.count(Crowd.id))):
        done += crowds.tell_waiting()
    assert done == len(people), f"{done} of {len(people)} were told"
    return time.perf_counter() - began, time.process_time() - worked


def _bare(people: list[int]) -> float:
    """Insert the same rows by the driver, a thousand in a transaction; return seconds. They go again."""
    moment = now()
    seconds = 0.0
    for start in range(0, len(people), PART):
        rows = [_row(each, moment) for each in people[start : start + PART]]
        began = time.perf_counter()
        with transaction() as session:
            session.connection().execute(insert(Notice.__table__), rows)  # type: ignore[arg-type]
        seconds += time.perf_counter() - began
    with transaction() as session:
        session.execute(text("DELETE FROM notices"))
    if db.engine.dialect.name == "postgresql":
        with alone(db.engine) as connection:
            connection.execute(text("VACUUM notices"))
    return seconds


def _row(person: int, moment: datetime) -> dict[str, Any]:
    return {"recipient_id": person, "kind": KIND, "dedupe": "bench:bare", "params": PARAMS, "at": moment}
