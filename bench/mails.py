"""Sign-in codes for a whole concert: asked for, queued, mailed by one worker, taken by a real SMTP server."""

from __future__ import annotations

import contextlib
import os
import smtplib
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from bench.jobs import application
from bench.relay import Relay, running
from bench.table import Row
from tests import services
from webapp.accounts import service
from webapp.infra import mail, queue
from webapp.infra.db import transaction
from webapp.infra.mail.models import OutgoingMail
from webapp.infra.mail.posting import DRAIN
from webapp.infra.mail.rendering import envelope
from webapp.kernel.now import now

GOAL = 180  # seconds for CONCERT mails
CONCERT = 40_000
ASKED, FLOOR = 200, 2_000
PATIENCE = 1800
_TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Sent:
    """What a worker made of it: seconds from its waking to the first mail and to the last, and of its processor."""

    first: float
    last: float
    processor: float


def measure(kind: str, folder: Path, redis_url: str, mails: int) -> list[Row]:
    """Return the rows of one kind of database for so many codes."""
    with running() as relay, application(kind, folder, redis_url, relay.url) as (_, environ):
        asked = _ask(ASKED)
        with _worker(environ) as worker:
            _until(relay, ASKED)  # it has loaded what it needs
            bare, size = _floor(relay)
            _fill(mails)
            sent = _send(relay, worker, mails)
    rate, note = (
        mails / sent.last,
        f"{mails:,} codes of {size:,} bytes; {sent.processor / mails * 1000:.2f} ms CPU each",
    )
    goal = GOAL * mails / CONCERT
    return [
        Row(f"codes to the last, {kind}", "s", sent.last, more_is_better=False, goal=goal, note=f"one worker, {note}"),
        Row(f"codes mailed, {kind}", "mails/s", rate, bare, "bare smtplib", goal=None, note="floor: one connection"),
        Row(f"first code of a concert, {kind}", "s", sent.first, more_is_better=False, note="from waking the worker"),
        Row(f"a code asked for, {kind}", "ms of CPU", asked, more_is_better=False, note="two rows, one commit"),
    ]


def _ask(count: int) -> float:
    """Ask for codes as the page does; return milliseconds of the processor for each."""
    began = time.process_time()
    for number in range(count):
        service.request_code(f"early{number}@example.org", now())
    return (time.process_time() - began) / count * 1000


def _fill(count: int) -> None:
    """Write the mails of so many codes, as if all had been asked for at one instant; nobody is woken yet."""
    queue.connection().set(f"nudge:{DRAIN}", 1, ex=PATIENCE)  # who posts finds that somebody is woken already
    for start in range(0, count, 1000):
        with transaction() as session:
            mail.post(session, [_message(number) for number in range(start, min(start + 1000, count))])


def _message(number: int) -> mail.Message:
    params = {"code": f"{number % 1000:03d} 482", "minutes": 10, "purpose": "sign-in"}
    locale = "fi" if number % 2 else "en"
    return mail.Message(f"fan{number}@example.org", "code", params, locale=locale, urgent=True)


def _floor(relay: Relay) -> tuple[float, int]:
    """Send the same bytes over one connection with nothing around it; return mails a second and the bytes of one."""
    row = OutgoingMail(kind="code", params=_message(1).params, address="fan1@example.org", locale="fi")
    row.message_id, row.created_at = "<00000000-0000-0000-0000-000000000000@fanmade.invalid>", now()
    letter = envelope(row)
    with smtplib.SMTP("127.0.0.1", relay.port) as smtp:
        began = time.perf_counter()
        for _ in range(FLOOR):
            smtp.sendmail(letter.sender, [letter.address], letter.content)
        return FLOOR / (time.perf_counter() - began), len(letter.content)


def _send(relay: Relay, worker: subprocess.Popen[bytes], count: int) -> Sent:
    relay.empty()
    before, began = _processor(worker.pid), time.monotonic()
    queue.enqueue("mail", DRAIN)
    _until(relay, count)
    ends = _processor(worker.pid)
    return Sent(relay.first.value - began, relay.last.value - began, ends - before)


@contextlib.contextmanager
def _worker(environ: Mapping[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "webapp.boot.cli", "worker", "mail"]
    process = subprocess.Popen(command, env=dict(environ), cwd=services.ROOT, stdout=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(120)


def _until(relay: Relay, count: int) -> None:
    ends, waited = time.monotonic() + PATIENCE, 0
    while relay.count.value < count:
        if time.monotonic() > ends:
            raise RuntimeError(f"{relay.count.value} of {count} mails arrived")
        time.sleep(0.05)
        waited += 1
        if waited % 100 == 0:
            mail.wake()  # the ticker's part


def _processor(pid: int) -> float:
    """Seconds of the processor a process has taken."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICK
