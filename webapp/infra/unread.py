"""Jobs in Redis that can't be read, of an older release or of nobody: RQ would end its worker over each of them."""

from typing import Any

from redis.exceptions import RedisError, ResponseError
from rq import Queue
from rq.exceptions import NoSuchJobError
from rq.job import Job, JobStatus
from rq.results import Result

from webapp.infra.queue import DAY


def set_aside(queue: Queue, error: Exception) -> int:
    """Take what can't be read out of a worker's hands and list it among the failed with its reason.

    Return how many there were.
    """
    redis: Any = queue.connection
    hands = queue.intermediate_queue_key
    found = [each for each in redis.lrange(hands, 0, -1) if not _can_be_read(queue, each)]
    for raw in found:
        redis.lrem(hands, 0, raw)
        redis.delete(b"rq:job:" + raw)
        _list(queue, raw.decode(errors="backslashreplace"), error)
    return len(found)


def _can_be_read(queue: Queue, raw: bytes) -> bool:
    try:
        Job.fetch(raw.decode(), connection=queue.connection, serializer=queue.serializer)
    except NoSuchJobError:
        return True  # RQ drops it by itself
    except ResponseError:
        return False  # something, but no job
    except RedisError:
        raise
    except Exception:  # whatever the bytes make of RQ
        return False
    return True


def _list(queue: Queue, name: str, error: Exception) -> None:
    options: dict[str, Any] = {"connection": queue.connection, "serializer": queue.serializer, "origin": queue.name}
    job = Job.create("webapp.infra.queue.unreadable", args=(name,), failure_ttl=DAY, status=JobStatus.FAILED, **options)
    job.save()
    queue.failed_job_registry.add(job, ttl=DAY)
    Result.create_failure(job, DAY, f"can't be read: {type(error).__name__}: {error}"[:2000])
