"""What is deadly itself: a picture whose worker is killed each time it takes it, a mail that can't be written.

Real workers of a running installation; what dies with them must not take the good ones along.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import ColumnElement, Executable, update

from contests.submissions import rules
from contests.submissions.models import Revision, Submission
from tests.faults.counts import Counted, Turns, must_fail, times
from tests.faults.site import Site, until
from tests.faults.test_installation import done, on_postgres, ordering, states, upload
from webapp.infra.mail import OutgoingMail

GOOD = times(3, 60)
pytestmark = pytest.mark.timeout(900)


@on_postgres
def test_a_picture_that_kills_its_worker(fallible: Site, counted: Counted) -> None:
    check(fallible, counted)


@on_postgres
def test_control_a_picture_is_tried_for_ever(fallible: Site, counted: Counted) -> None:
    """Without the count of its attempts it would kill worker after worker."""
    with must_fail("still tried"):
        check(fallible, counted, forget=True)


def check(site: Site, counted: Counted, *, forget: bool = False) -> None:
    """Send one deadly picture among good ones; they are made at once, it ends with a reason. `forget` its attempts."""
    assert site.settled()
    deadly = upload(site, 700 + forget)
    began = time.monotonic()
    with killing(site, deadly, forget) as kills:
        good = [upload(site, 710 + number) for number in range(GOOD)]
        assert until(lambda: done(site, good) == len(good), 60), f"good ones wait: {states(site)}"
        waited = int(time.monotonic() - began)

        def given_up() -> bool:
            site.later()
            return state(site, deadly) == "failed"

        ended = until(given_up, times(8, 20) if forget else 60)
        assert ended, f"still tried after {kills.so_far} kills"
    assert site.column(Revision.failure_code, of(site, deadly)) == ["worker-died"]
    assert kills.so_far >= rules.ATTEMPTS, "it was not deadly: this run proves nothing"
    counted(kills=kills.so_far, good=len(good), good_after_s=waited)


@contextmanager
def killing(site: Site, code: str, forget: bool) -> Iterator[Turns]:
    """Within the block the worker for pictures is killed (and its decoder ends with it) when it has taken this one."""
    stop, kills = threading.Event(), Turns()

    def watch() -> None:
        struck = 0
        while not stop.wait(0.01):
            taken = site.column(Revision.attempts, of(site, code), Revision.state == "processing")
            # What is taken once more, to be given up, is not opened again.
            if taken and (forget or struck < taken[0] <= rules.ATTEMPTS):
                struck = taken[0]
                site.kill("worker-pictures")
                next(kills)
                if forget:
                    write(site, update(Revision).where(of(site, code)).values(attempts=0, state="waiting"))

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield kills
    finally:
        stop.set()
        thread.join(30)


@on_postgres
def test_a_mail_that_kills_its_sender(fallible: Site, counted: Counted) -> None:
    check_mail(fallible, counted)


@on_postgres
def test_control_nobody_counts_what_a_sender_died_of(fallible: Site, counted: Counted) -> None:
    with must_fail("still tried"):
        check_mail(fallible, counted, forget=True)


def check_mail(site: Site, counted: Counted, *, forget: bool = False) -> None:
    """Let the sender die whenever the relay hears of one mail; the others arrive, it ends with a reason."""
    assert site.settled()
    site.office.messages.clear()
    known, people = site.column(OutgoingMail.id), range(60, 60 + times(8, 50))
    site.pause("worker-mail")
    assert {act().status for act in ordering(site, people)} == {201}
    new = OutgoingMail.id.not_in(known)
    assert until(lambda: site.count(OutgoingMail, new) == len(people), 30), "each order is told by mail"
    mails = sorted(site.column(OutgoingMail.id, new))
    deadly, good = mails[2], OutgoingMail.id.in_(mails[:2] + mails[3:])

    def given_up() -> bool:
        site.later()
        if forget:
            write(site, update(OutgoingMail).where(OutgoingMail.id == deadly).values(deaths=0))
        return site.count(OutgoingMail, OutgoingMail.id == deadly, OutgoingMail.state == "failed") == 1

    with fatal(site, deadly) as kills:
        site.go_on("worker-mail")
        ended = until(given_up, times(8, 20) if forget else 90)
        assert ended, f"still tried after {kills.so_far} kills"
        assert until(lambda: site.count(OutgoingMail, good, OutgoingMail.state == "sent") == len(mails) - 1, 60)
    assert "the worker died" in site.column(OutgoingMail.error, OutgoingMail.id == deadly)[0]
    arrived = {str(message["Message-ID"]) for message in site.office.messages}
    assert arrived == set(site.column(OutgoingMail.message_id, good)), "each good one arrived, the deadly one never"
    counted(kills=kills.so_far, good=len(mails) - 1)


@contextmanager
def fatal(site: Site, mail: int) -> Iterator[Turns]:
    """Within the block the sender is killed in the middle of handing over this mail."""
    address, kills = site.column(OutgoingMail.address, OutgoingMail.id == mail)[0], Turns()
    taking = site.office.handle_DATA

    async def handle(server: Any, session: Any, envelope: Any) -> str:
        if envelope.rcpt_tos != [address]:
            return await taking(server, session, envelope)
        site.kill("worker-mail")
        next(kills)
        return "451 too late"

    site.office.handle_DATA = handle  # type: ignore[method-assign]
    try:
        yield kills
    finally:
        del site.office.handle_DATA
        site.go_on("worker-mail")


def write(site: Site, statement: Executable) -> None:
    """Change the database behind the product's back."""
    with site.engine.begin() as connection:
        connection.execute(statement)


def of(site: Site, code: str) -> ColumnElement[bool]:
    """The condition that a revision is of the design with this code."""
    return Revision.submission_id.in_(site.column(Submission.id, Submission.code == code))


def state(site: Site, code: str) -> str:
    """How far a design's picture is."""
    return str(site.column(Revision.state, of(site, code))[0])
