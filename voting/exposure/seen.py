"""What was shown to whom: counted in Redis while pages are read, written down in batches by the ticker.

A page view writes nothing to the database. With Redis away nothing is counted, and nothing waits. Who was shown what
is forgotten after half an hour; it is kept only so that the same page counts once for a visitor.
"""

import hashlib
from collections.abc import Sequence
from typing import cast

import structlog
from flask import request
from redis.exceptions import RedisError

from contests.phases import Phase
from voting.exposure.models import Impression
from voting.exposure.stages import is_counted, stage_of
from voting.fair import WHOLE, weight
from webapp.infra import kept, keys, queue
from webapp.infra.aside import set_aside
from webapp.infra.db import insert, transaction

COUNTS = "exposure:counts"
ONCE = 1800  # seconds in which the same page counts once
MOST_AT_ONCE = 500
MACHINES = ("bot", "crawl", "spider", "preview", "facebookexternalhit", "curl/", "wget/")

log = structlog.get_logger()


def met(contest_id: int, phase: Phase, page: str, visitor: str, ids: Sequence[int], size: int = 0) -> None:
    """Note that a visitor's page had the cards of `ids`, in this order. Never fails.

    page: which kind of page, e.g. 'gallery'. size: how many cards come at a time, when they come in parts: the place
    within its part says how likely a card was looked at. 0: all are seen at once.
    """
    if not ids or not is_counted(phase) or not _is_read():
        return
    key = ("met", contest_id, stage_of(phase), page, visitor, tuple(ids))
    if kept.is_noted(key):
        return
    try:
        _count(contest_id, stage_of(phase), f"{page}:{_hashed(visitor)}", ids, size)
        kept.note(key)
    except RedisError as error:
        log.warning("not counted", error=str(error))


def flush() -> int:
    """Write down what was counted; return how many rows that touched. Run by the ticker."""
    with set_aside(COUNTS) as aside:
        return _write(aside) if aside else 0


def _count(contest_id: int, stage: str, reader: str, ids: Sequence[int], size: int) -> None:
    redis, known = queue.counters(), f"met:{contest_id}:{stage}:{reader}"
    asking = redis.pipeline(transaction=False)
    for each in ids:
        asking.sadd(known, each)
    asking.expire(known, ONCE, nx=True)
    news = asking.execute()
    counting = redis.pipeline(transaction=False)
    for place, (each, is_new) in enumerate(zip(ids, news, strict=False)):
        if is_new:
            field = f"{contest_id}:{each}:{stage}"
            counting.hincrby(COUNTS, f"{field}:shown", 1)
            counting.hincrby(COUNTS, f"{field}:looks", weight(place % size) if size else WHOLE)
    counting.execute()


def _write(aside: str) -> int:
    rows = _rows(cast("dict[bytes, bytes]", queue.counters().hgetall(aside)))
    with transaction() as session:
        for start in range(0, len(rows), MOST_AT_ONCE):
            statement = insert(session, Impression).values(rows[start : start + MOST_AT_ONCE])
            new = statement.excluded
            more = {"shown": Impression.shown + new.shown, "looks": Impression.looks + new.looks}
            session.execute(statement.on_conflict_do_update(index_elements=["submission_id", "stage"], set_=more))
    return len(rows)


def _rows(counts: dict[bytes, bytes]) -> list[dict[str, object]]:
    rows: dict[tuple[int, int, str], dict[str, int]] = {}
    for name, count in counts.items():
        contest_id, submission_id, stage, column = name.decode().split(":")
        row = rows.setdefault((int(contest_id), int(submission_id), stage), {"shown": 0, "looks": 0})
        row[column] = int(count)
    return [
        {"contest_id": contest_id, "submission_id": submission_id, "stage": stage, **row}
        for (contest_id, submission_id, stage), row in sorted(rows.items())
    ]


def _is_read() -> bool:
    """Return whether a person may see this answer: not when it is fetched ahead, nor by a machine that says so."""
    purpose = request.headers.get("Sec-Purpose", "") + request.headers.get("Purpose", "")
    agent = request.headers.get("User-Agent", "").lower()
    return request.method == "GET" and "prefetch" not in purpose and not any(each in agent for each in MACHINES)


def _hashed(visitor: str) -> str:
    return hashlib.sha256(f"{keys.lasting()}:{visitor}".encode()).hexdigest()[:24]
