"""Mail that comes back: read from RFC 3464 reports, believed only about mail of ours, lifted by the owner."""

import pytest
from sqlalchemy import select

from tests.web import end_reading
from webapp.accounts import store as people
from webapp.infra import mail
from webapp.infra.db import db, transaction
from webapp.infra.mail import OutgoingMail, bounces, refusals, returned
from webapp.kernel.refusal import N_
from webapp.notices import kinds, store

pytestmark = pytest.mark.one_db
NEWS = kinds.Kind("test-news", N_("News"), N_("It is new."), N_("See it"))
ORDER = kinds.Kind("test-order", N_("Your order"), N_("It is on its way."), N_("See it"), transactional=True)
REPORT = """\
From: MAILER-DAEMON@relay.example
To: hello@fanmade.example
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b1"

--b1
Content-Type: text/plain; charset=us-ascii

Sorry.
--b1
Content-Type: message/delivery-status

Reporting-MTA: dns; relay.example
Arrival-Date: Mon, 1 Mar 2027 12:00:00 +0000

Final-Recipient: rfc822; {address}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 5.1.1 <{address}>: no such
    user here

--b1
Content-Type: {kind}

{inside}Message-ID: {message_id}
Subject: News

--b1--
"""


def report(message_id, action="failed", status="5.1.1", address="aino@example.org", whole=False):
    kind = "message/rfc822" if whole else "text/rfc822-headers"
    return REPORT.format(
        address=address, action=action, status=status, kind=kind, message_id=message_id, inside=""
    ).encode()


@pytest.fixture
def aino(app, monkeypatch, clock):
    monkeypatch.setattr(kinds, "_kinds", dict(kinds._kinds))
    kinds.register(NEWS, ORDER)
    with transaction() as session:
        return people.add_person(session, "aino@example.org", "Aino", clock.now)


def tell(clock, person_id, kind, dedupe):
    with transaction() as session:
        store.notify(session, [person_id], kind.name, dedupe, {"path": "/"}, clock.now)


def test_a_lasting_refusal_stops_news_and_their_owner_lets_them_come_again(aino, smtp, clock, client, sign_in):
    tell(clock, aino, NEWS, "one")
    mail.drain()
    content = report(smtp.messages[0]["Message-ID"])
    assert returned.take(content) == {"refusing": 1}
    assert returned.take(content) == {"known": 1}
    tell(clock, aino, NEWS, "two")
    tell(clock, aino, ORDER, "order")
    mail.drain()
    assert [message["Subject"] for message in smtp.messages] == ["News", "Your order"]
    sign_in(client, aino)
    page = client.get("/inbox/preferences").text
    assert "5.1.1" in page
    assert "no such user here" in page
    history = client.get("/inbox/mails").text
    assert (history.count(">News<"), history.count("Not sent")) == (2, 1)
    assert history.index("Your order") < history.index("Not sent"), "the latest comes first"
    client.post("/inbox/mails/again")
    tell(clock, aino, NEWS, "three")
    mail.drain()
    assert len(smtp.messages) == 3
    assert "5.1.1" not in client.get("/inbox/preferences").text


def test_a_report_is_believed_about_mail_of_ours_only(aino, smtp, clock):
    tell(clock, aino, NEWS, "one")
    mail.drain()
    own = smtp.messages[0]["Message-ID"]
    forged = report("<made-up@localhost>", address="somebody@example.org")
    box = b"".join(
        b"From MAILER-DAEMON Mon Mar  1 12:00:00 2027\n" + each + b"\n"
        for each in (
            forged,
            report(own, "delayed", "4.2.2"),
            report(own, "delivered", "2.0.0"),
            b"Subject: Out of office\n\nBack on Monday.\n",
            report(own, whole=True, address="forwarded@elsewhere.example"),
        )
    )
    assert returned.take(box) == {"foreign": 1, "passing": 2, "unread": 1, "refusing": 1}
    end_reading()
    assert refusals.refusing(db.session, ["aino@example.org", "somebody@example.org"]) == {"aino@example.org"}


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xfe\x00", b"From \n", report("x")[:300], report("").replace(b"rfc822;", b"\x00;")]
)
def test_junk_is_no_report_and_breaks_nothing(app, content):
    assert not {"refusing", "known"} & returned.take(content).keys()
    assert all(
        not each.message_id or each.address
        for message in bounces.messages(content)
        for each in bounces.reports(message)
    )


def test_the_history_names_every_mail_and_tells_no_code(aino, smtp, clock, client, sign_in):
    tell(clock, aino, NEWS, "one")
    with transaction() as session:
        code = {"code": "482 913", "minutes": 10, "purpose": "sign-in"}
        mail.post(
            session, [mail.Message("aino@example.org", "code", code), mail.Message("bo@example.org", "code", code)]
        )
    sign_in(client, aino)
    for state in ("Waits to be sent", "Sent"):
        page = client.get("/inbox/mails").text
        assert page.count("A code to sign in") == 1
        assert ">News<" in page
        assert page.count(state) >= 2
        assert "482" not in page
        mail.drain()
    assert client.get("/inbox/mails").text.count("<li>") >= 2
    end_reading()
    assert len(db.session.scalars(select(OutgoingMail)).all()) == 3
