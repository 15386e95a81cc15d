"""Who was here: counted in Redis while pages are read, written down in batches by the ticker.

A page view writes nothing to the database. With Redis away nothing is counted, and nothing waits.
"""

import hashlib
from datetime import datetime

import structlog
from redis.exceptions import RedisError
from sqlalchemy.orm import Session

from webapp.infra import kept, keys, queue, together
from webapp.infra.aside import set_aside
from webapp.infra.db import insert_many_once, transaction
from webapp.insights.models import ContestRegular, ContestVisitor
from webapp.kernel.now import now

VISITORS, REGULARS = "seen:visitors", "seen:regulars"

log = structlog.get_logger()


def saw(contest_id: int, device_id: str, person_id: int | None, waits: bool = False) -> None:
    """Note that a browser looked at a contest. Never fails. `waits`: in a moment, together with others."""
    key = ("saw", contest_id, device_id, person_id)
    if kept.is_noted(key):
        return
    visitor = f"{contest_id}:{_hashed(device_id)}"
    if waits and person_id is None:
        together.here().member(queue.part_of(VISITORS, visitor), visitor)
        kept.note(key)
        return
    try:
        pipe = queue.counters().pipeline(transaction=False)
        pipe.sadd(queue.part_of(VISITORS, visitor), visitor)
        if person_id is not None:
            regular = f"{contest_id}:{person_id}"
            pipe.sadd(queue.part_of(REGULARS, regular), regular)
        pipe.execute()
        kept.note(key)
    except RedisError as error:
        log.warning("not counted", error=str(error))


def flush() -> int:
    """Write down what was counted; return how many rows that touched. Run by the ticker."""
    together.here().flush()
    written = 0
    for name, part in [(each, part) for each in (VISITORS, REGULARS) for part in queue.parts_of(each)]:
        with set_aside(part) as aside:
            if aside is None:
                continue
            members = [_text(member).split(":") for member in queue.counters().smembers(aside)]
            moment = now()
            with transaction() as session:
                written += _write_members(session, name, members, moment)
    return written


def _write_members(session: Session, key: str, members: list[list[str]], moment: datetime) -> int:
    if key == VISITORS:
        rows = [{"contest_id": int(c), "device_hash": who, "first_at": moment} for c, who in members]
        return len(insert_many_once(session, ContestVisitor, rows))
    rows = [{"contest_id": int(c), "person_id": int(who), "first_at": moment} for c, who in members]
    return len(insert_many_once(session, ContestRegular, rows))


def _hashed(device_id: str) -> str:
    return hashlib.sha256(f"{keys.lasting()}:{device_id}".encode()).hexdigest()


def _text(value: bytes | str) -> str:
    return value.decode() if isinstance(value, bytes) else value
