"""A worker process: takes jobs of its queues, in an application context, until told to stop."""

import resource
import time
from collections.abc import Callable
from typing import Any, cast

import structlog
from flask import Flask
from redis import Redis
from redis.backoff import ExponentialBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeout
from redis.retry import Retry
from rq import Queue, SimpleWorker
from rq.exceptions import StopRequested
from rq.job import Job

from webapp.infra import one_clock, unread
from webapp.infra.db import db
from webapp.infra.queue import note_done

# The worker's own time to live: it gives a sign of life about every half minute while idle.
TIME_TO_LIVE = 45
# A worker retires after this many jobs and its supervisor starts a fresh one: leaks stay small.
JOBS_PER_LIFE = 2000
# No job needs so much. One that does meets a MemoryError, which is its own failure, before the machine is out of
# memory and somebody else's process dies of it.
MEMORY = 2 * 1024**3

log = structlog.get_logger()


class AppWorker(SimpleWorker):
    """Runs each job in this process with the application's context.

    No fork per job: it costs three times the time of a small job, and what is dangerous, decoding a
    stranger's picture, happens in a child of its own anyway.
    """

    app: Flask

    def perform_job(self, job: Job, queue: Queue, *args: Any, **kwargs: Any) -> bool:
        """Run one job; its session never outlives it."""
        began, done = time.perf_counter(), False
        structlog.contextvars.bind_contextvars(job=job.id, queue=queue.name)
        with self.app.app_context():
            try:
                done = bool(super().perform_job(job, queue, *args, **kwargs))
                return done
            finally:
                db.session.remove()
                outcome = "finished" if done else "failed"
                note_done(self.connection, queue.name, outcome, time.perf_counter() - began)
                structlog.contextvars.clear_contextvars()

    def dequeue_job_and_maintain_ttl(self, *args: Any, **kwargs: Any) -> tuple[Job, Queue] | None:
        """Wait for the next job; one that can't be read is set aside, and the next one taken."""
        return cast("tuple[Job, Queue] | None", self._reading(super().dequeue_job_and_maintain_ttl, *args, **kwargs))

    def run_maintenance_tasks(self) -> None:
        """Look after what dead workers left; what can't be read among it is set aside."""
        self._reading(super().run_maintenance_tasks)

    def _reading(self, act: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        while True:
            try:
                return act(*args, **kwargs)
            except (StopRequested, RedisConnectionError, RedisTimeout):
                raise
            except Exception as error:  # whatever RQ's reading of a stranger's bytes may raise
                log.exception("a job can't be read")
                if not sum(unread.set_aside(queue, error) for queue in self.queues):
                    raise


def work(app: Flask, queues: list[str], burst: bool = False) -> None:
    """Work on `queues` until stopped, or until they are empty with `burst`."""
    AppWorker.app = app
    with app.app_context():
        one_clock.learn_at_start(db.engine)
    connection = Redis.from_url(
        app.extensions["fanmade.redis.worker"],
        socket_connect_timeout=5,
        retry=Retry(ExponentialBackoff(cap=5, base=0.2), 5),
        health_check_interval=30,
    )
    worker = AppWorker(
        [Queue(name, connection=connection, serializer="json") for name in queues],
        connection=connection,
        serializer="json",
        worker_ttl=TIME_TO_LIVE,
        maintenance_interval=60,
    )
    worker.work(burst=burst, max_jobs=None if burst else JOBS_PER_LIFE, logging_level="WARNING")


def limit_memory() -> None:
    """Let this process have no more memory than MEMORY; what asks for more gets a MemoryError."""
    soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
    if soft == resource.RLIM_INFINITY or soft > MEMORY:
        resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, hard))
