"""News together: one mail with all that waited, in the reader's morning; each notice in one mail, whoever sends."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from tests.web import end_reading
from webapp.accounts import store as people
from webapp.infra import mail
from webapp.infra.db import db, transaction
from webapp.infra.mail import OutgoingMail
from webapp.kernel.refusal import N_
from webapp.notices import digests, kinds, service, store, unsubscribing
from webapp.notices.models import DigestLine, Notice

NOON = datetime(2027, 3, 1, 12, 0, tzinfo=UTC)  # a Monday
NEWS = kinds.Kind("test-news", N_("News: %(title)s"), N_("It is %(title)s."), N_("See it"), title=N_("News"))
MORE = kinds.Kind("test-more", N_("More: %(title)s"), N_("It is %(title)s."), N_("See it"), title=N_("More"))
ORDER = kinds.Kind("test-order", N_("Your order"), N_("It is on its way."), N_("See it"), transactional=True)


@pytest.fixture(autouse=True)
def test_kinds(app, monkeypatch, clock):
    monkeypatch.setattr(kinds, "_kinds", dict(kinds._kinds))
    kinds.register(NEWS, MORE, ORDER)


def fan(name, zone="Europe/Helsinki", **fields):
    with transaction() as session:
        return people.add_person(session, f"{name}@example.org", name, NOON, timezone=zone, **fields)


def wants(person_id, news, more=""):
    service.set_preferences(person_id, {NEWS.name: news, MORE.name: more}, NOON)


def tell(clock, recipients, dedupe, kind=NEWS):
    with transaction() as session:
        params = {"path": "/c/tour", "title": dedupe}
        return store.notify(session, recipients, kind.name, dedupe, params, clock.now)


def letters(smtp, who):
    mail.drain()
    return smtp.to(f"{who}@")


def text(message):
    return message.get_body(("plain",)).get_content()


def test_what_waited_comes_in_one_mail_at_eight_and_nothing_when_nothing_waited(smtp, clock):
    daily, at_once, never = fan("daily"), fan("atonce"), fan("never")
    wants(daily, "daily", "daily")
    wants(never, "never")
    tell(clock, [daily, at_once, never], "one")
    tell(clock, [daily], "two", MORE)
    tell(clock, [daily], "order", ORDER)
    assert digests.send_due() == 0
    assert [len(letters(smtp, who)) for who in ("daily", "atonce", "never")] == [1, 1, 0]  # the order, at once
    clock.at(datetime(2027, 3, 2, 5, 59, 59, tzinfo=UTC))
    assert digests.send_due() == 0
    clock.advance(seconds=1)
    assert digests.wake()
    assert digests.send_due() == 1
    assert digests.send_due() == 0
    assert not digests.wake()
    _order, digest = letters(smtp, "daily")
    assert digest["Subject"] == "2 pieces of news for you"
    assert digest["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    for part in (text(digest), digest.get_body(("html",)).get_content()):
        assert "News: one" in part
        assert "More: two" in part
        assert "Your order" not in part
    clock.advance(days=1)
    assert digests.send_due() == 0
    assert len(letters(smtp, "atonce")) == 1
    assert len(db.session.scalars(select(Notice)).all()) == 5


def test_weekly_news_come_on_monday_together_with_what_is_daily(smtp, clock):
    both = fan("both", "America/New_York")
    wants(both, "weekly", "daily")
    tell(clock, [both], "monday")  # at 7:00 there: the digest of this very Monday
    clock.at(NOON + timedelta(hours=2))
    tell(clock, [both], "later")
    for day in range(7):
        clock.at(datetime(2027, 3, 1, 13, 0, tzinfo=UTC) + timedelta(days=day))
        digests.send_due()
    [first] = letters(smtp, "both")
    assert "monday" in text(first)
    clock.at(datetime(2027, 3, 8, 12, 0, tzinfo=UTC))
    tell(clock, [both], "daily one", MORE)
    clock.at(datetime(2027, 3, 8, 13, 0, tzinfo=UTC))
    assert digests.send_due() == 1
    _first, second = letters(smtp, "both")
    assert "later" in text(second)
    assert "daily one" in text(second)


def test_any_number_of_workers_at_once_put_each_notice_into_one_mail(app, clock, monkeypatch):
    crowd = [fan(f"fan{n}") for n in range(24)]
    for each in crowd:
        wants(each, "daily")
    for number in range(3):
        tell(clock, crowd, f"fact:{number}")
    monkeypatch.setattr(digests, "PEOPLE", 5)
    clock.at(datetime(2027, 3, 2, 6, 0, tzinfo=UTC))

    def work(_):
        with app.app_context():
            try:
                return digests.send_due()
            finally:
                db.session.remove()

    with ThreadPoolExecutor(4) as pool:
        sent = sum(pool.map(work, range(4)))
    sent += digests.send_due()  # what a worker left to another that was at it
    end_reading()
    mails = db.session.scalars(select(OutgoingMail).where(OutgoingMail.kind == "digest")).all()
    assert sent == len(mails) == 24
    told = [(each.recipient_id, item["params"]["title"]) for each in mails for item in each.params["items"]]
    assert sorted(told) == sorted((each, f"fact:{number}") for each in crowd for number in range(3))
    assert {line.letter for line in db.session.scalars(select(DigestLine))} == {each.dedupe for each in mails}


def test_what_is_written_down_late_waits_for_the_next_day_s_digest(smtp, clock):
    slow = fan("slow")
    wants(slow, "daily")
    tell(clock, [slow], "one")
    clock.at(datetime(2027, 3, 2, 6, 0, tzinfo=UTC))
    digests.send_due()
    clock.at(datetime(2027, 3, 2, 5, 59, tzinfo=UTC))  # a transaction that began before eight
    tell(clock, [slow], "two")
    clock.at(datetime(2027, 3, 2, 6, 1, tzinfo=UTC))
    assert digests.send_due() == 0
    assert len(letters(smtp, "slow")) == 1
    clock.advance(days=1)
    assert digests.send_due() == 1
    assert "two" in text(letters(smtp, "slow")[1])


def test_a_digest_that_dies_half_way_is_sent_by_the_next(smtp, clock, monkeypatch):
    aino = fan("aino")
    wants(aino, "daily")
    tell(clock, [aino], "one")
    clock.at(datetime(2027, 3, 2, 6, 0, tzinfo=UTC))
    with monkeypatch.context() as patch:
        patch.setattr(mail, "post_new", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            digests.send_due()
    assert digests.send_due() == 1
    assert len(letters(smtp, "aino")) == 1


def test_news_wait_for_the_morning_and_the_young_hear_nothing_after_eight_in_the_evening(smtp, clock):
    adult, young = fan("adult", age_band="18+"), fan("young", age_band="13-15")
    clock.at(datetime(2027, 3, 1, 18, 30, tzinfo=UTC))  # 20:30 in Helsinki
    tell(clock, [adult, young], "one")
    tell(clock, [adult, young], "order", ORDER)
    assert (len(letters(smtp, "adult")), len(letters(smtp, "young"))) == (2, 0)
    clock.at(datetime(2027, 3, 2, 5, 59, tzinfo=UTC))
    assert len(letters(smtp, "young")) == 0
    clock.advance(minutes=1)
    assert len(letters(smtp, "young")) == 2


def test_what_its_relay_held_up_until_night_waits_as_well(smtp, clock):
    young = fan("young", age_band="16-17")
    clock.at(datetime(2027, 3, 1, 17, 59, tzinfo=UTC))
    tell(clock, [young], "one")
    smtp.stop()
    mail.drain()
    smtp.start()
    clock.advance(minutes=2)
    assert letters(smtp, "young") == []
    row = db.session.scalars(select(OutgoingMail)).one()
    assert (row.state, row.attempts, row.not_before) == ("queued", 0, datetime(2027, 3, 2, 6, 0, tzinfo=UTC))
    clock.at(row.not_before)
    assert len(letters(smtp, "young")) == 1


def test_the_way_out_of_a_digest_ends_what_waits_and_what_is_daily_or_weekly(csrf, smtp, clock, new_client):
    aino = fan("aino")
    wants(aino, "daily", "at-once")
    tell(clock, [aino], "one")
    clock.at(datetime(2027, 3, 2, 6, 0, tzinfo=UTC))
    digests.send_due()
    path = letters(smtp, "aino")[0]["List-Unsubscribe"].strip(" <>").removeprefix("http://localhost")
    assert path == unsubscribing.url(aino, "digest").removeprefix("http://localhost")
    tell(clock, [aino], "two")
    new_client().get(path)
    end_reading()
    assert len(db.session.scalars(select(DigestLine)).all()) == 2
    assert new_client().post(path, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    clock.advance(days=1)
    assert digests.send_due() == 0
    tell(clock, [aino], "three")
    tell(clock, [aino], "four", MORE)
    assert len(letters(smtp, "aino")) == 2


def test_a_mail_that_waits_for_the_morning_is_not_sent_after_its_reader_wants_no_more(smtp, clock):
    aino = fan("aino")
    clock.at(datetime(2027, 3, 1, 20, 0, tzinfo=UTC))
    tell(clock, [aino], "one")
    tell(clock, [aino], "two", MORE)
    service.unsubscribe(unsubscribing.url(aino, NEWS.name).rpartition("/")[2], clock.now)
    clock.advance(hours=10)
    [message] = letters(smtp, "aino")
    assert message["Subject"] == "More: two"
    assert sorted(db.session.scalars(select(OutgoingMail.state))) == ["dropped", "sent"]
