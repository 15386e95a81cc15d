"""Jobs in RQ's intermediate list: taken from a queue by a worker that died before it began."""

import time
from collections.abc import Iterator

from redis.exceptions import RedisError
from rq import Queue
from rq.intermediate_queue import IntermediateQueue

from webapp.boot.audit.findings import Finding, Plan, some
from webapp.infra import queue

CHECK = "jobs"
PAUSE = 1.0
"""Seconds between two looks: a job on its way lies there for a few milliseconds."""


def look(plan: Plan) -> Iterator[Finding]:
    """Name jobs that lie there twice in a row and that nobody has begun; put them back at the head of their queue."""
    try:
        first = {name: _lying(name) for name in queue.QUEUES}
        if not any(first.values()):
            return
        time.sleep(PAUSE)
        for name, before in first.items():
            yield from _stranded(name, [each for each in _lying(name) if each in before], plan)
    except RedisError as error:
        yield Finding(CHECK, f"Redis can't be asked: {error}", todo="is it running, and is FANMADE_REDIS_URL right?")


def _stranded(name: str, ids: list[str], plan: Plan) -> Iterator[Finding]:
    if not ids:
        return
    what = f"queue {name}: {len(ids)} jobs were taken by a worker that died: {some(ids, len(ids))}"
    if not plan.repair:
        yield Finding(CHECK, what, todo="--repair puts them back; the sweep wakes what they stand for in any case")
        return
    yield Finding(CHECK, what, f"{sum(_put_back(name, each) for each in ids)} put back")


def _lying(name: str) -> list[str]:
    waiting = Queue(name, connection=queue.connection(), serializer="json")
    ids = IntermediateQueue(waiting.key, connection=queue.connection()).get_job_ids()
    begun = set(waiting.started_job_registry.get_job_ids()) if ids else set()
    return [each for each in ids if each not in begun]


def _put_back(name: str, job_id: str) -> bool:
    """Move a job; one whose words are gone is only taken out. Whoever is faster wins: jobs may run twice."""
    waiting, redis = Queue(name, connection=queue.connection(), serializer="json"), queue.connection()
    if not redis.lrem(IntermediateQueue.get_intermediate_queue_key(waiting.key), 1, job_id):
        return False
    if waiting.fetch_job(job_id) is None:
        return False
    waiting.push_job_id(job_id, at_front=True)
    return True
