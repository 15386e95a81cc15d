"""What very many are told: a thousand in a transaction, so that nobody who writes meanwhile waits for long.

A row of `crowds` says whom and what, and how many of them have been told. Whoever moves that number on by a
conditional UPDATE tells the next thousand, in the same transaction: any number of workers may do so at once, and die
at any point. Should somebody be told twice nevertheless, the notice's own key says no.
"""

import time
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import Row, delete, select, update

from webapp.infra import queue
from webapp.infra.db import changed, db, transaction
from webapp.notices import kinds, queries, store
from webapp.notices.models import Crowd

RUN_TIME = 60  # seconds: what is left then, another job tells
MAILED = 100  # mails a second: a hundred thousand who all come at once, within minutes, are no good turn to anybody

_Row = Row[tuple[int, str, str, dict[str, Any], list[Any], int, datetime]]
log = structlog.get_logger()


def wake() -> bool:
    """Wake a worker when a crowd waits; return whether one did. The ticker's part."""
    waits = queries.crowd_waits(db.session())
    db.session.rollback()
    if waits:
        queue.nudge(*store.TELL)
    return waits


def tell_waiting() -> int:
    """Tell those who wait, crowd after crowd in the order they came; return how many had not been told before."""
    queue.nudged(store.TELL[1])
    told, ends = 0, time.monotonic() + RUN_TIME
    while time.monotonic() < ends:
        crowd = _first()
        if crowd is None:
            return told
        try:
            told += _tell(crowd, ends)
        except kinds.UnknownKind:  # of a release before: there are no words for it any more
            log.exception("crowd can't be told", crowd=crowd.id, kind=crowd.kind)
            with transaction(quiet=True) as session:
                changed(session, delete(Crowd).where(Crowd.id == crowd.id))
    queue.nudge(*store.TELL)
    return told


def _first() -> _Row | None:
    found = select(Crowd.id, Crowd.kind, Crowd.dedupe, Crowd.params, Crowd.people, Crowd.told, Crowd.at)
    crowd = db.session.execute(found.order_by(Crowd.id).limit(1)).first()
    db.session.rollback()
    return crowd


def _tell(crowd: _Row, ends: float) -> int:
    """Tell one crowd, from where it stands; return how many were new. Ends early when another worker is at it."""
    told, came, kind = crowd.told, 0, kinds.get(crowd.kind)
    while time.monotonic() < ends:
        with transaction(quiet=True) as session:
            part = crowd.people[told : told + store.CHUNK]
            mine = (Crowd.id == crowd.id, Crowd.told == told)
            last = told + store.CHUNK >= len(crowd.people)
            step = delete(Crowd).where(*mine) if last else update(Crowd).where(*mine).values(told=told + store.CHUNK)
            if not changed(session, step):
                break
            paced = crowd.at + timedelta(seconds=told / MAILED)
            came += store.tell(session, kind, crowd.dedupe, crowd.params, part, crowd.at, paced)
        told += store.CHUNK
        if last:
            break
    return came
