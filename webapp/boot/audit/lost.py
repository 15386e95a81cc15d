"""Files set aside: what no row names goes to lost/DAY/KEY, can be brought back from there, and is deleted in time."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import structlog

from webapp.boot.keeping import DAYS
from webapp.infra.storage import Stored, storage
from webapp.kernel.now import now

PLACE = "lost/"
KIND = "files without a row"

log = structlog.get_logger()


def set_aside(key: str, at: datetime, before: datetime) -> str | None:
    """Move a file out of the way, unless somebody wrote it again since; return where to, None when it stays."""
    found = storage().look(key)
    if found is None or found.modified >= before:
        return None
    target = f"{PLACE}{at:%Y-%m-%d}/{key}"
    storage().move(key, target)
    log.info("file set aside", key=key, target=target)
    return target


def bring_back(target: str) -> str:
    """Move a file that was set aside to its place again; return its key. One that is there anew stays."""
    key = target.removeprefix(PLACE).partition("/")[2]
    if not storage().exists(key):
        storage().move(target, key)
        log.info("file brought back", key=key)
    return key


def whereabouts() -> Iterator[tuple[str, str]]:
    """Yield (key, where it lies now) of all that was set aside."""
    for each in storage().listing(PLACE):
        yield each.key.removeprefix(PLACE).partition("/")[2], each.key


def forget() -> int:
    """Delete what was set aside long enough ago; return how many files. The ticker's part."""
    oldest = f"{now() - timedelta(days=DAYS[KIND]):%Y-%m-%d}"
    gone = 0
    for each in storage().listing(PLACE):
        if _day(each) < oldest:
            storage().delete(each.key)
            gone += 1
    if gone:
        log.info("retention", kind=KIND, files=gone)
    return gone


def _day(file: Stored) -> str:
    return file.key.removeprefix(PLACE).partition("/")[0]
