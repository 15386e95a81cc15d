"""Which fair order a visitor sees, and that it stays the same while they page through it.

An order is kept in Redis for each contest, stage, each of 64 seeds and each minute ("epoch"); every minute shuffles
anew. The epoch stays with the visitor for half an hour and stands in the link to more. With Redis away the order is
computed anew: the shuffle is the same, only the least-seen places may move.
"""

from array import array
from collections.abc import Callable, Collection, MutableMapping, Sequence
from datetime import datetime
from typing import Any

import structlog
from flask import session as in_session
from redis.exceptions import RedisError
from sqlalchemy.orm import Session

from contests.phases import Phase
from contests.queries import ContestRow
from voting.exposure import queries, stages
from voting.exposure.queries import Entry
from voting.fair import below_floor, fair_order, in_last_stretch
from webapp.infra import queue
from webapp.infra.device import visitor_seed
from webapp.infra.kept import kept

MINUTE = 60
STAYS = 30  # minutes an order stays with a visitor
COOKIE = "order"
SHORT = 1000  # designs
READ = 20.0  # seconds in which what Redis keeps is not read again; it does not change

log = structlog.get_logger()


def epoch_for(contest_id: int, asked: str | None, now: datetime, cookie: MutableMapping[str, Any] = in_session) -> int:
    """Return the minute whose order this visitor sees: the link's, else the one in their cookie, else this one.

    The cookie keeps it then.
    """
    this_minute = int(now.timestamp()) // MINUTE
    if asked and asked.isdecimal() and len(asked) < 12 and _fresh(int(asked), this_minute):
        return int(asked)
    had = cookie.get(COOKIE)
    if isinstance(had, list) and had[:1] == [contest_id] and _fresh(had[1], this_minute):
        return int(had[1])
    cookie[COOKIE] = [contest_id, this_minute]
    return this_minute


def of_entries(
    contest: ContestRow, stage: str, entries: Sequence[Entry], epoch: int, now: datetime, whole: bool = True
) -> list[int]:
    """Return the ids of `entries` in the visitor's fair order.

    `whole` is False when `entries` are only those that match a search: such an order is not kept.
    """
    return _ordered(contest, stage, [each.id for each in entries], lambda: entries, epoch, now, whole)


def of_visitor(session: Session, contest: ContestRow, phase: Phase, ids: Collection[int], now: datetime) -> list[int]:
    """Return `ids` in the order in which this visitor meets the designs of the contest, as in the gallery.

    One statement, and none where the order is known already.
    """
    stage = stages.stage_of(phase)

    def entries() -> list[Entry]:
        found = queries.entries(session, contest.id, stage)
        return [each for each in found if each.finalist] if stage == stages.FINAL else found

    epoch = epoch_for(contest.id, None, now)
    return _ordered(contest, stage, sorted(ids), entries, epoch, now, whole=True)


def _ordered(
    contest: ContestRow,
    stage: str,
    ids: Sequence[int],
    entries: Callable[[], Sequence[Entry]],
    epoch: int,
    now: datetime,
    whole: bool,
) -> list[int]:
    """Obey the order that was kept: what is not public any more falls out, what is new comes last."""
    seed = visitor_seed(contest.id)
    key = f"order:{contest.id}:{stage}:{seed}:{epoch}"
    # Some two thousand orders may be asked for within half an hour: long ones are not worth their room.
    order = kept(("order in Redis", key), lambda: _kept(key), READ) if len(ids) <= SHORT else _kept(key)
    if order is None:
        order = _made(contest, stage, entries(), f"{contest.seed_hash}:{stage}:{seed}:{epoch}", now)
        if whole:
            _keep(key, order)
    present, known = set(ids), set(order)
    return [each for each in order if each in present] + [each for each in ids if each not in known]


def _made(contest: ContestRow, stage: str, entries: Sequence[Entry], seed: str, now: datetime) -> list[int]:
    behind: frozenset[int] = frozenset()
    if in_last_stretch(*stages.window(contest, stage), now):
        behind = below_floor({each.id: each.shown for each in entries})
    return fair_order([each.id for each in entries], {each.id: each.looks for each in entries}, seed, behind)


def _fresh(epoch: object, this_minute: int) -> bool:
    return isinstance(epoch, int) and this_minute - STAYS < epoch <= this_minute


def _kept(key: str) -> Sequence[int] | None:
    try:
        found = queue.counters().get(key)
    except RedisError as error:
        log.warning("order not kept", error=str(error))
        return None
    if not isinstance(found, bytes):
        return None
    return array("q", (int(each) for each in found.split(b",") if each))


def _keep(key: str, order: list[int]) -> None:
    try:
        queue.counters().set(key, ",".join(map(str, order)), ex=(STAYS + 5) * MINUTE)
    except RedisError as error:
        log.warning("order not kept", error=str(error))
