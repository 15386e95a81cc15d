"""The only file that builds an RQ queue: names, time limits, retries."""

from collections.abc import Sequence
from typing import Any, cast
from zlib import crc32

import structlog
from flask import Flask, current_app
from redis import Redis
from redis.exceptions import RedisError
from rq import Queue

from webapp.infra.settings.addresses import CLUSTERS

# Separate queues have separate worker processes: a giant picture must not delay a sign-in code.
TIME_LIMITS = {"outbox": 20, "mail": 300, "pictures": 300, "exports": 900}
QUEUES = tuple(TIME_LIMITS)
SLOW = "exports"  # where what takes longer than a queue's limit holds up nobody who waits for it
DAY = 86400
NUDGE = 10  # seconds
PARTS = 16  # of what gathers in a cluster
# Hashes in which workers count, by "queue:outcome": jobs done, and the seconds they took.
DONE, TOOK = "jobs:done", "jobs:took"

log = structlog.get_logger()


def init_app(app: Flask, redis_url: str, counters_url: str = "") -> None:
    """Give the application its connections to Redis (opened when first used); `counters_url`: a second one."""
    # Short time limits: with Redis away a request must go on without its hint, not hang.
    patience = {"socket_connect_timeout": 0.5, "socket_timeout": 2}
    main = app.extensions["fanmade.redis"] = Redis.from_url(redis_url, **patience)
    app.extensions["fanmade.redis.counters"] = _counting(counters_url, patience) if counters_url else main
    app.extensions["fanmade.redis.parts"] = PARTS if _is_cluster(counters_url) else 0
    app.extensions["fanmade.redis.worker"] = redis_url


def connection() -> Redis:
    """Return the application's Redis connection (a pool; safe across threads)."""
    redis: Redis = current_app.extensions["fanmade.redis"]
    return redis


def counters() -> Redis:
    """Return the connection to the Redis that counts: who asked how often, what was seen. Nothing there is missed."""
    redis: Redis = current_app.extensions["fanmade.redis.counters"]
    return redis


def parts_of(key: str) -> list[str]:
    """Return the keys under which the counts of `key` gather: one, or on a cluster several, so that no node has all.

    The part in braces says where a key is; a key that is made of one of these by adding to it is there, too.
    """
    parts: int = current_app.extensions["fanmade.redis.parts"]
    return [f"{{{key}:{number}}}" for number in range(parts)] or [key]


def part_of(key: str, by: str) -> str:
    """Return the one of `parts_of` in which a count is, `by` which it is spread."""
    parts = parts_of(key)
    return parts[crc32(by.encode()) % len(parts)]


def _counting(url: str, patience: dict[str, float]) -> Redis:
    if not _is_cluster(url):
        return Redis.from_url(url, **patience)
    from webapp.infra.cluster import Cluster  # loads as much as all of Redis's library, here for nothing else

    return cast("Redis", Cluster(url, **patience))


def _is_cluster(url: str) -> bool:
    return url.startswith(CLUSTERS)


def enqueue(
    queue: str, function: str, *args: Any, job_id: str | None = None, first: bool = False, longer: int = 0
) -> bool:
    """Ask a worker of `queue` to call `function` ('module.name') with ids; return whether Redis took it.

    `first` lets it pass what waits: for short work that somebody looks at the screen for. `longer`: seconds that it
    may take beyond the queue's time limit.

    Best effort: the row in the database is the truth, and a sweep finds what was not enqueued.
    """
    try:
        Queue(queue, connection=connection(), serializer="json").enqueue_call(
            function,
            args=args,
            job_id=job_id,
            timeout=TIME_LIMITS[queue] + longer,
            result_ttl=0,
            failure_ttl=DAY,
            at_front=first,
        )
    except RedisError as error:
        log.warning("queue unreachable", queue=queue, function=function, error=str(error))
        return False
    return True


def nudge(queue: str, function: str, longer: int = 0) -> bool:
    """Ask for a call of `function`, which takes no arguments and begins with `nudged`; return whether Redis took it.

    However many ask, one call waits: forty thousand codes are not forty thousand jobs. Best effort like `enqueue`;
    should the call be lost, whoever asks NUDGE seconds later asks anew.
    """
    try:
        if not connection().set(f"nudge:{function}", 1, nx=True, ex=NUDGE):
            return True
    except RedisError as error:
        log.warning("queue unreachable", queue=queue, function=function, error=str(error))
        return False
    return enqueue(queue, function, longer=longer)


def nudged(function: str) -> None:
    """Say that a nudged call has begun, before it looks for work: who has work from now on nudges again."""
    try:
        connection().delete(f"nudge:{function}")
    except RedisError as error:
        log.warning("queue unreachable", function=function, error=str(error))


def enqueue_each(queue: str, function: str, ids: Sequence[int]) -> bool:
    """Ask workers of `queue` to call `function` with each id, a job for each; return whether Redis took them.

    One trip to Redis however many they are; best effort like `enqueue`.
    """
    jobs = [
        Queue.prepare_data(function, (each,), timeout=TIME_LIMITS[queue], result_ttl=0, failure_ttl=DAY) for each in ids
    ]
    try:
        Queue(queue, connection=connection(), serializer="json").enqueue_many(jobs)
    except RedisError as error:
        log.warning("queue unreachable", queue=queue, function=function, error=str(error))
        return False
    return True


def unreadable(job_id: str) -> None:
    """Stand in for a job that can't be read, so that it is seen among the failed. Always raises ValueError."""
    raise ValueError(f"{job_id!r} in the queue can't be read; what the database holds is woken anew")


def note_done(redis: Redis, queue: str, outcome: str, seconds: float) -> None:
    """Count a job that was done, 'finished' or 'failed'; Redis may be away, then it is not counted."""
    key = f"{queue}:{outcome}"
    try:
        pipe = redis.pipeline(transaction=False)
        pipe.hincrby(DONE, key, 1)
        pipe.hincrbyfloat(TOOK, key, round(seconds, 4))
        pipe.execute()
    except RedisError as error:
        log.warning("could not count a job", queue=queue, error=str(error))
