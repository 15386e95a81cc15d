"""Scans and taken wallpapers: counted in Redis while pages are read, written down by the ticker.

One browser counts once an hour for each design, so that a reload is no second scan. With Redis away nothing is
counted, and nothing waits.
"""

import hashlib
from datetime import date

import structlog
from flask import request
from redis.exceptions import RedisError
from sqlalchemy import select

from contests.submissions.finalists import store
from contests.submissions.models import Submission
from webapp.infra import keys, queue
from webapp.infra.aside import set_aside
from webapp.infra.db import transaction
from webapp.infra.device import device_id
from webapp.kernel.now import now

COUNTED = "finalists:counted"
AGAIN_AFTER = 3600
MACHINES = ("bot", "crawl", "spider", "preview", "facebookexternalhit", "curl/", "wget/")
SCAN, WALLPAPER = "scan", "wallpaper"

log = structlog.get_logger()


def note(submission_id: int, kind: str) -> None:
    """Note that this browser scanned a design's code, or took its wallpaper. Never fails."""
    if not _by_a_person():
        return
    try:
        redis = queue.counters()
        if redis.set(f"{COUNTED}:{kind}:{submission_id}:{_browser()}", 1, nx=True, ex=AGAIN_AFTER):
            redis.hincrby(queue.part_of(COUNTED, ""), f"{submission_id}:{kind}:{now().date().isoformat()}", 1)
    except RedisError as error:
        log.warning("not counted", error=str(error))


def flush() -> int:
    """Write down what was counted; return how many rows that touched. Run by the ticker."""
    with set_aside(queue.part_of(COUNTED, "")) as aside:
        if aside is None:
            return 0
        counted = {_text(key): int(number) for key, number in queue.counters().hgetall(aside).items()}
        rows = sorted(_row(key, number) for key, number in counted.items())
        with transaction() as session:
            known = set(session.scalars(select(Submission.id).where(Submission.id.in_({row[0] for row in rows}))))
            store.add_counts(session, [row for row in rows if row[0] in known])
    return len(rows)


def _row(key: str, number: int) -> tuple[int, str, date, int]:
    submission_id, kind, day = key.split(":")
    return int(submission_id), kind, date.fromisoformat(day), number


def _by_a_person() -> bool:
    """Whether somebody likely sees the answer: it is not only fetched ahead, nor by a machine that says so."""
    purpose = request.headers.get("Sec-Purpose", "") + request.headers.get("Purpose", "")
    agent = request.headers.get("User-Agent", "").lower()
    return request.method == "GET" and "prefetch" not in purpose and not any(each in agent for each in MACHINES)


def _browser() -> str:
    return hashlib.sha256(f"{keys.lasting()}:{device_id()}".encode()).hexdigest()[:24]


def _text(value: bytes | str) -> str:
    return value.decode() if isinstance(value, bytes) else value
