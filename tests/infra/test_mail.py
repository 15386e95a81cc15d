"""Mail over a real SMTP server: refused, broken off, away for an hour; nothing lost, nothing doubled."""

import asyncio
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest
from sqlalchemy import select

from tests.post_office import PostOffice
from tests.web import end_reading
from webapp.infra import mail
from webapp.infra.db import db, transaction
from webapp.infra.mail import connection, leasing, outcomes, rendering


@pytest.fixture(autouse=True)
def stopped_clock(clock):
    return clock


def code(address, **more):
    params = {"code": "482 913", "minutes": 10, "purpose": "sign-in"}
    return mail.Message(address, "code", params, **more)


def post(*messages):
    with transaction() as session:
        return mail.post(session, list(messages))


def rows():
    end_reading()
    return db.session.scalars(select(mail.OutgoingMail).order_by(mail.OutgoingMail.id)).all()


def test_a_mail_has_all_its_parts_and_leaves_nothing_behind(app, smtp):
    post(code("aino@example.org"))
    assert mail.drain() == 1
    [message] = smtp.messages
    assert message["Subject"] == "482 913 is your code"
    assert message["Auto-Submitted"] == "auto-generated"
    assert "List-Unsubscribe" not in message
    text = message.get_body(("plain",)).get_content()
    html = message.get_body(("html",)).get_content()
    assert "482 913" in text
    assert "482 913" in html
    assert len(html) <= 30_000
    assert "prefers-color-scheme: dark" in html
    [row] = rows()
    assert (row.state, row.params, row.message_id) == ("sent", {}, message["Message-ID"])
    assert mail.drain() == 0


def test_a_dedupe_key_is_one_mail(app, smtp):
    assert post(code("a@example.org", dedupe="x"), code("a@example.org", dedupe="x")) == 1
    assert post(code("a@example.org", dedupe="x")) == 0
    assert post(code("a@example.org"), code("a@example.org")) == 2
    assert mail.drain() == 3


def test_a_rolled_back_transaction_sends_nothing(app, smtp):
    def use_case():
        with transaction() as session:
            mail.post(session, [code("a@example.org")])
            raise RuntimeError

    with pytest.raises(RuntimeError):
        use_case()
    assert mail.drain() == 0
    assert smtp.messages == []


def test_the_relay_is_away_for_an_hour(app, smtp, clock):
    smtp.stop()
    post(*[code(f"fan{n}@example.org", dedupe=f"pick:{n}") for n in range(7)])
    ids = {row.message_id for row in rows()}
    for _ in range(12):
        assert mail.drain() == 0
        clock.advance(minutes=5)
    assert {row.state for row in rows()} == {"queued"}
    smtp.start()
    clock.advance(minutes=1)
    assert mail.drain() == 7
    assert {message["Message-ID"] for message in smtp.messages} == ids
    assert len(smtp.messages) == 7


def test_after_an_outage_mail_goes_within_a_minute(app, smtp, clock):
    smtp.stop()
    post(code("a@example.org"))
    for _ in range(30):
        mail.drain()
        clock.advance(minutes=2)
    mail.drain()
    smtp.start()
    clock.advance(seconds=mail.RELAY_AWAY)
    assert mail.drain() == 1


def test_a_passing_refusal_is_tried_again_with_the_same_id(app, smtp, clock):
    post(code("a@example.org"))
    smtp.refuse = "451 come back later"
    mail.drain()
    [row] = rows()
    assert row.state == "queued"
    assert "451" in row.error
    assert mail.drain() == 0  # not before its time
    smtp.refuse = ""
    clock.advance(seconds=31)
    assert mail.drain() == 1
    assert smtp.messages[0]["Message-ID"] == row.message_id


def test_a_lasting_refusal_ends_the_message_and_can_be_retried_by_hand(app, smtp, clock):
    smtp.refuse = "550 no such person"
    post(code("a@example.org"))
    mail.drain()
    [row] = rows()
    number = row.id
    assert row.state == "failed"
    assert [found.id for found in mail.failed(db.session)] == [number]
    clock.advance(days=1)
    assert mail.drain() == 0
    smtp.refuse = ""
    assert mail.retry_failed(number)
    assert not mail.retry_failed(number)
    assert mail.drain() == 1


@pytest.mark.ordinarily("sqlite")
def test_what_is_refused_for_three_days_is_given_up(app, smtp, clock):
    smtp.refuse = "451 come back later"
    post(code("a@example.org"))
    for _ in range(80):
        mail.drain()
        clock.advance(hours=1)
    assert [row.state for row in rows()] == ["failed"]


class Moody(PostOffice):
    """Hangs up in the middle of a letter to `victim`; `always` it does so for everybody."""

    victim = ""
    always = False
    broken = 0

    async def handle_DATA(self, server, session, envelope):
        if self.always or self.victim in envelope.rcpt_tos:
            self.broken += 1
            server.transport.abort()
            await asyncio.sleep(0)
            return "421 gone"
        return await super().handle_DATA(server, session, envelope)


@pytest.fixture
def moody(app):
    from dataclasses import replace

    office = Moody()
    office.start()
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], mail_url=office.url)
    yield office
    office.stop()


def test_a_letter_that_breaks_the_connection_does_not_hold_up_the_others(app, moody, clock):
    moody.victim = "victim@example.org"
    post(code("a@example.org"), code("victim@example.org"), code("b@example.org"), code("c@example.org"))
    assert mail.drain() == 3
    assert sorted(str(message["To"]) for message in moody.messages) == [
        "a@example.org",
        "b@example.org",
        "c@example.org",
    ]
    assert [row.state for row in rows()] == ["sent", "queued", "sent", "sent"]
    moody.victim = "nobody"
    clock.advance(seconds=31)
    assert mail.drain() == 1
    assert len({message["Message-ID"] for message in moody.messages}) == 4


def test_a_relay_that_always_breaks_off_is_left_alone(app, moody, clock):
    moody.always = True
    post(*[code(f"fan{n}@example.org") for n in range(10)])
    assert mail.drain() == 0
    assert moody.broken == 2
    assert [row.attempts for row in rows()] == [1, 1] + [0] * 8
    moody.always = False
    clock.advance(minutes=2)
    assert mail.drain() == 10
    assert len(moody.messages) == 10


def test_a_sender_that_dies_between_sending_and_marking_repeats_under_the_same_id(app, smtp, clock, monkeypatch):
    class Killed(BaseException):
        pass

    def die(ids):
        raise Killed

    post(code("a@example.org"))
    with monkeypatch.context() as patch:
        patch.setattr(outcomes, "mark_sent", die)
        with pytest.raises(Killed):
            mail.drain()
    assert mail.drain() == 0  # leased
    clock.advance(minutes=6)
    assert mail.drain() == 1
    first, second = smtp.messages
    assert first["Message-ID"] == second["Message-ID"]


def test_a_message_that_cannot_be_rendered_does_not_stop_the_rest(app, smtp, clock):
    post(
        mail.Message("a@example.org", "no-such-template", {}),
        code("b@example.org"),
        mail.Message("c@example.org", "code", {}),
    )
    assert mail.drain() == 1
    assert [row.state for row in rows()] == ["queued", "sent", "queued"]


def test_an_address_that_is_no_header_is_refused_for_good(app, smtp):
    post(code("a@example.org\nBcc: everybody@example.org"), code("b@example.org"))
    mail.drain()
    assert [str(message["To"]) for message in smtp.messages] == ["b@example.org"]
    assert [row.state for row in rows()] == ["failed", "sent"]


def test_a_sign_in_code_passes_ten_thousand_notices(app, smtp, monkeypatch):
    monkeypatch.setattr(leasing, "BATCH", 5)
    post(*[code(f"fan{n}@example.org") for n in range(12)])
    post(code("waiting@example.org", urgent=True))
    mail.drain(batches=1)
    assert [message["To"] for message in smtp.messages] == ["waiting@example.org"]
    mail.drain(batches=1)
    assert len(smtp.messages) == 6


def test_two_senders_at_once_send_each_message_once(app, smtp):
    from concurrent.futures import ThreadPoolExecutor

    post(*[code(f"fan{n}@example.org") for n in range(60)])

    def send(_):
        with app.app_context():
            try:
                return mail.drain()
            finally:
                db.session.remove()

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(send, range(4))) == 60
    assert len(smtp.messages) == len({message["Message-ID"] for message in smtp.messages}) == 60


def test_a_slow_batch_ends_before_its_lease(app, smtp, monkeypatch):
    post(*[code(f"fan{n}@example.org") for n in range(3)])
    monkeypatch.setattr(connection, "BATCH_TIME", -1)
    assert mail.drain(batches=1) == 0
    assert [row.attempts for row in rows()] == [0, 0, 0]
    monkeypatch.undo()
    assert mail.drain() == 3


def test_mail_speaks_the_readers_language_and_our_own_address(app, smtp):
    post(mail.Message("old@example.org", "email-changed", {"new_address": "new@example.org"}, locale="fi"))
    mail.drain()
    html = smtp.messages[0].get_body(("html",)).get_content()
    assert 'lang="fi"' in html
    assert "http://localhost/" in html


def test_waking_asks_a_worker_only_when_mail_is_due(app, smtp, clock, run_jobs):
    assert not mail.wake()
    post(code("a@example.org", not_before=clock.now.replace(hour=13)))
    assert not mail.wake()
    clock.advance(hours=1)
    assert mail.wake()
    run_jobs("mail")
    assert len(smtp.messages) == 1


SUBJECT = "Mika kommentoi työtäsi “Yön sävel” ja sanoi että väri on hyvä “Blue moon” 🎨"


@pytest.mark.one_db
def test_a_long_subject_keeps_every_space():
    words = [
        "Mika",
        "kommentoi",
        "työtäsi",
        "“Yön",
        "sävel”",
        "ja",
        "sanoi",
        "että",
        "väri",
        "on",
        "hyvä",
        "“Blue",
        "moon”",
        "🎨",
    ]
    for turn in range(60):
        subject = " ".join(words[(turn * 7 + each * 5) % len(words)] for each in range(1 + turn % 30))
        message = EmailMessage(policy=rendering.POLICY)
        message["Subject"] = subject
        message.set_content("x")
        sent = message.as_bytes()
        assert str(message_from_bytes(sent, policy=default)["Subject"]) == subject
        assert max(map(len, sent.split(b"\r\n"))) < 80 and sent.isascii()
