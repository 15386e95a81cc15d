"""What the operator's page about the system shows, gathered; a part that does not answer is None."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

import structlog
from redis import Redis
from redis.exceptions import RedisError
from sqlalchemy.orm import Session

from webapp.infra import replicas
from webapp.watch import jobs, places, queries

T = TypeVar("T")
PACKAGES = ("fanmade", "flask", "sqlalchemy", "rq", "redis", "pillow")
log = structlog.get_logger()


@dataclass(frozen=True)
class Look:
    """The system at one moment. `queues`, `workers`, `failed` and `ticker_seconds` are None without Redis."""

    queues: list[jobs.QueueRow] | None
    workers: list[jobs.WorkerRow] | None
    failed: list[jobs.FailedJob] | None
    ticker_seconds: float | None
    facts: queries.Owed
    mails: queries.Owed
    pictures: dict[str, int]
    replicas: list[replicas.State]
    free_bytes: int
    schema: str
    versions: dict[str, str]


def at_system(session: Session, redis: Redis, now: datetime) -> Look:
    """Return how the installation is; costs five statements and a few dozen questions to Redis."""
    heard = _try(lambda: jobs.ticker_heard(redis))
    return Look(
        queues=_try(lambda: jobs.queues(redis)),
        workers=_try(lambda: jobs.workers(redis)),
        failed=_try(lambda: jobs.failed(redis)),
        ticker_seconds=None if heard is None else max(0.0, now.timestamp() - heard),
        facts=queries.facts(session, now),
        mails=queries.mails(session, now),
        pictures=queries.pictures(session),
        replicas=replicas.here().states(),
        free_bytes=places.free_bytes(),
        schema=places.schema(session),
        versions={name: places.version(name) for name in PACKAGES},
    )


def _try(read: Callable[[], T]) -> T | None:
    try:
        return read()
    except RedisError as error:
        log.warning("Redis does not answer", error=str(error))
        return None
