"""Notices over a real SMTP server that refuses a third and is away for five minutes: each of them once."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, insert, select

from tests.post_office import PostOffice
from tests.web import end_reading
from webapp.accounts.models import Person
from webapp.infra import mail
from webapp.infra.db import db, transaction
from webapp.infra.mail import OutgoingMail
from webapp.kernel.refusal import N_
from webapp.notices import crowds, kinds, store
from webapp.notices.models import Notice

MANY = 2000 if os.environ.get("SOAK") == "1" else 200
NOON = datetime(2027, 3, 1, 12, 0, tzinfo=UTC)
PICKED = kinds.Kind("test-picked", N_("%(title)s was picked"), N_("%(title)s won."), N_("See it"), title=N_("A pick"))


class Grumpy(PostOffice):
    """Refuses every third address: one of ten of those for good, the others until it has been away."""

    def __init__(self) -> None:
        super().__init__()
        self.refused: Counter[str] = Counter()
        self.is_kind = False

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        number = int("".join(filter(str.isdigit, address)))
        if number % 30 == 0 or (number % 3 == 0 and not self.is_kind):
            self.refused[address] += 1
            return "550 5.1.1 no such mailbox" if number % 30 == 0 else "451 4.7.1 come back later"
        envelope.rcpt_tos.append(address)
        return "250 OK"


@pytest.fixture
def grumpy(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Grumpy]:
    monkeypatch.setattr(kinds, "_kinds", dict(kinds._kinds))
    kinds.register(PICKED)
    office = Grumpy()
    office.start()
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], mail_url=office.url)
    yield office
    office.stop()


def crowd() -> list[int]:
    """Many people of age, in daylight."""
    rows = [
        {"email": f"fan{n}@example.org", "display_name": f"Fan {n}", "created_at": NOON, "timezone": "UTC"}
        for n in range(MANY)
    ]
    with transaction() as session:
        session.execute(insert(Person), [{**row, "age_band": "18+"} for row in rows])
        return list(session.scalars(select(Person.id).order_by(Person.id)))


def tell(people: list[int]) -> int:
    with transaction() as session:
        told = store.notify(session, people, PICKED.name, "pick:1", {"path": "/c/tour", "title": "Fox"}, NOON)
    return told + crowds.tell_waiting()  # of more than a thousand


def states() -> dict[str, int]:
    end_reading()
    found = select(OutgoingMail.state, func.count()).group_by(OutgoingMail.state)
    return {row[0]: row[1] for row in db.session.execute(found)}


@pytest.mark.one_db
@pytest.mark.timeout(900)
def test_each_notice_arrives_once_whatever_the_relay_does(grumpy: Grumpy, clock: Any) -> None:
    clock.at(NOON)
    people = crowd()
    assert tell(people[: MANY * 2 // 3]) == MANY * 2 // 3  # a worker died here, and another one began anew
    assert tell(people) == MANY - MANY * 2 // 3
    mail.drain(batches=1)
    assert 0 < len(grumpy.messages) < MANY and grumpy.refused
    grumpy.stop()
    before = len(grumpy.messages)
    for _ in range(15):  # five minutes
        mail.drain()
        clock.advance(seconds=20)
    assert len(grumpy.messages) == before
    grumpy.is_kind = True
    grumpy.start()
    for _ in range(60):
        mail.drain()
        if not states().get("queued"):
            break
        clock.advance(minutes=10)
    refused = len(range(0, MANY, 30))
    got = Counter(str(message["To"]) for message in grumpy.messages)
    assert set(got.values()) == {1}
    assert len(got) == MANY - refused
    assert states() == {"sent": MANY - refused, "failed": refused}
    assert max(grumpy.refused.values()) == 1, "who is unknown is asked for once, who is busy is asked again later"
    assert db.session.scalar(select(func.count(Notice.id))) == MANY, "in the inbox it stands for everybody, once"
    assert tell(people) == 0
