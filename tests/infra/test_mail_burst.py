"""Many mails at once: what is written by the short way says what the long way says; one bad letter holds up nobody."""

import email
import email.policy
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest
from redis import Redis
from sqlalchemy import func, select

from tests.post_office import PostOffice
from tests.web import end_reading
from webapp.infra import carriers, mail, queue
from webapp.infra.db import db, transaction
from webapp.infra.mail import composing, leasing, outcomes, rendering
from webapp.infra.mail.moulds import Moulds
from webapp.kernel.now import now


def code(number, **more):
    params = {"code": f"{number:03d} 913", "minutes": 10, "purpose": "sign-in"}
    return mail.Message(f"fan{number}@example.org", "code", params, urgent=True, **more)


def post(*messages):
    with transaction() as session:
        return mail.post(session, list(messages))


class Quick(PostOffice):
    """Takes several commands at once, as relays do; refuses fan13 and, for a while, fan14; hangs up on fan15."""

    pipelined = 0

    async def handle_EHLO(self, server, session, envelope, name, answers):
        session.host_name = name
        return [*answers[:-1], "250-PIPELINING", answers[-1]]

    async def handle_RCPT(self, server, session, envelope, address, options):
        self.pipelined += bool(server._reader._buffer)  # DATA has come already
        if address.startswith("fan13@"):
            return "550 5.1.1 nobody here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if envelope.rcpt_tos[0].startswith("fan14@"):
            return "451 4.7.1 later"
        if envelope.rcpt_tos[0].startswith("fan15@"):
            server.transport.abort()
            return "421 gone"
        return await super().handle_DATA(server, session, envelope)


@pytest.fixture
def quick(app, clock):
    office = Quick()
    office.start()
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], mail_url=office.url)
    yield office
    office.stop()


def states():
    end_reading()
    rows = db.session.execute(select(mail.OutgoingMail.state, func.count()).group_by(mail.OutgoingMail.state))
    return {row[0]: row[1] for row in rows}


def test_three_bad_letters_of_forty_hold_up_nobody(quick, clock, monkeypatch):
    monkeypatch.setattr(leasing, "BATCH", 10)
    post(*[code(number, locale="fi" if number % 2 else "en") for number in range(40)])
    assert mail.drain() == 37
    assert states() == {"sent": 37, "queued": 2, "failed": 1}
    assert quick.pipelined >= 30
    said = {str(each["To"]): each for each in quick.messages}
    assert len(said) == len(quick.messages) == 37
    for number in (0, 1, 39):
        message = said[f"fan{number}@example.org"]
        for kind in ("plain", "html"):
            assert f"{number:03d} 913" in message.get_body((kind,)).get_content()
        assert f"{number:03d} 913" in str(message["Subject"])


def test_a_relay_without_pipelining_gets_one_command_at_a_time(app, smtp):
    post(*[code(number) for number in range(3)])
    assert mail.drain() == 3
    assert len({str(each["Subject"]) for each in smtp.messages}) == 3


def test_a_code_that_was_put_back_still_goes_before_news(app, smtp, clock, monkeypatch):
    monkeypatch.setattr(leasing, "BATCH", 2)
    smtp.refuse = "451 later"
    post(code(1))
    mail.drain()
    smtp.refuse = ""
    post(*[mail.Message(f"news{n}@example.org", "code", code(n).params, optional=True) for n in range(3)])
    post(mail.Message("order@example.org", "code", code(5).params))
    clock.advance(seconds=31)
    for _ in range(4):
        mail.drain(batches=1)
    assert [str(each["To"])[0] for each in smtp.messages] == ["f", "o", "n", "n", "n"]


@pytest.mark.one_db
def test_however_many_post_one_worker_is_woken(app, smtp, redis_url):
    for number in range(30):
        post(code(number))
    with Redis.from_url(redis_url) as redis:
        assert redis.llen("rq:queue:mail") == 1
        assert mail.drain() == 30  # as that worker would
        post(code(31))
        assert redis.llen("rq:queue:mail") == 2, "who posts after it began wakes another"
    assert 0 < queue.NUDGE <= 30, "a call that was lost with Redis is asked for again soon"


@pytest.mark.one_db
@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("plain\nlines\n", "<p>short</p>"),
        ("Ääkkösiä 🎨\n\n.\n..dots\nFrom here\n", "<p>" + "pitkä " * 60 + "</p>"),
        ("a=b\x00c\r\nspaces at the end   \n" + "x" * 300, "<p>" + "y" * 300 + "</p>\n\n"),
    ],
)
def test_the_short_way_to_bytes_loses_nothing(text, html):
    headers = [("Subject", "Äiti “on” töissä " * 9), ("From", "Fän <a@example.org>"), ("To", "o'hara@example.org")]
    content = composing.compose(headers, text, html)
    assert content.isascii() and b"\n" not in content.replace(b"\r\n", b"")
    assert max(map(len, content.split(b"\r\n"))) <= 78
    found = email.message_from_bytes(content, policy=email.policy.default)
    long_way = EmailMessage(policy=rendering.POLICY)
    for name, value in headers:
        long_way[name] = value
        assert str(found[name]) == str(long_way[name])
    for kind, words in (("plain", text), ("html", html)):
        got = found.get_body((kind,)).get_content().replace("\r\n", "\n")
        assert got.rstrip("\n") == words.replace("\r\n", "\n").rstrip("\n")


@pytest.mark.one_db
@pytest.mark.parametrize("bad", ["a@b.org\nBcc: all@b.org", "a@b.org\r\nX: y", "a@b.org\r"])
def test_an_address_with_a_line_end_reaches_no_wire(bad):
    with pytest.raises(ValueError):
        composing.header("To", bad)
    with pytest.raises(ValueError):
        composing.header("Subject", bad)
    with pytest.raises(ValueError):
        composing.header("List-Id", bad)


@pytest.mark.one_db
def test_a_mould_says_what_the_templates_say(app):
    moulds = Moulds(rendering.parts)
    words = {"kind": "contest-opened", "params": {"title": "A & B", "artist": "<x>", "path": "/c/a"}}
    for link in ("https://fan.example/u/1?a=1&b=2", "https://fan.example/u/2", ""):
        params = {**words, "unsubscribe_url": link}
        for locale in ("en", "fi"):
            assert moulds.words("notice", params, locale) == rendering.parts("notice", params, locale)
    for digits in ("000 000", "482 913"):
        params = code(1).params | {"code": digits}
        assert moulds.words("code", params, "fi") == rendering.parts("code", params, "fi")
    assert len(moulds._kept) == 5


def test_senders_in_crowds_take_each_message_once(app, smtp, clock, monkeypatch):
    monkeypatch.setattr(leasing, "BATCH", 7)
    post(*[code(number) for number in range(60)])

    def take(_):
        with app.app_context():
            return [row.id for row in leasing.take()]

    with ThreadPoolExecutor(4) as pool:
        taken = [each for part in pool.map(take, range(9)) for each in part]
    assert len(taken) == len(set(taken)) == 60
    assert leasing.take() == []
    clock.advance(seconds=leasing.LEASE.total_seconds() + 1)
    again = [leasing.take() for _ in range(61)]
    assert [len(each) for each in again] == [1] * 60 + [0], "each alone: one of them may have killed its sender"
    assert {each[0].id for each in again if each} == set(taken)


def test_what_kills_its_senders_is_given_up_and_its_company_is_not(app, smtp, clock):
    post(code(0))
    deadly = leasing.take()[0].id
    for death in range(2, leasing.MAX_DEATHS + 1):
        clock.advance(seconds=leasing.LEASE.total_seconds() + 1)
        post(code(death))
        taken = list(iter(leasing.take, []))
        assert taken[0][0].id != deadly, "what killed nobody goes first"
        assert [len(each) for each in taken] == [1] * len(taken)
        assert [row.deaths for each in taken for row in each if row.id == deadly] == [death]
    clock.advance(seconds=leasing.LEASE.total_seconds() + 1)
    assert mail.drain() == leasing.MAX_DEATHS - 1
    db.session.rollback()
    given_up = outcomes.failed(db.session)
    assert [row.id for row in given_up] == [deadly]
    assert "the worker died 5 times" in given_up[0].error
    assert outcomes.retry_failed(deadly)
    assert mail.drain() == 1


def test_what_is_given_back_or_refused_is_no_suspect(app, smtp, clock):
    post(code(1))
    first = leasing.take()[0]
    outcomes.wait([first.id], now())
    assert [row.deaths for row in leasing.take()] == [1], "in our hands, and never lost"
    outcomes.put_back(first.id, 1, first.created_at, OSError("busy"))
    clock.advance(seconds=600)
    assert [row.deaths for row in leasing.take()] == [1]


@pytest.mark.one_db
def test_the_mailbox_keeps_one_file_of_a_message(tmp_path):
    at = datetime(2027, 3, 1, tzinfo=UTC)
    letter = carriers.Envelope("a@example.org", "b@example.org", "<1@example.org>", at, b"Subject: x\r\n\r\nx\r\n")
    box = carriers.Mailbox(tmp_path)
    box.send(letter)
    box.send(letter)
    assert [path.name for path in tmp_path.iterdir()] == ["20270301T000000-1.eml"]
