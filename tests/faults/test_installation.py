"""Faults of a running installation: each part is hurt while fans go on; afterwards everything is there once.

The tests of one database share its installation, so each counts only what it made itself. The guards that are
switched off for the negative controls: the ticker (its sweeps bring back what was forgotten), the key of a
repeated request.
"""

from __future__ import annotations

import itertools
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest

from contests.submissions.models import Revision, Submission
from preorders.models import Preorder
from tests.faults.counts import Counted, Turns
from tests.faults.site import Answer, Site, until
from tests.pictures import jpeg
from voting.models import Vote
from webapp.infra.mail import OutgoingMail
from webapp.infra.outbox import Delivery, FactRow
from webapp.notices.models import Notice

Times = Callable[[int, int], int]
_keys = itertools.count(1)
pytestmark = pytest.mark.timeout(900)
on_postgres = pytest.mark.parametrize("fallible", ["postgres"], indirect=True)
"""For what the kind of the database has no part in: once, on the one a large site has."""


@contextmanager
def meanwhile(hurt: Callable[[], None]) -> Iterator[None]:
    """Do something again and again beside the block; its failure is the block's."""
    stop, failures = threading.Event(), []

    def again() -> None:
        try:
            while not stop.is_set():
                hurt()
        except Exception as error:
            failures.append(error)

    thread = threading.Thread(target=again, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(60)
    assert not failures, failures


def everybody(acts: list[Callable[[], Answer]], threads: int = 6) -> list[Answer]:
    """Do the acts, some at once."""
    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(lambda act: act(), acts))


def ordering(site: Site, people: range) -> list[Callable[[], Answer]]:
    return [lambda who=who: site.order(who, f"order-{next(_keys)}-{who}") for who in people]


@pytest.mark.ordinarily("sqlite")
def test_redis_emptied_and_away_while_fans_go_on(fallible: Site, times: Times, counted: Counted) -> None:
    site, before, flushes = fallible, fallible.count(Preorder), Turns()
    people = range(1, times(9, 60))
    theirs = Notice.recipient_id.in_([site.scene.people[who] for who in people])
    votes, told = site.count(Vote), site.count(Notice, theirs)
    acts = ordering(site, people) + [lambda who=who: site.vote(who, who % 5) for who in people]

    def flush() -> None:
        site.empty_redis()
        next(flushes)
        time.sleep(0.2)

    with meanwhile(flush):
        answers = everybody(acts)
        assert until(lambda: flushes.so_far >= times(3, 20), 30)
    assert Counter(each.status for each in answers) == {201: len(people), 200: len(people)}

    site.redis_gate.shut()
    try:
        away = time.monotonic()
        answers = everybody(ordering(site, people) + [lambda who=who: site.vote(who, 5 + who % 5) for who in people])
        assert Counter(each.status for each in answers) == {201: len(people), 200: len(people)}
        # The control: with the queue away nobody is told, so what follows is the sweep's work.
        assert site.owed() >= len(people)
        looks = 0
        while time.monotonic() - away < times(2, 600):
            assert site.ask(1, "GET", "/c/the-vote/designs").status == 200
            looks += 1
            time.sleep(times(1, 2))
    finally:
        site.redis_gate.open()
    assert site.settled(120), "what was recorded while Redis was away is told after its return"
    counted(flushes=flushes.so_far, seconds_away=int(times(2, 600)), orders_and_votes=4 * len(people), pages=looks)
    assert site.count(Preorder) - before == 2 * len(people)
    assert site.count(Notice, theirs) - told == 2 * len(people), "each order is told once"
    assert site.count(Vote) - votes == 2 * len(people)
    assert "agree" in site.server.fanmade("recount")


@pytest.mark.ordinarily("postgres")
def test_workers_killed_while_they_make_pictures_and_mails(fallible: Site, times: Times, counted: Counted) -> None:
    site, pictures = fallible, times(8, 80)
    assert site.settled()
    site.pause("ticker")
    try:
        codes = [upload(site, number) for number in range(pictures)]
        chance = random.Random(7)
        for _ in range(times(4, 50)):
            time.sleep(chance.uniform(0.05, 0.4))
            site.kill(chance.choice(("worker-pictures", "worker-outbox", "worker-mail")))
        site.empty_redis()  # with it RQ's own list of what a dead worker had in its hands
    finally:
        site.go_on("ticker")
    site.later()
    assert until(lambda: done(site, codes) == pictures, 120), states(site)
    assert site.settled(), "no delivery is stranded"
    revisions = site.column(Revision.id, Revision.state == "done", Revision.original_name.like("fault-%"))
    told = [each["revision_id"] for each in site.column(FactRow.payload, FactRow.name == "RevisionProcessed")]
    assert sorted(each for each in told if each in set(revisions)) == sorted(revisions), "each finished once"
    counted(kills=times(4, 50), pictures=pictures)


@on_postgres
def test_without_the_ticker_a_flushed_picture_is_stranded(fallible: Site) -> None:
    """The negative control of the sweeps: switched off, what Redis forgot is never made."""
    site = fallible
    assert site.settled()
    for role in ("ticker", "worker-outbox"):
        site.pause(role)
    try:
        code = upload(site, 900)
        site.empty_redis()
        site.go_on("worker-outbox")
        assert not until(lambda: done(site, [code]) == 1, 3)
    finally:
        site.go_on("worker-outbox")
        site.go_on("ticker")
    assert until(lambda: done(site, [code]) == 1)


@on_postgres
def test_a_mail_relay_that_refuses_a_third_and_dies(fallible: Site, times: Times) -> None:
    site, people = fallible, range(1, times(13, 100))
    assert site.settled()
    site.office.messages.clear()
    known = set(site.column(OutgoingMail.id))
    moody = Moody(site)
    with moody:
        assert {each.status for each in everybody(ordering(site, people))} == {201}
        assert until(lambda: moody.refused > 0, 20), "the relay must have refused something"
        site.office.stop()
        site.kill("worker-mail")
        time.sleep(times(1, 60))
        site.office.start()
        site.later()
        assert until(lambda: moody.refused >= 2 or site.owed() == 0, 20)
    assert until(lambda: bool(site.later(90)) or site.owed() == 0, 60), states(site)
    posted = site.column(OutgoingMail.message_id, OutgoingMail.id.not_in(known))
    arrived = {(str(message["To"]), str(message["Message-ID"])) for message in site.office.messages}
    # A crash between sending and marking repeats a message under its own Message-ID: that counts once.
    assert sorted(name for _, name in arrived if name in posted) == sorted(posted)
    assert len(posted) == len(people)


@pytest.mark.ordinarily("postgres")
def test_web_killed_in_the_middle_of_orders(fallible: Site, times: Times, counted: Counted) -> None:
    site, people = fallible, range(20, 20 + times(12, 100))
    keys = {who: f"killed-{next(_keys)}-{who}" for who in people}
    lost = Turns()

    def persist(who: int) -> Answer:
        ends = time.monotonic() + times(90, 900)
        while True:
            answer = site.order(who, keys[who])
            if answer.status == 201 or time.monotonic() > ends:
                return answer
            next(lost)
            time.sleep(0.05)

    strikes = Turns()

    def strike() -> None:
        time.sleep(0.4)
        if next(strikes) < times(2, 20):
            site.kill("web")
            until(lambda: site.ask(1, "GET", "/healthz").status == 200, 60)
            time.sleep(1)  # long enough to take something

    with meanwhile(strike):
        time.sleep(0.3)
        answers = everybody([lambda who=who: persist(who) for who in people])
    assert [each.status for each in answers] == [201] * len(people)
    kept = site.column(Preorder.number, Preorder.idempotency_key.in_(keys.values()))
    assert sorted(kept) == sorted(each.body["number"] for each in answers)
    assert lost.so_far > 0, "no request met the kill: this run proves nothing"
    counted(kills=min(times(2, 20), strikes.so_far), orders=len(people), lost_requests=lost.so_far)


@on_postgres
def test_without_the_same_key_a_repeated_order_is_another_order(fallible: Site) -> None:
    """The negative control of the keys: who tries again under a new name orders twice."""
    site = fallible
    assert until(lambda: site.order(40, "control-first").status == 201)
    before = site.count(Preorder)
    assert site.order(40, "control-first").status == 201
    assert site.count(Preorder) == before
    assert site.order(40, "control-second").status == 201
    assert site.count(Preorder) == before + 1


@on_postgres
def test_the_database_away_for_a_while(fallible: Site, times: Times, counted: Counted) -> None:
    """SQLite is a file of this machine: it can't be away."""
    site = fallible
    assert site.database_gate
    assert until(lambda: site.ask(1, "GET", "/c/the-vote/designs").status == 200), "killed workers come back"
    site.database_gate.shut()
    try:
        page = site.ask(1, "GET", "/c/the-vote/designs", Accept="text/html")
        order = site.order(1, "while-away-1")
        assert (page.status, order.status) == (503, 503)
        assert int(page.headers["retry-after"]) > 0
        assert b"Nothing you had saved is lost" in page.body
        assert order.body["code"] == "database-away"
        assert site.ask(1, "GET", "/healthz").status == 200
        assert site.ask(1, "GET", "/readyz").status == 503
        time.sleep(times(2, 60))
    finally:
        site.database_gate.open()
    assert until(lambda: site.ask(1, "GET", "/c/the-vote/designs").status == 200)
    assert until(lambda: site.order(1, "while-away-1").status == 201)
    site.later()  # what was in somebody's hands when the database went comes free
    assert site.settled(), f"workers come back by themselves as well: {states(site)}"
    counted(seconds_away=times(2, 60))


class Moody:
    """Within the block the relay refuses each third message for now."""

    def __init__(self, site: Site) -> None:
        self.site, self.refused, self._turn = site, 0, itertools.count(1)

    def __enter__(self) -> Moody:
        taking = self.site.office.handle_DATA

        async def handle(server: object, session: object, envelope: object) -> str:
            if next(self._turn) % 3 == 0:
                self.refused += 1
                return "451 not now"
            return await taking(server, session, envelope)

        self.site.office.handle_DATA = handle  # type: ignore[method-assign]
        return self

    def __exit__(self, *error: object) -> None:
        del self.site.office.handle_DATA


def upload(site: Site, number: int) -> str:
    """Send a design in; return its code."""
    words = {"title": f"Fault {number}", "alt": "Four squares of ink", "originality": "true"}
    words["rights_hash"] = site.scene.rights_hash
    parts = [f'--cut\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n'.encode() for k, v in words.items()]
    head = f'--cut\r\nContent-Disposition: form-data; name="picture"; filename="fault-{number}.jpg"\r\n\r\n'
    body = b"".join(parts) + head.encode() + jpeg(200 + number % 400, 300) + b"\r\n--cut--\r\n"
    kind = {"Content-Type": "multipart/form-data; boundary=cut"}
    path = f"/api/v1/contests/{site.scene.call}/designs"
    answer = site.ask(50 + number % 60, "POST", path, body, key=f"upload-{next(_keys)}", **kind)
    assert answer.status == 201, answer
    return str(answer.body["code"])


def done(site: Site, codes: list[str]) -> int:
    """How many of the designs have their picture."""
    return site.count(Submission, Submission.code.in_(codes), Submission.current_revision_id.is_not(None))


def states(site: Site) -> str:
    """What is undone, for a message."""
    revisions = Counter(site.column(Revision.state, Revision.original_name.like("fault-%")))
    owed = site.column(Delivery.error, Delivery.done_at.is_(None))
    mails = Counter(site.column(OutgoingMail.state))
    return f"revisions {revisions}, deliveries owed {len(owed)}: {owed[:3]}, mails {mails}"
