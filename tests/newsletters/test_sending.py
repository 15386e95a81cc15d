"""A letter over a real SMTP server that refuses and dies, with workers that die, too: each recipient once."""

from __future__ import annotations

import contextvars
import os
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from tests.newsletters.conftest import Room
from tests.post_office import PostOffice
from tests.web import end_reading
from webapp.infra import mail
from webapp.infra.db import db, transaction
from webapp.infra.mail import OutgoingMail, refusals
from webapp.newsletters import audience, feeding, queries, writing
from webapp.newsletters.models import Letter, LetterDelivery
from webapp.newsletters.segments import Segment

MANY = 2000 if os.environ.get("SOAK") == "1" else 700  # more than may wait in the mail table at once


class Moody(PostOffice):
    """Refuses every third address for good, as a relay does that knows the mailbox is not there."""

    async def handle_RCPT(self, server, session, envelope, address, options):
        number = int("".join(filter(str.isdigit, address)) or 1)
        if number % 3 == 0:
            return "550 5.1.1 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"


@pytest.fixture
def moody(app):
    office = Moody()
    office.start()
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], mail_url=office.url)
    yield office
    office.stop()


def states(letter_id: int) -> dict[str, int]:
    end_reading()
    found = select(LetterDelivery.state, func.count()).where(LetterDelivery.letter_id == letter_id)
    return {row[0]: row[1] for row in db.session.execute(found.group_by(LetterDelivery.state))}


def state_of(letter_id: int) -> str:
    end_reading()
    return db.session.scalar(select(Letter.state).where(Letter.id == letter_id))


def run(letter_id: int, clock, rounds: int = 200) -> None:
    for _ in range(rounds):
        feeding.wake()
        feeding.feed(letter_id)
        mail.drain()
        clock.advance(seconds=20)
        if state_of(letter_id) in ("sent", "stopped"):
            return
    raise AssertionError(f"not done: {states(letter_id)}")


@pytest.mark.one_db
@pytest.mark.timeout(600)
def test_many_get_a_letter_once_whatever_the_relay_does(room: Room, moody, clock):
    room.crowd(MANY)
    letter = room.letter()
    room.send_off(letter, clock)
    feeding.wake()
    feeding.feed(letter)
    mail.drain(batches=10)
    assert 0 < len(moody.messages) < MANY / 2
    moody.stop()
    for _ in range(15):  # five minutes
        feeding.feed(letter)
        mail.drain()
        clock.advance(seconds=20)
    moody.start()
    run(letter, clock)
    refused = len(range(0, MANY, 3))
    got = Counter(str(message["To"]) for message in moody.messages)
    assert set(got.values()) == {1}
    assert len(got) == MANY - refused
    assert states(letter) == {"sent": MANY - refused, "failed": refused}
    assert len(refusals.refusing(db.session, [f"fan{n}@example.org" for n in range(MANY)])) == refused
    # The next letter does not try them again.
    assert audience.size(db.session, room.artist_id, Segment(), clock.now) == MANY - refused


class Killed(BaseException):
    """The end of a process."""


@pytest.mark.ordinarily("postgres")
@pytest.mark.parametrize("dies_in", ["_mark", "_mail_ids"])
def test_a_worker_that_dies_is_followed_by_another(room: Room, smtp, clock, monkeypatch, dies_in):
    monkeypatch.setattr(feeding, "POSTED", 4)
    room.crowd(10)
    letter = room.letter()
    room.send_off(letter, clock)
    feeding.wake()
    with monkeypatch.context() as patch:
        patch.setattr(feeding, dies_in, lambda *a: (_ for _ in ()).throw(Killed))
        with pytest.raises(Killed):
            feeding.feed(letter)
    assert states(letter) == {"waiting": 10}
    run(letter, clock)
    assert len({str(message["To"]) for message in smtp.messages}) == len(smtp.messages) == 10


def test_two_senders_at_once_make_no_doubles(room: Room, smtp, clock, app, monkeypatch):
    monkeypatch.setattr(feeding, "BATCH", 10)
    monkeypatch.setattr(feeding, "POSTED", 7)
    room.crowd(60)
    letter = room.letter()
    room.send_off(letter, clock)
    feeding.wake()

    def work(_):
        with app.app_context():
            try:
                for _ in range(4):
                    feeding.feed(letter)
                    mail.drain()
            finally:
                db.session.remove()

    end_reading()
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(lambda n: contextvars.Context().run(work, n), range(3)))
    run(letter, clock)
    assert len({str(message["To"]) for message in smtp.messages}) == len(smtp.messages) == 60
    assert states(letter) == {"sent": 60}


@pytest.mark.one_db
def test_only_those_who_confirmed_are_mailed_and_each_address_once(room: Room, smtp, clock):
    from tests.pages import make

    fan = make.person("Fan", age_band="18+")
    young = make.person("Young", age_band="13-15")
    gone = make.person("Gone", suspended_at=make.NOW)
    room.subscribe("old-address@example.org", fan)
    room.subscribe("fan@example.org")  # the same mailbox, without the account
    room.subscribe("young@example.org", young)
    room.subscribe("gone@example.org", gone)
    room.subscribe("never-pressed@example.org", confirmed=False)
    room.subscribe("left@example.org", ended_at=make.NOW, ended_by="reader")
    room.subscribe("stranger@example.org")
    letter = room.letter()
    room.send_off(letter, clock)
    run(letter, clock)
    assert sorted(str(message["To"]) for message in smtp.messages) == ["fan@example.org", "stranger@example.org"]


@pytest.mark.one_db
def test_nights_are_kept_and_hold_up_nobody_whose_day_it_is(room: Room, smtp, clock, monkeypatch):
    from datetime import UTC, datetime

    from tests.pages import make

    monkeypatch.setattr(feeding, "AHEAD", 2)
    monkeypatch.setattr(feeding, "POSTED", 2)
    teen, adult = make.person("Teen", age_band="16-17"), make.person("Adult", age_band="18+")
    for person, address in ((teen, "teen@example.org"), (adult, "adult@example.org")):
        room.subscribe(address, person, zone="Europe/Helsinki")
    for number in range(3):
        room.subscribe(f"auckland{number}@example.org", zone="Pacific/Auckland")  # their morning is later still
    room.subscribe("la@example.org", zone="America/Los_Angeles")
    clock.at(datetime(2027, 3, 1, 18, 10, tzinfo=UTC))  # 20:10 in Helsinki, 7:10 in Auckland, 10:10 in Los Angeles
    letter = room.letter()
    room.send_off(letter, clock)
    feeding.wake()
    for _ in range(5):
        feeding.feed(letter)
        mail.drain()
    assert sorted(str(message["To"]) for message in smtp.messages) == ["adult@example.org", "la@example.org"]
    clock.advance(hours=1)  # 8:10 in Auckland
    feeding.feed(letter)
    mail.drain()
    assert len(smtp.messages) == 5
    clock.advance(hours=12)
    run(letter, clock)
    assert len(smtp.to("teen@example.org")) == 1


@pytest.mark.one_db
def test_a_code_passes_a_letter_that_is_on_its_way(room: Room, smtp, clock):
    room.crowd(60)
    letter = room.letter()
    room.send_off(letter, clock)
    feeding.wake()
    feeding.feed(letter)
    clock.advance(minutes=1)
    with transaction() as session:
        order = {"code": "1", "minutes": 1, "purpose": "sign-in"}
        mail.post(session, [mail.Message("notice@example.org", "code", order)])  # not urgent: as any other mail
    mail.drain(batches=1)
    assert [str(message["To"]) for message in smtp.messages] == ["notice@example.org"]
    mail.drain(batches=1)
    assert len(smtp.messages) == 1 + mail.leasing.BULK_BATCH


@pytest.mark.one_db
def test_a_letter_is_taken_back_or_stopped(room: Room, smtp, clock):
    room.crowd(30)
    letter = room.letter()
    row = queries.letter(db.session(), letter)
    writing.send_off(row, "band", row.version, room.boss, None, clock.now)
    feeding.wake()
    assert state_of(letter) == "scheduled"
    assert writing.stop(row, room.boss, clock.now) == "draft"
    clock.advance(minutes=5)
    feeding.wake()
    assert state_of(letter) == "draft"
    room.send_off(letter, clock)
    feeding.wake()
    feeding.feed(letter)
    mail.drain(batches=1)
    went = len(smtp.messages)
    assert 0 < went < 30
    end_reading()
    assert writing.stop(queries.letter(db.session(), letter), room.boss, clock.now) == "stopped"
    mail.drain()
    feeding.wake()
    feeding.feed(letter)
    assert len(smtp.messages) == went
    assert states(letter) == {"sent": went, "stopped": 30 - went}
    end_reading()
    assert queries.letter(db.session(), letter).finished_at is not None
    assert not db.session.scalars(select(OutgoingMail.id).where(OutgoingMail.state == "queued")).all()
