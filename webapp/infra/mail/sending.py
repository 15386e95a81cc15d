"""The worker's part: batches are leased, sent over a connection and marked; over several when many are due.

A crash between sending and marking repeats a message under the same Message-ID.
"""

import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from flask import Flask, current_app
from sqlalchemy import select

from webapp.infra import queue
from webapp.infra.db import db
from webapp.infra.mail import leasing, letters
from webapp.infra.mail.connection import RELAY_AWAY, Connection
from webapp.infra.mail.models import OutgoingMail
from webapp.infra.mail.moulds import Moulds
from webapp.infra.mail.posting import DRAIN
from webapp.infra.mail.rendering import parts
from webapp.infra.settings import Settings
from webapp.kernel.now import now

# Seconds: the batches of a run end within the queue's time limit, so that a slow relay doesn't get this worker killed.
RUN_TIME = 100


def drain(batches: int = 1000) -> int:
    """Send what is due, batch after batch; return how many were sent. Stops early when the relay is away.

    Codes go first, then what belongs to something ordered or run, news, newsletters.
    """
    queue.nudged(DRAIN)
    run = _Run(current_app._get_current_object(), batches)  # type: ignore[attr-defined]
    return run.all()


def wake() -> bool:
    """Wake a worker when mail is due; return whether some was. The ticker's part."""
    due = db.session.scalar(
        select(OutgoingMail.id).where(OutgoingMail.state == "queued", OutgoingMail.not_before <= now()).limit(1)
    )
    db.session.rollback()
    if due is not None:
        queue.nudge("mail", DRAIN)
    return due is not None


class _Run:
    """What the connections of one run share. The words of mails are kept for its length."""

    def __init__(self, app: Flask, batches: int) -> None:
        self._app, self._left = app, batches
        self._ends = time.monotonic() + RUN_TIME
        self._moulds = Moulds(parts)
        self._counting = threading.Lock()
        self._over = threading.Event()

    def all(self) -> int:
        """Send over one connection, and over others as soon as a full batch says that many wait."""
        settings: Settings = self._app.config["SETTINGS"]
        others = settings.mail_connections - 1
        helping: list[Future[int]] = []
        with ThreadPoolExecutor(settings.mail_connections) as pool, Connection(RELAY_AWAY) as connection:
            try:
                while rows := self._next():
                    if len(rows) == leasing.BATCH and not helping:
                        helping = [pool.submit(self._beside) for _ in range(others)]
                    if not connection.send(letters.ready(rows, self._moulds)):
                        self._over.set()
            except BaseException:
                self._over.set()
                raise
            return connection.sent + sum(each.result() for each in helping)

    def _beside(self) -> int:
        """Send in a thread of its own. Where the relay takes no more connections, the first one goes on alone."""
        with self._app.app_context(), Connection(0) as connection:
            while connection.open() and (rows := self._next()):
                if not connection.send(letters.ready(rows, self._moulds)):
                    break
            return connection.sent

    def _next(self) -> list[Any]:
        with self._counting:
            if self._over.is_set() or not self._left or time.monotonic() > self._ends:
                return []
            self._left -= 1
        return leasing.take()
