"""What was shown to whom: counted in Redis while pages are read, written down in batches by the ticker.

A page view writes nothing to the database. With Redis away nothing is counted, and nothing waits. Who was shown what
is forgotten after half an hour; it is kept only so that the same page counts once for a visitor.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, cast

import structlog
from flask import request
from redis.exceptions import RedisError

from contests.phases import Phase
from voting.exposure.models import Impression
from voting.exposure.stages import is_counted, stage_of
from voting.fair import WHOLE, weight
from webapp.infra import kept, keys, queue, together
from webapp.infra.aside import set_aside
from webapp.infra.db import insert, transaction

# A hash of pages: contest, stage, size of a part, and what was new on them ("place-design,…"), to how often.
COUNTS = "exposure:pages"
FIRST, LATER = "met-first:", "met:"  # what a new browser was shown at once, as a text, and what came later, as a set
ONCE = 1800  # seconds in which the same page counts once
MOST_AT_ONCE = 500
MACHINES = ("bot", "crawl", "spider", "preview", "facebookexternalhit", "curl/", "wget/")

log = structlog.get_logger()


def met(
    contest_id: int,
    phase: Phase,
    page: str,
    visitor: str,
    ids: Sequence[int],
    size: int = 0,
    asked: Mapping[str, Any] | None = None,
    first: bool = False,
) -> None:
    """Note that a visitor's page had the cards of `ids`, in this order. Never fails.

    page: which kind of page, e.g. 'gallery'. size: how many cards come at a time, when they come in parts: the place
    within its part says how likely a card was looked at. 0: all are seen at once. asked: what the server knows of the
    request (WSGI), where it is not Flask's. first: the browser has been shown nothing yet; what it is shown now is
    counted in a moment, together with others.
    """
    if not ids or not is_counted(phase) or not _is_read(request.environ if asked is None else asked):
        return
    key = ("met", contest_id, stage_of(phase), page, visitor, tuple(ids))
    if kept.is_noted(key):
        return
    about = contest_id, stage_of(phase), size
    known = f"{contest_id}:{stage_of(phase)}:{page}:{_hashed(visitor)}"
    if first:
        waiting = together.here()
        page_of, text = _written_down(about, tuple(ids))
        waiting.text(FIRST + known, text, ONCE)
        waiting.count(queue.part_of(COUNTS, page_of), page_of)
        kept.note(key)  # at once: a reload before it is sent would count again
        return
    try:
        _count(about, known, ids)
        kept.note(key)
    except RedisError as error:
        log.warning("not counted", error=str(error))


def flush() -> int:
    """Write down what was counted; return how many rows that touched. Run by the ticker."""
    together.here().flush()
    written = 0
    for part in queue.parts_of(COUNTS):
        with set_aside(part) as aside:
            written += _write(aside) if aside else 0
    return written


def _count(about: tuple[int, str, int], known: str, ids: Sequence[int]) -> None:
    redis = queue.counters()
    asking = redis.pipeline(transaction=False)
    asking.get(FIRST + known)
    for each in ids:
        asking.sadd(LATER + known, each)
    asking.expire(LATER + known, ONCE, nx=True)
    first, *answers = asking.execute()
    had = set(map(int, first.split(b","))) if first else set()
    found = enumerate(zip(ids, answers, strict=False))
    news = [(place, each) for place, (each, is_new) in found if is_new and each not in had]
    if news:
        page = _page(about, news)
        redis.hincrby(queue.part_of(COUNTS, page), page, 1)


@lru_cache(maxsize=500)
def _written_down(about: tuple[int, str, int], ids: tuple[int, ...]) -> tuple[str, str]:
    """Return the words for a page that is new as a whole, and its designs: visitors of a minute share 64 of them."""
    return _page(about, enumerate(ids)), ",".join(map(str, ids))


def _page(about: tuple[int, str, int], news: Iterable[tuple[int, int]]) -> str:
    """Return the words for a page: one of them counts two dozen designs, and many visitors share them."""
    contest_id, stage, size = about
    return f"{contest_id}:{stage}:{size}:" + ",".join(f"{place}-{each}" for place, each in news)


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
        contest_id, stage, size, page = name.decode().split(":")
        for place, each in (part.split("-") for part in page.split(",")):
            row = rows.setdefault((int(contest_id), int(each), stage), {"shown": 0, "looks": 0})
            row["shown"] += int(count)
            row["looks"] += int(count) * (weight(int(place) % int(size)) if int(size) else WHOLE)
    return [
        {"contest_id": contest_id, "submission_id": submission_id, "stage": stage, **row}
        for (contest_id, submission_id, stage), row in sorted(rows.items())
    ]


def _is_read(asked: Mapping[str, Any]) -> bool:
    """Return whether a person may see this answer: not when it is fetched ahead, nor by a machine that says so."""
    purpose = asked.get("HTTP_SEC_PURPOSE", "") + asked.get("HTTP_PURPOSE", "")
    is_get = asked["REQUEST_METHOD"] == "GET"
    return is_get and "prefetch" not in purpose and not _is_machine(asked.get("HTTP_USER_AGENT", ""))


@lru_cache(maxsize=500)
def _is_machine(agent: str) -> bool:
    return any(each in agent.lower() for each in MACHINES)


def _hashed(visitor: str) -> str:
    return hashlib.sha256(f"{keys.lasting()}:{visitor}".encode()).hexdigest()[:24]
