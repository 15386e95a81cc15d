"""Requests and jobs in tests, each in a context of its own, as on a server."""

from __future__ import annotations

import contextvars
from typing import Any

from flask import Flask, has_app_context
from flask.testing import FlaskClient
from redis import Redis
from rq import Queue
from rq.job import Job
from rq.timeouts import TimerDeathPenalty

from tests.drawing import KITS

_ROUNDS = 40  # jobs that wake jobs; more than this is an endless chain


class Client(FlaskClient):
    """Flask's client, but nothing of the test's own application context is seen by a request.

    Else all requests of a test would share one database session and one signed-in person.
    """

    def __init__(self, app: Flask, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("use_cookies", True)
        super().__init__(app, app.response_class, *args, **kwargs)

    def open(self, *args: Any, **kwargs: Any) -> Any:
        """Make a request; what the test itself has read before is read anew afterwards."""
        end_reading()
        return contextvars.Context().run(super().open, *args, **kwargs)


def end_reading() -> None:
    """End the test's own read transaction, so that its next read sees what others have written."""
    from webapp.infra.db import db, in_transaction

    if has_app_context() and not in_transaction():
        db.session.rollback()
        db.session.expire_all()


def run_queues(app: Flask, names: tuple[str, ...], *, sweep: bool, kits: bool) -> int:
    """Let a worker empty the named queues (all, if none is named); returns the number of jobs.

    Without `kits` the jobs that draw finalists' kits are taken and not done, as by a worker that died.
    """
    from webapp.boot.worker import AppWorker
    from webapp.infra import outbox, queue

    class TestWorker(AppWorker):
        """A worker whose time limit is a timer: the alarm signal belongs to the test runner."""

        death_penalty_class = TimerDeathPenalty

        def perform_job(self, job: Job, queue: Queue, *args: Any, **kwargs: Any) -> bool:
            """Run one job, if it is wanted."""
            return (not kits and job.func_name == KITS) or super().perform_job(job, queue, *args, **kwargs)

        def subscribe(self) -> None:
            """Hear no commands: nobody gives any, and to listen is a thread that is awaited."""

        def unsubscribe(self) -> None:
            """Nothing is heard."""

        def heartbeat(self, *args: Any, **kwargs: Any) -> None:
            """Nobody looks whether it lives: five words to Redis less for each job."""

    TestWorker.app = app
    end_reading()
    ran = 0
    connection = Redis.from_url(app.extensions["fanmade.redis.worker"])
    queues = [Queue(name, connection=connection, serializer="json") for name in names or queue.QUEUES]
    for _ in range(_ROUNDS):
        if sweep:
            outbox.sweep()
        waiting = sum(len(q) for q in queues)
        if not waiting:
            connection.close()
            return ran
        worker = TestWorker(queues, connection=connection, serializer="json")
        contextvars.Context().run(worker.work, burst=True, logging_level="ERROR")
        ran += waiting
    raise AssertionError(f"the queues are not empty after {_ROUNDS} rounds: {[q.name for q in queues if len(q)]}")


def sign_in_as(client: Client, person_id: int) -> None:
    """Let the client be that person: a session row, and its token in the signed cookie."""
    from webapp.accounts import login
    from webapp.infra.db import transaction

    with transaction() as session:
        token = login.open_session(session, person_id, "test browser")
    with client.application.test_request_context():
        from flask import session as cookie

        login.enter(token)
        values = dict(cookie)
    with client.session_transaction() as stored:
        stored.update(values)
