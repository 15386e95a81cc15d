"""What waits, works and failed in Redis' queues; and what was done, counted by the workers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from redis import Redis
from rq import Queue, Worker
from rq.exceptions import InvalidJobOperation, NoSuchJobError
from rq.job import Job
from rq.registry import FailedJobRegistry

from webapp.infra import queue

HEARD_WITHIN = timedelta(minutes=1)
SHOWN = 50  # failed jobs on the operator's page


@dataclass(frozen=True)
class QueueRow:
    """A queue: jobs that wait, for how long the oldest (seconds), failed within a day, and who works on it."""

    name: str
    waiting: int
    oldest_seconds: float
    failed: int
    workers: int


@dataclass(frozen=True)
class WorkerRow:
    """A worker that was heard of within a minute, or is at work."""

    name: str
    queues: tuple[str, ...]
    state: str
    done: int
    failed: int
    since: datetime | None


@dataclass(frozen=True)
class FailedJob:
    """A job that failed: what it should do, with which ids, when and why (the last line of the traceback)."""

    id: str
    queue: str
    does: str
    reason: str
    at: datetime | None


def queues(redis: Redis) -> list[QueueRow]:
    """Return how the queues stand. Raises RedisError."""
    alive = workers(redis)
    return [_queue(name, redis, alive) for name in queue.QUEUES]


def _queue(name: str, redis: Redis, alive: Sequence[WorkerRow]) -> QueueRow:
    found = Queue(name, connection=redis, serializer="json")
    return QueueRow(
        name=name,
        waiting=found.count,
        oldest_seconds=_oldest(found),
        failed=FailedJobRegistry(queue=found).count,
        workers=sum(name in worker.queues for worker in alive),
    )


def _oldest(found: Queue) -> float:
    first = found.get_job_ids(offset=0, length=1)
    job = found.fetch_job(first[0]) if first else None
    if job is None or job.enqueued_at is None:
        return 0.0
    return max(0.0, (datetime.now(UTC) - _aware(job.enqueued_at)).total_seconds())


def workers(redis: Redis) -> list[WorkerRow]:
    """Return the workers that live. Raises RedisError."""
    found = [
        WorkerRow(
            name=worker.name,
            queues=tuple(worker.queue_names()),
            state=str(getattr(worker.get_state(), "value", worker.get_state())),
            done=worker.successful_job_count,
            failed=worker.failed_job_count,
            since=_aware(worker.birth_date) if worker.birth_date else None,
        )
        for worker in Worker.all(connection=redis)
        if _lives(worker)
    ]
    return sorted(found, key=lambda worker: (worker.queues, worker.name))


def _lives(worker: Any) -> bool:
    heard = worker.last_heartbeat
    return worker.get_state() == "busy" or bool(heard and _aware(heard) > datetime.now(UTC) - HEARD_WITHIN)


def failed(redis: Redis) -> list[FailedJob]:
    """Return what failed within a day, newest first. Raises RedisError."""
    found: list[FailedJob] = []
    for name in queue.QUEUES:
        at = Queue(name, connection=redis, serializer="json")
        ids = FailedJobRegistry(queue=at).get_job_ids(0, SHOWN - 1, desc=True)
        jobs = Job.fetch_many(ids, connection=redis, serializer="json")
        found += [_failed(name, job) for job in jobs if job is not None]
    return sorted(found, key=lambda job: job.at or datetime.min.replace(tzinfo=UTC), reverse=True)[:SHOWN]


def _failed(name: str, job: Job) -> FailedJob:
    result = job.latest_result()
    lines = (getattr(result, "exc_string", None) or "").strip().splitlines()
    at = _aware(job.ended_at) if job.ended_at else None
    return FailedJob(job.id, name, job.description or job.func_name or "", lines[-1][:300] if lines else "", at)


def try_again(redis: Redis, queue_name: str, job_id: str) -> bool:
    """Put a failed job back into its queue; return whether it was there. Raises RedisError."""
    registry = FailedJobRegistry(queue=Queue(queue_name, connection=redis, serializer="json"))
    try:
        registry.requeue(job_id)
    except (NoSuchJobError, InvalidJobOperation):
        return False
    return True


def done(redis: Redis) -> dict[tuple[str, str], tuple[int, float]]:
    """Return, by queue and outcome, how many jobs were done and how long they took in all (seconds)."""
    numbers: dict[Any, Any] = redis.hgetall(queue.DONE)
    times: dict[Any, Any] = redis.hgetall(queue.TOOK)
    return {
        tuple(key.decode().split(":", 1)): (int(number), float(times.get(key, 0))) for key, number in numbers.items()
    }


def ticker_heard(redis: Redis) -> float | None:
    """Return when the ticker was last heard of, seconds since 1970; None: not within two minutes."""
    heard: Any = redis.get("ticker:heard")
    return float(heard) if heard else None


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
