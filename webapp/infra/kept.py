"""What the pages of many readers are made of, kept in this process for a second.

For what may be a second old without hurting anybody: dates and titles, which designs there are and how often they were
seen. Never for what somebody may not see any more: pages ask for that each time. What this process itself
commits is seen at once, unless the transaction says that it changes nothing of this kind (`transaction(quiet=True)`).
"""

import time
from collections.abc import Callable, Hashable
from typing import Any, TypeVar, cast

from flask import Flask, current_app

from webapp.infra import readings, replicas
from webapp.infra.db import commits

LASTS = 1.0  # seconds
AGAIN = 300.0  # seconds after which something that was noted is noted again
MOST = 5000
T = TypeVar("T")
STORES, SWEPT = "fanmade.kept", "fanmade.swept"
VALUES, NOTED = "values", "noted"


def kept(key: tuple[Hashable, ...], make: Callable[[], T], lasts: float | None = None) -> T:
    """Return the value of `key`, made by `make` at most a second ago. None is never kept.

    `key` begins with the name of what it is; values are frozen and belong to no session. lasts: for so many seconds
    instead, and whatever is committed meanwhile: for what does not depend on the database.
    """
    if lasts is None and readings.is_open():
        return make()  # what something is made of is read for it
    values = store(VALUES)
    found, moment = values.get(key), time.monotonic()
    if found is not None and found[0] > moment and found[1] in (None, commits()):
        return cast("T", found[2])
    age = commits() if lasts is None else None  # asked before: a commit in between makes the value old
    with replicas.reading(None):  # those who are signed in read it, too: after what they wrote themselves
        value = make()
    if value is not None:
        _drop_the_old(values, moment)
        values[key] = (moment + (LASTS if lasts is None else lasts), age, value)
    return value


def _drop_the_old(values: dict[Any, Any], moment: float) -> None:
    """Once a second let go of what is over: orders of thousands of designs would fill the process by the minute."""
    swept: float = current_app.extensions.get(SWEPT, 0.0)
    if moment - swept > LASTS:
        current_app.extensions[SWEPT] = moment
        for key, found in list(values.items()):
            if found[0] < moment:
                values.pop(key, None)


def is_noted(key: tuple[Hashable, ...]) -> bool:
    """Return whether this process has `note`d the same within minutes: then it need not be said again."""
    return float(store(NOTED).get(key, 0)) > time.monotonic()


def note(key: tuple[Hashable, ...]) -> None:
    """Remember for some minutes that something was said."""
    store(NOTED)[key] = time.monotonic() + AGAIN


def forget(app: Flask) -> None:
    """Keep nothing any more."""
    app.extensions.pop(STORES, None)


def store(name: str, most: int = MOST) -> dict[Any, Any]:
    """Return the things of one kind that this process keeps, none when there are too many."""
    stores: dict[str, dict[Any, Any]] = current_app.extensions.setdefault(STORES, {})
    found = stores.setdefault(name, {})
    if len(found) >= most:
        found.clear()
    return found
