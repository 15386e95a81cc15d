"""Which fair order a reader sees, and that it stays the same while they page through it.

An order is kept in Redis for each contest, each of 64 shuffles and each minute ("epoch"). The epoch
stays with the reader for half an hour and stands in the link to more. With Redis away the order is
computed anew: the shuffle is the same, only the least-seen places may move.
"""

from collections.abc import Sequence
from datetime import datetime

import structlog
from flask import session as cookie
from redis.exceptions import RedisError

from webapp.infra import queue
from webapp.infra.device import visitor_seed
from webapp.insights.order import fair_order
from webapp.pages.rows import Entry

MINUTE = 60
STAYS = 30  # minutes an order stays with a reader
COOKIE = "order"

log = structlog.get_logger()


def epoch_for(contest_id: int, asked: str | None, now: datetime) -> int:
    """Return the minute whose order this reader sees: the link's, else the one they had, else this one."""
    this_minute = int(now.timestamp()) // MINUTE
    if asked and asked.isdecimal() and len(asked) < 12 and _fresh(int(asked), this_minute):
        return int(asked)
    kept = cookie.get(COOKIE)
    if isinstance(kept, list) and kept[:1] == [contest_id] and _fresh(kept[1], this_minute):
        return int(kept[1])
    cookie[COOKIE] = [contest_id, this_minute]
    return this_minute


def in_order(contest_id: int, entries: Sequence[Entry], epoch: int, whole: bool = True) -> list[int]:
    """Return the ids of `entries` in the reader's fair order.

    An order that was kept is obeyed: what is not public any more falls out, what is new comes last.
    `whole` is False when `entries` are only those that match a search: such an order is not kept.
    """
    seed = visitor_seed()
    key = f"order:{contest_id}:{seed}:{epoch}"
    kept = _kept(key)
    ids = [entry.id for entry in entries]
    if kept is None:
        order = fair_order(ids, {entry.id: entry.shown for entry in entries}, f"{contest_id}:{seed}")
        if whole:
            _keep(key, order)
        return order
    present, known = set(ids), set(kept)
    return [i for i in kept if i in present] + [i for i in ids if i not in known]


def _fresh(epoch: object, this_minute: int) -> bool:
    return isinstance(epoch, int) and this_minute - STAYS < epoch <= this_minute


def _kept(key: str) -> list[int] | None:
    try:
        found = queue.connection().get(key)
    except RedisError as error:
        log.warning("order not kept", error=str(error))
        return None
    if not isinstance(found, bytes):
        return None
    return [int(each) for each in found.split(b",") if each]


def _keep(key: str, order: list[int]) -> None:
    try:
        queue.connection().set(key, ",".join(map(str, order)), ex=(STAYS + 5) * MINUTE)
    except RedisError as error:
        log.warning("order not kept", error=str(error))
