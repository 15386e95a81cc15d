"""What thousands are told: a part in each transaction, whoever dies or works beside, and nobody twice."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, insert, select

from tests.web import end_reading
from webapp.accounts.models import Person
from webapp.infra.db import db, transaction
from webapp.infra.mail import OutgoingMail
from webapp.kernel.refusal import N_
from webapp.notices import crowds, kinds, queries, store
from webapp.notices.models import Crowd, DigestLine, Notice

NOON = datetime(2027, 3, 1, 12, 0, tzinfo=UTC)
PICKED = kinds.Kind("test-picked", N_("%(title)s was picked"), N_("%(title)s won."), N_("See it"), title=N_("A pick"))
YOURS = kinds.Kind(
    "test-picked-yours", N_("You won"), N_("%(title)s won."), N_("See it"), variant_of="test-picked", digest=True
)


@pytest.fixture
def people(app: Flask, clock: Any, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Eleven, of whom one was suspended, in parts of three."""
    monkeypatch.setattr(kinds, "_kinds", dict(kinds._kinds))
    kinds.register(PICKED, YOURS)
    monkeypatch.setattr(store, "CHUNK", 3)
    monkeypatch.setattr(crowds, "MAILED", 1)
    clock.at(NOON)
    rows = [{"email": f"fan{n}@example.org", "display_name": f"Fan {n}", "created_at": NOON} for n in range(11)]
    rows = [{**row, "timezone": "UTC", "suspended_at": NOON if not number else None} for number, row in enumerate(rows)]
    with transaction() as session:
        session.execute(insert(Person), rows)
        return list(session.scalars(select(Person.id).order_by(Person.id)))


def tell(people: list[int], kind: kinds.Kind = PICKED) -> int:
    with transaction() as session:
        return store.notify(session, people, kind.name, "pick:1", {"path": "/c/tour", "title": "Fox"}, NOON)


def count(model: Any) -> int:
    end_reading()
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_a_crowd_is_told_in_parts_and_a_worker_that_dies_is_followed(
    people: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert tell(people) == 0, "who speaks to many does not wait for it"
    real, parts = store.tell, []

    def dying(*given: Any) -> int:
        parts.append(given[4])
        if len(parts) == 3:
            raise KeyboardInterrupt
        return real(*given)

    with monkeypatch.context() as patch:
        patch.setattr(store, "tell", dying)
        with pytest.raises(KeyboardInterrupt):
            crowds.tell_waiting()
    assert (count(Notice), count(Crowd)) == (5, 1), "what was told stays told, what was not is not half told"
    assert crowds.wake()
    assert crowds.tell_waiting() == 5
    assert (count(Notice), count(OutgoingMail), count(Crowd)) == (10, 10, 0)
    assert not crowds.wake()
    assert tell(people) == 0 and crowds.tell_waiting() == 0 and count(Notice) == 10, "told once"


def test_mails_of_a_crowd_are_paced_and_digests_wait(people: list[int]) -> None:
    tell(people)
    crowds.tell_waiting()
    end_reading()
    starts = db.session.scalars(select(OutgoingMail.not_before).order_by(OutgoingMail.id)).all()
    assert {(each - NOON).total_seconds() for each in starts} == {0, 3, 6, 9}
    with transaction() as session:
        store.notify(session, people, YOURS.name, "pick:2", {"path": "/", "title": "Fox"}, NOON)
    crowds.tell_waiting()
    assert (count(DigestLine), count(OutgoingMail)) == (10, 10)


def test_the_first_words_stand_though_few_come_after_many(people: list[int]) -> None:
    tell(people[:5])
    assert tell(people[4:6], YOURS) == 0
    assert count(Notice) == 0
    crowds.tell_waiting()
    end_reading()
    said = db.session.execute(select(Notice.recipient_id, Notice.params).order_by(Notice.recipient_id)).all()
    assert [(row.recipient_id, row.params.get("variant")) for row in said] == [
        *((each, None) for each in people[1:5]),
        (people[5], YOURS.name),
    ]


@pytest.mark.one_db
def test_a_kind_nobody_knows_any_more_does_not_hold_up_the_others(people: list[int]) -> None:
    tell(people)
    del kinds._kinds[PICKED.name]
    kinds.register(later := kinds.Kind("test-later", N_("More"), N_("More."), N_("See it")))
    with transaction() as session:
        store.notify(session, people, later.name, "more:1", {"path": "/"}, NOON)
    assert crowds.tell_waiting() == 10
    assert count(Crowd) == 0


@pytest.mark.one_db
def test_two_workers_share_a_crowd_and_tell_nobody_twice(people: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    tell(people)
    stale = crowds._first()
    assert stale is not None
    assert crowds.tell_waiting() == 10
    assert crowds._tell(stale, float("inf")) == 0, "the part was another's"
    assert not queries.crowd_waits(db.session())
