"""How somebody comes to a newsletter and leaves it: twice asked, once pressed, nothing by opening links."""

from __future__ import annotations

import hashlib
import re

import pytest
from sqlalchemy import event, select

from tests.newsletters.conftest import Room
from tests.pages import make
from tests.web import end_reading
from webapp.boot import retention
from webapp.infra import mail
from webapp.infra.db import db, transaction
from webapp.infra.mail import refusals, returned
from webapp.newsletters import consent, feeding, joining, tokens
from webapp.newsletters.models import LetterDelivery, Subscription

ASK = "/a/band/newsletter"


def rows():
    end_reading()
    return db.session.scalars(select(Subscription).order_by(Subscription.id)).all()


def link(message, path: str) -> str:
    text = message.get_body(("plain",)).get_content()
    return re.search(rf"http://localhost({path}\S+)", text)[1]


def ask(client, address="new@example.org", **more):
    return client.post(ASK, data={"email": address, "agree": "y", "answer": "yes", "next": "/a/band", **more})


def watched(act) -> list[str]:
    writes: list[str] = []

    def note(conn, cursor, statement, *_):
        if re.match(r"\s*(INSERT|UPDATE|DELETE)", statement, re.IGNORECASE):
            writes.append(statement)

    end_reading()
    event.listen(db.engine, "before_cursor_execute", note)
    try:
        act()
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    return writes


def test_a_stranger_asks_confirms_by_the_button_and_leaves(csrf, room: Room, smtp, clock, new_client):
    browser = new_client()
    token = re.search(r'name="csrf_token" value="([^"]+)"', browser.get("/a/band").text)[1]
    assert ask(browser, csrf_token=token, agree="").status_code == 422
    assert ask(browser, csrf_token=token).headers["Location"] == "/a/band"
    mail.drain()
    [message] = smtp.messages
    [row] = rows()
    assert (row.confirmed_at, row.source) == (None, "artist")
    assert row.text_hash == hashlib.sha256((consent.SENTENCE % {"artist": "Band"}).encode()).hexdigest()
    here = link(message, "/newsletter/confirm/")
    page = ""

    def scan():
        nonlocal page
        for _ in range(3):
            page = new_client().get(here).text

    assert watched(scan) == []
    assert "<form" in page
    form = new_client()
    token = re.search(r'name="csrf_token" value="([^"]+)"', form.get(here).text)[1]
    for _ in range(2):
        assert form.post(here, data={"csrf_token": token}).status_code == 200
    [row] = rows()
    assert row.confirmed_at == clock.now

    letter = room.letter()
    room.send_off(letter, clock)
    feeding.wake()
    feeding.feed(letter)
    mail.drain()
    message = smtp.messages[-1]
    out = str(message["List-Unsubscribe"]).strip(" <>").removeprefix("http://localhost")
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["List-Id"] == "<band.newsletter.localhost>"
    assert link(message, "/newsletter/out/") == out
    assert watched(lambda: [new_client().get(out) for _ in range(3)]) == []
    # As mail providers do it: no cookie, no token of a form, no redirect; twice is once.
    for _ in range(2):
        answer = new_client().post(
            out, data="List-Unsubscribe=One-Click", content_type="application/x-www-form-urlencoded"
        )
        assert answer.status_code == 200
        assert "Location" not in answer.headers
    [row] = rows()
    assert (row.ended_by, row.ended_at) == ("reader", clock.now)
    assert db.session.scalar(select(LetterDelivery.left_at)) == clock.now
    # The old link of the confirmation brings nobody back.
    assert new_client().get(here).status_code == 410
    token = re.search(r'name="csrf_token" value="([^"]+)"', browser.get("/a/band").text)[1]
    assert browser.post(here, data={"csrf_token": token}).status_code == 410
    clock.advance(days=2)
    ask(browser, csrf_token=token)
    assert browser.post(here, data={"csrf_token": token}).status_code == 410
    mail.drain()
    fresh = link(smtp.messages[-1], "/newsletter/confirm/")
    assert browser.post(fresh, data={"csrf_token": token}).status_code == 200
    assert rows()[0].ended_at is None


@pytest.mark.one_db
def test_a_token_opens_nothing_else(room: Room, new_client, client):
    one, other = room.subscribe("one@example.org"), room.subscribe("two@example.org")
    way_out = tokens.way_out(one, 0)
    broken = [way_out[:-1] + ("A" if way_out[-1] != "A" else "B"), tokens.way_in(one, 1), "x", way_out + "x"]
    for each in broken:
        assert new_client().post(f"/newsletter/out/{each}").status_code == 404
    assert new_client().get(f"/newsletter/confirm/{way_out}").status_code == 410
    assert new_client().post(f"/unsubscribe/{way_out}").status_code == 404
    assert [row.ended_at for row in rows()] == [None, None]
    assert new_client().post(f"/newsletter/out/{tokens.way_out(tokens.NOBODY, 1)}").status_code == 200
    assert [row.ended_at for row in rows()] == [None, None]
    new_client().post(f"/newsletter/out/{way_out}")
    assert {row.id for row in rows() if row.ended_at is None} == {other}


@pytest.mark.one_db
def test_asking_tells_nothing_and_mails_little(room: Room, smtp, clock, new_client):
    room.subscribe("reader@example.org")
    make.person("Young", age_band="13-15")
    for address in ("reader@example.org", "young@example.org", "new@example.org"):
        client = new_client()
        answer = ask(client, address)
        assert (answer.status_code, answer.headers["Location"]) == (302, "/a/band")
        assert f"we have mailed a link to {address}" in client.get("/a/band").text
    mail.drain()
    assert [str(message["To"]) for message in smtp.messages] == ["new@example.org"]
    for _ in range(6):
        ask(new_client())
    mail.drain()
    assert len(smtp.messages) == joining.MAILS
    assert ask(new_client(), "no address").status_code == 422
    # Somebody who called such a mail spam is not mailed again because a stranger asks.
    with transaction() as session:
        refusals.add(session, "cross@example.org", returned.COMPLAINT, "", clock.now)
    ask(new_client(), "cross@example.org")
    mail.drain()
    assert len(smtp.messages) == joining.MAILS


@pytest.mark.one_db
def test_members_are_asked_once_after_a_vote_and_the_young_never(room: Room, clock, client, sign_in, smtp):
    from contests.phases import Phase

    author, fan = make.person("Author"), make.person("Fan", age_band="18+")
    contest = make.contest(room.artist_id, room.boss, Phase.VOTING)
    [design] = make.designs(contest, author, 1)
    with transaction() as session:
        from voting.models import Ballot, Round, Vote

        poll = Round(contest_id=contest, kind="open", budget=5)
        session.add(poll)
        session.flush()
        for who in [fan]:
            session.add(Ballot(round_id=poll.id, voter_id=who, spent=1, version=1))
            from contests.submissions.models import Submission

            revision = session.get(Submission, design).current_revision_id
            session.add(
                Vote(
                    round_id=poll.id,
                    voter_id=who,
                    submission_id=design,
                    revision_id=revision,
                    received_at=make.NOW,
                    at=make.NOW,
                )
            )
    sign_in(client, fan)
    page = client.get("/c/tee/ballot").text
    assert "Letters from Band" in page
    assert '<input type="checkbox" name="agree" value="y">' in page, "unticked"
    client.post(ASK, data={"answer": "no", "source": "vote", "next": "/c/tee/ballot"})
    assert "Letters from Band" not in client.get("/c/tee/ballot").text
    assert "Letters from Band" in client.get("/a/band").text
    assert mail.drain() == 0
    ask(client, source="artist")
    mail.drain()
    joining.confirm(link(smtp.messages[-1], "/newsletter/confirm/").rpartition("/")[2], clock.now)
    assert "Letters from Band" not in client.get("/a/band").text
    assert "Comes to you" in client.get("/settings/newsletters").text
    [row] = rows()
    client.post(f"/settings/newsletters/{row.id}/end")
    assert rows()[0].ended_by == "reader"
    other = room.subscribe("other@example.org", make.person("Other"))
    assert client.post(f"/settings/newsletters/{other}/end").status_code == 404
    young = make.person("Young", age_band="13-15")
    sign_in(client, young)
    assert "Letters from Band" not in client.get("/a/band").text
    assert client.post(ASK, data={"agree": "y", "answer": "yes"}).status_code == 403


@pytest.mark.one_db
def test_the_clock_of_retention_and_an_erasure(room: Room, clock, app):
    from webapp.newsletters import my_data

    fan = make.person("Fan")
    room.subscribe("never@example.org", confirmed=False)
    room.subscribe("left@example.org", ended_at=clock.now, ended_by="reader")
    mine = room.subscribe("elsewhere@example.org", fan)
    letter = room.letter()
    room.send_off(letter, clock)
    feeding.wake()
    feeding.feed(letter)
    clock.advance(days=13)
    retention.sweep()
    assert len(rows()) == 3
    clock.advance(days=2)
    retention.sweep()
    assert [row.address for row in rows()] == ["left@example.org", "elsewhere@example.org"]
    clock.advance(days=16)
    retention.sweep()
    assert [row.id for row in rows()] == [mine]
    my_data.forget(fan, clock.now)
    my_data.forget(fan, clock.now)
    assert rows() == []
    [delivery] = db.session.scalars(select(LetterDelivery)).all()
    assert delivery.subscription_id is None
    assert db.session.scalar(select(mail.OutgoingMail.state)) == "dropped"


ARF = """\
From: <feedback@provider.example>
To: hello@fanmade.example
Subject: abuse report
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="b1"

--b1
Content-Type: text/plain

A reader called this spam.
--b1
Content-Type: message/feedback-report

Feedback-Type: {kind}
User-Agent: Provider/1.0
Version: 1

--b1
Content-Type: {inside}

Message-ID: {message_id}
Subject: It is here

--b1--
"""


@pytest.mark.one_db
@pytest.mark.parametrize("inside", ["message/rfc822", "text/rfc822-headers"])
def test_a_complaint_ends_it_and_a_bounce_is_counted(room: Room, smtp, clock, inside):
    from tests.notices.test_bounces import report
    from webapp.newsletters import queries

    for name in ("cross", "moved", "content"):
        room.subscribe(f"{name}@example.org")
    letter = room.letter()
    room.send_off(letter, clock)
    feeding.wake()
    feeding.feed(letter)
    mail.drain()
    feeding.feed(letter)
    ids = {str(each["To"]).partition("@")[0]: each["Message-ID"] for each in smtp.messages}

    def arf(kind, message_id):
        return ARF.format(kind=kind, inside=inside, message_id=message_id).encode()

    assert returned.take(arf("not-spam", ids["content"])) == {"passing": 1}
    assert returned.take(arf("abuse", "<made-up@localhost>")) == {"foreign": 1}
    assert returned.take(arf("abuse", ids["cross"])) == {"complained": 1}
    assert returned.take(arf("abuse", ids["cross"])) == {"known": 1}
    assert returned.take(report(ids["moved"])) == {"refusing": 1}
    assert {row.address: row.ended_by for row in rows()} == {
        "cross@example.org": "complaint",
        "moved@example.org": "",
        "content@example.org": "",
    }
    done = queries.progress(db.session(), letter)
    assert (done["sent"], done.bounced, done.complained) == (3, 1, 1)
    # And one who leaves by a mail of their own.
    token = tokens.way_out(rows()[2].id, letter)
    folded = f"Subject: {token[:20]}\n {token[20:]}\n\n".encode()
    assert returned.take(folded) == {"left": 1}
    assert rows()[2].ended_by == "mail"
