"""One act on many orders: asked for once, done some at a time, each batch whole; nothing is silently left out.

The row says how far it has come. Whoever takes its lease goes on; when a worker dies the next one does. What was done
once is not done again: an order that is sent or cancelled is passed over. Orders that refuse are counted, the first
few with their reason.
"""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from preorders import desk_counts, fulfilment, order_list, ordering, queries, timeline
from preorders.confirmations import params_of
from preorders.models import OrderBatch, Preorder
from preorders.order_list import Filters
from preorders.rows import DropRow
from webapp.accounts import audit
from webapp.infra import queue
from webapp.infra.db import changed, db, insert_once, transaction
from webapp.kernel.now import now as clock
from webapp.kernel.refusal import N_, NotFound, Refused
from webapp.notices import store as notices

AT_ONCE = 500
"""So many orders are done while the page waits; more are a worker's."""
CHUNK = 50
LEASE = timedelta(minutes=2)
ATTEMPTS = 20
SHOWN = 10  # refusals kept with their reason
ACTIONS = ("ship", "cancel", "resend")

log = structlog.get_logger()


@dataclass(frozen=True)
class Wanted:
    """What is asked: an action on the orders `chosen`, or on all that match `filters` when none are."""

    action: str
    filters: Filters
    chosen: tuple[int, ...] = ()
    reason: str = ""
    tracking: str = ""


def ask(drop_id: int, by_id: int, wanted: Wanted, token: str, expected: int, now: datetime) -> int:
    """Write down what is asked and begin; return the batch. The same `token` is the same batch.

    Raises NotFound, Refused: unknown-action, no-reason, not-made, drop-cancelled.
    """
    with transaction() as session:
        drop = queries.drop(session, drop_id)
        if drop is None:
            raise NotFound()
        require(drop, wanted)
        upto = max(wanted.chosen) if wanted.chosen else order_list.newest_id(session, drop_id)
        row = {name: getattr(wanted, name) for name in ("action", "reason", "tracking")}
        row |= {"filters": asdict(wanted.filters), "chosen": sorted(wanted.chosen), "up_to": upto, "refusals": []}
        row |= {"by_id": by_id, "token": token, "asked_at": now, "expected": expected}
        batch_id = insert_once(session, OrderBatch, drop_id=drop_id, **row)
        if batch_id is None:
            mine = (OrderBatch.drop_id == drop_id, OrderBatch.token == token)
            return int(session.scalars(select(OrderBatch.id).where(*mine)).one())
        audit.note(session, now, by_id, drop.artist_id, f"orders.{wanted.action}", f"drop:{drop_id}", batch=batch_id)
    if expected <= AT_ONCE:
        work(batch_id)
    else:
        queue.enqueue("exports", "preorders.batches.work", batch_id)
    return batch_id


def require(drop: DropRow, wanted: Wanted) -> None:
    """Refuse what can't be begun at all; raises Refused."""
    if wanted.action not in ACTIONS:
        raise Refused("unknown-action", N_("Choose what to do with these orders."), 422)
    if wanted.action == "cancel" and not wanted.reason.strip():
        raise Refused("no-reason", N_("Say why: the buyer reads it."), 422)
    if drop.cancelled_at:
        raise Refused("drop-cancelled", N_("This drop was called off."))
    if wanted.action == "ship" and drop.production_at is None:
        raise Refused("not-made", N_("Note the start of production first."))


def work(batch_id: int) -> bool:
    """Job: go on with a batch until it is done; return whether this call finished it."""
    lease = _take(batch_id)
    if lease is None:
        return False
    try:
        while not _chunk(batch_id, lease):
            pass
        return True
    except Exception as error:
        log.warning("batch of orders put back", batch=batch_id, error=repr(error))
        _put_back(batch_id, lease, repr(error))
        return False


def sweep() -> int:
    """Ticker: wake workers for batches nobody works on; return how many."""
    open_ = (OrderBatch.done_at.is_(None), OrderBatch.attempts < ATTEMPTS)
    free = or_(OrderBatch.lease_until.is_(None), OrderBatch.lease_until < clock())
    due = db.session.scalars(select(OrderBatch.id).where(*open_, free).order_by(OrderBatch.id).limit(20)).all()
    db.session.rollback()
    for batch_id in due:
        queue.enqueue("exports", "preorders.batches.work", batch_id)
    return len(due)


def find(session: Session, drop_id: int, batch_id: int) -> OrderBatch | None:
    """Return a batch of the drop."""
    return session.scalars(
        select(OrderBatch).where(OrderBatch.id == batch_id, OrderBatch.drop_id == drop_id)
    ).one_or_none()


def new_token() -> str:
    """Return what makes a form the same batch when it is sent twice."""
    return secrets.token_urlsafe(18)


def _take(batch_id: int) -> int | None:
    """Take the lease; return the attempt it is, None when it is done or somebody else's."""
    moment = clock()
    with transaction() as session:
        free = or_(OrderBatch.lease_until.is_(None), OrderBatch.lease_until < moment)
        mine = (OrderBatch.id == batch_id, OrderBatch.done_at.is_(None), OrderBatch.attempts < ATTEMPTS, free)
        taking = update(OrderBatch).where(*mine)
        if not changed(session, taking.values(lease_until=moment + LEASE, attempts=OrderBatch.attempts + 1)):
            return None
        return int(session.scalars(select(OrderBatch.attempts).where(OrderBatch.id == batch_id)).one())


def _put_back(batch_id: int, lease: int, failure: str) -> None:
    with transaction() as session:
        mine = update(OrderBatch).where(OrderBatch.id == batch_id, OrderBatch.attempts == lease)
        changed(session, mine.values(lease_until=clock() + timedelta(seconds=10 * lease), failure=failure[:500]))


def _chunk(batch_id: int, lease: int) -> bool:
    """Do the next orders and write down how far that is; return whether nothing was left."""
    batch = db.session.get_one(OrderBatch, batch_id)
    ids = _next(db.session(), batch)
    seen = {name: getattr(batch, name) for name in ("action", "drop_id", "by_id", "reason", "tracking", "id")}
    db.session.rollback()
    if not ids:
        return _close(batch_id, lease)
    done, refused = _ACTS[seen["action"]](seen, ids)
    with transaction() as session:
        row = session.get_one(OrderBatch, batch_id)
        if row.attempts != lease:
            raise RuntimeError("the lease went on to somebody else")
        row.after, row.done, row.skipped = ids[-1], row.done + done, row.skipped + len(ids) - done
        row.refusals, row.lease_until = (row.refusals + refused)[:SHOWN], clock() + LEASE
    return False


def _close(batch_id: int, lease: int) -> bool:
    with transaction() as session:
        mine = update(OrderBatch).where(OrderBatch.id == batch_id, OrderBatch.attempts == lease)
        changed(session, mine.values(done_at=clock(), lease_until=None, failure=""))
    return True


def _next(session: Session, batch: OrderBatch) -> Sequence[int]:
    if batch.chosen:
        mine = sorted(each for each in batch.chosen if each > batch.after)[:CHUNK]
        found = select(Preorder.id).where(Preorder.drop_id == batch.drop_id, Preorder.id.in_(mine))
        return session.scalars(found.order_by(Preorder.id)).all()
    filters = Filters.kept(batch.filters)
    return order_list.matching_ids(session, batch.drop_id, filters, batch.after, batch.up_to, CHUNK)


def _ship(batch: dict[str, Any], ids: Sequence[int]) -> tuple[int, list[Any]]:
    able = set(desk_counts.sendable(db.session(), batch["drop_id"], 0, CHUNK, ids))
    db.session.rollback()
    sent = fulfilment.ship(batch["drop_id"], batch["by_id"], sorted(able), batch["tracking"], clock()) if able else 0
    return sent, _why(
        [each for each in ids if each not in able], N_("It has no address, is not paid, awaits something, or is sent.")
    )


def _cancel(batch: dict[str, Any], ids: Sequence[int]) -> tuple[int, list[Any]]:
    drop = queries.drop(db.session(), batch["drop_id"])
    db.session.rollback()
    done, refused = 0, []
    for each in ids:
        try:
            ordering.cancel_for(each, drop.artist_id if drop else 0, batch["by_id"], batch["reason"], clock())
            done += 1
        except Refused as why:
            refused += _why([each], why.message, why.details)
    return done, refused


def _resend(batch: dict[str, Any], ids: Sequence[int]) -> tuple[int, list[Any]]:
    moment = clock()
    with transaction() as session:
        standing = (Preorder.id.in_(ids), Preorder.state.not_in(("cancelled", "expired")))
        able = session.scalars(select(Preorder.id).where(*standing).order_by(Preorder.id)).all()
        told = [each for each in able if _tell_again(session, each, int(batch["id"]), moment)]
        timeline.note_all(session, told, moment, batch["by_id"], "resent")
    return len(able), _why([each for each in ids if each not in set(able)], N_("It is cancelled."))


def _tell_again(session: Session, preorder_id: int, batch_id: int, now: datetime) -> int:
    order, lines = queries.preorder(session, preorder_id), queries.lines(session, preorder_id)
    drop = queries.drop(session, order.drop_id) if order else None
    if order is None or drop is None:
        return 0
    params = {"number": order.number, "path": f"/preorders/{order.number}", **params_of(order, lines, drop)}
    key = f"preorder-placed:{order.id}:again:{batch_id}"
    return notices.notify(session, [order.person_id], "preorder-placed", key, params, now)


def _why(ids: Sequence[int], sentence: str, params: dict[str, Any] | None = None) -> list[Any]:
    if not ids:
        return []
    numbers = db.session.scalars(
        select(Preorder.number).where(Preorder.id.in_(ids[:SHOWN])).order_by(Preorder.id)
    ).all()
    db.session.rollback()
    return [[number, sentence, params or {}] for number in numbers]


_ACTS: dict[str, Callable[[dict[str, Any], Sequence[int]], tuple[int, list[Any]]]] = {
    "ship": _ship,
    "cancel": _cancel,
    "resend": _resend,
}
