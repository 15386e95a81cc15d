"""How often a letter's button was pressed: a number in Redis, added up by the ticker. Who pressed is not known.

The address says which letter it came from, no more. Programs that open links to check them are counted as well.
"""

import structlog
from flask import request
from redis.exceptions import RedisError
from sqlalchemy import update

from webapp.infra import queue
from webapp.infra.aside import set_aside
from webapp.infra.db import changed, transaction
from webapp.newsletters.models import Letter

KEY = "letters:clicks"

log = structlog.get_logger()


def count() -> None:
    """Count a request that came by a letter's button. Never fails, writes nothing to the database."""
    number = request.args.get("letter", "") if request.method == "GET" and "letter" in request.args else ""
    if not (number.isascii() and number.isdigit() and len(number) < 16):
        return
    try:
        queue.counters().hincrby(queue.part_of(KEY, ""), number, 1)
    except RedisError as error:
        log.warning("not counted", error=str(error))


def flush() -> int:
    """Add up what was counted; return how many letters."""
    with set_aside(queue.part_of(KEY, "")) as aside:
        if aside is None:
            return 0
        counts = {int(number): int(times) for number, times in queue.counters().hgetall(aside).items()}
        with transaction() as session:
            for number, times in counts.items():
                changed(session, update(Letter).where(Letter.id == number).values(clicks=Letter.clicks + times))
    return len(counts)
