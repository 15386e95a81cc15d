"""The outbox: facts recorded in the transaction that made them true, delivered at least once.

`record` writes one fact row and one delivery row per subscriber. After the commit a worker is woken,
which makes the deliveries that nobody has tried yet, one after the other: a rush is one call, not a
thousand. A sweep each minute finds what was not woken, failed or died half-way, and wakes a worker
for each of it alone. The row is the truth, the queue only a hint, so Redis may be emptied at any
time. Handlers are safe to run twice.
"""

import json
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, cast

import structlog
from flask import Flask, current_app
from rq.timeouts import JobTimeoutException
from sqlalchemy import (
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    bindparam,
    case,
    func,
    insert,
    select,
    update,
)
from sqlalchemy import cast as sql_cast
from sqlalchemy.orm import Mapped, Session, mapped_column

from webapp.infra import queue, tracing
from webapp.infra.db import Base, after_commit, changed, db, primary_key, transaction
from webapp.infra.short_ways import peek, rows_of, run_one, strike
from webapp.kernel.facts import Fact
from webapp.kernel.now import now

LEASE = timedelta(minutes=5)
BACK_OFF = (10, 60, 300, 900, 1800)  # seconds; the last one repeats
MAX_ATTEMPTS = 200  # about four days: long enough for a dead mail relay on a holiday weekend
# What waiting does not cure is given up sooner: a handler that never ends, one whose worker dies of it.
MAX_SLOW, MAX_DEATHS = 6, 5
TOO_SLOW = "took too long: "
# So long one call goes on with what is new; a handler that begins in time still has its whole time limit.
SPELL, AT_ONCE = 5, 50  # seconds; deliveries looked up together
WAKE = ("outbox", "webapp.infra.outbox.deliver_new")
# Stands in `error` while a worker is at it, one stroke for each that did not come back to take it away.
AT_WORK = "the worker died while at it: "

log = structlog.get_logger()
Handler = Callable[..., None]


class FactRow(Base):
    """One thing that happened; never changed, never removed."""

    __tablename__ = "facts"
    id: Mapped[int] = primary_key()
    name: Mapped[str] = mapped_column(String(60), index=True)
    payload: Mapped[dict[str, Any]]
    at: Mapped[datetime]
    origin: Mapped[str] = mapped_column(String(16), default="")  # the request that recorded it, as logs name it


class Delivery(Base):
    """One fact owed to one subscriber; done when `done_at` is set."""

    __tablename__ = "deliveries"
    __table_args__ = (
        UniqueConstraint("fact_id", "handler"),
        Index("ix_deliveries_due", "done_at", "failed_at", "not_before"),
    )
    id: Mapped[int] = primary_key()
    fact_id: Mapped[int] = mapped_column(ForeignKey("facts.id"))
    handler: Mapped[str] = mapped_column(String(120))
    not_before: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    failed_at: Mapped[datetime | None]
    error: Mapped[str] = mapped_column(Text, default="")


# Of tables and built once: whatever a crowd does at one instant records a fact.
_FACTS, _DELIVERIES = cast("Table", FactRow.__table__), cast("Table", Delivery.__table__)
_FACT = insert(_FACTS).returning(_FACTS.c.id)
# As text: what can't be read is its delivery's failure, not that of the statement.
_OF_FACT = (
    select(each).where(_FACTS.c.id == _DELIVERIES.c.fact_id)
    for each in (sql_cast(_FACTS.c.payload, Text), _FACTS.c.origin)
)
_DIED = _DELIVERIES.c.error.like(AT_WORK + "%")
_TAKE = (
    update(_DELIVERIES)
    .where(
        _DELIVERIES.c.id == bindparam("delivery"),
        _DELIVERIES.c.done_at.is_(None),
        _DELIVERIES.c.failed_at.is_(None),
        _DELIVERIES.c.not_before <= bindparam("moment"),
        _DELIVERIES.c.lease_until.is_(None) | (_DELIVERIES.c.lease_until < bindparam("moment")),
    )
    .values(
        lease_until=bindparam("until"),
        attempts=_DELIVERIES.c.attempts + 1,
        error=case((_DIED, _DELIVERIES.c.error + "|"), else_=AT_WORK + "|"),
    )
    .returning(_DELIVERIES.c.handler, _DELIVERIES.c.attempts, *(each.scalar_subquery() for each in _OF_FACT))
)
_NEW = select(_DELIVERIES.c.id).where(
    _DELIVERIES.c.done_at.is_(None),
    _DELIVERIES.c.failed_at.is_(None),
    _DELIVERIES.c.not_before <= bindparam("moment"),
    _DELIVERIES.c.attempts == 0,
)
_NEW = _NEW.order_by(_DELIVERIES.c.not_before, _DELIVERIES.c.id).limit(bindparam("most", type_=Integer))
_DONE = update(_DELIVERIES).where(_DELIVERIES.c.id == bindparam("delivery"))
_DONE = _DONE.values(done_at=bindparam("moment"), lease_until=None, error="").returning(_DELIVERIES.c.id)


@dataclass
class Registry:
    """Who listens to which fact: filled once, in boot.listening."""

    handlers: dict[str, Handler] = field(default_factory=dict)
    by_fact: dict[str, list[str]] = field(default_factory=dict)

    def subscribe(self, fact: type[Fact], handlers: Iterable[Handler]) -> None:
        """Let `handlers` hear of `fact`; their names are 'module.function' and must stay stable."""
        for handler in handlers:
            name = f"{handler.__module__}.{handler.__name__}"
            self.handlers[name] = handler
            self.by_fact.setdefault(fact.name(), []).append(name)


def init_app(app: Flask, subscriptions: Mapping[type[Fact], Iterable[Handler]]) -> None:
    """Give the application its registry of subscribers."""
    registry = Registry()
    for fact, handlers in subscriptions.items():
        registry.subscribe(fact, handlers)
    app.extensions["fanmade.outbox"] = registry


def record(session: Session, fact: Fact, not_before: datetime | None = None) -> int:
    """Record `fact` in the caller's transaction, owed to each subscriber; return the fact's id.

    With `not_before` nobody is told until then.
    """
    moment = now()
    session.flush()  # what the fact speaks of is written before it
    row = {"name": fact.name(), "payload": fact.payload(), "at": moment, "origin": _origin()}
    fact_id: int = run_one(session, _FACT, row).rows[0][0]
    owed = {"fact_id": fact_id, "not_before": not_before or moment, "attempts": 0, "error": ""}
    rows = [{**owed, "handler": handler} for handler in _registry().by_fact.get(fact.name(), [])]
    if rows:
        run_one(session, *rows_of(_DELIVERIES, rows))
    if rows and not_before is None:
        after_commit(_wake)
    return fact_id


def _wake() -> None:
    queue.nudge(*WAKE, longer=SPELL)


def deliver_new() -> int:
    """Make the deliveries that are due and were never tried, for a spell; return how many were done.

    A call that is cut short (a handler that hangs, a worker that dies) leaves the rest to the next call, or the sweep.
    """
    queue.nudged(WAKE[1])
    ends, done = time.monotonic() + SPELL, 0
    while found := peek(_NEW, {"moment": now(), "most": AT_ONCE}):
        for (delivery_id,) in found:
            with current_app.app_context():  # as a job of its own would have
                done += deliver(delivery_id)
            if time.monotonic() > ends:
                _wake()
                return done
    return done


def deliver(delivery_id: int) -> bool:
    """Run the handler of one delivery if it is due and nobody else has it; return whether it is done.

    Never raises for a handler's failure: that is written down and tried again after a pause.
    """
    moment = now()
    taken: Sequence[Any] = strike(_TAKE, {"delivery": delivery_id, "moment": moment, "until": moment + LEASE})
    if not taken:
        return False
    handler, attempts, payload, origin = taken[0]
    # What is logged, and recorded, on the way bears the name of the request that began it.
    with structlog.contextvars.bound_contextvars(request=origin, delivery=delivery_id):
        return _run(delivery_id, handler, attempts, payload)


def sweep(limit: int = 500) -> int:
    """Wake the queue for deliveries that are due; return how many. Also the way back after a lost Redis.

    What was too slow once goes to a queue where it holds up nobody; what has killed its workers is given up.
    """
    moment = now()
    _bury(moment)
    columns = (Delivery.id, Delivery.error.startswith(TOO_SLOW).label("slow"))
    rows = db.session.execute(
        select(*columns).where(*_due(moment)).order_by(Delivery.not_before, Delivery.id).limit(limit)
    ).all()
    db.session.rollback()
    for name, slow in (("outbox", False), (queue.SLOW, True)):
        if ids := [row.id for row in rows if row.slow == slow]:
            queue.enqueue_each(name, "webapp.infra.outbox.deliver", ids)
    return len(rows)


def _bury(moment: datetime) -> None:
    """Give up deliveries whose workers died again and again: the next one would as well."""
    dead = (*_due(moment), Delivery.error.startswith(AT_WORK), func.length(Delivery.error) >= len(AT_WORK) + MAX_DEATHS)
    if db.session.scalar(select(Delivery.id).where(*dead).limit(1)) is None:
        return
    with transaction() as session:
        changed(session, update(Delivery).where(*dead).values(failed_at=moment))


def listeners() -> dict[str, list[str]]:
    """Return the names of handlers by the name of the fact they listen to, as this version of the code has them."""
    return dict(_registry().by_fact)


def retry_failed(delivery_id: int) -> bool:
    """Let a delivery that was given up be tried again; return whether there was one."""
    with transaction() as session:
        return bool(
            changed(
                session,
                update(Delivery)
                .where(Delivery.id == delivery_id, Delivery.failed_at.is_not(None))
                .values(failed_at=None, attempts=0, lease_until=None, not_before=now()),
            )
        )


def _due(moment: datetime) -> tuple[Any, ...]:
    return (
        Delivery.done_at.is_(None),
        Delivery.failed_at.is_(None),
        Delivery.not_before <= moment,
        (Delivery.lease_until.is_(None)) | (Delivery.lease_until < moment),
    )


def _run(delivery_id: int, handler: str, attempts: int, payload: str) -> bool:
    act = _registry().handlers.get(handler)
    try:
        if act is None:
            raise LookupError(f"no handler {handler}")
        act(**_said(payload))
    except Exception as error:
        log.exception("delivery failed", delivery=delivery_id, handler=handler)
        tracing.report(error)
        _put_back(delivery_id, attempts, error)
        return False
    strike(_DONE, {"delivery": delivery_id, "moment": now()})
    return True


def _said(payload: str) -> dict[str, Any]:
    found = json.loads(payload)
    if not isinstance(found, dict):
        raise ValueError("the JSON of this fact is no object")
    return found


def _put_back(delivery_id: int, attempts: int, error: Exception) -> None:
    db.session.rollback()
    pause = BACK_OFF[min(attempts, len(BACK_OFF)) - 1]
    slow = isinstance(error, JobTimeoutException)
    values: dict[str, Any] = {"lease_until": now() + timedelta(seconds=pause)}
    values["error"] = (TOO_SLOW if slow else "") + repr(error)[:2000]
    if attempts >= (MAX_SLOW if slow else MAX_ATTEMPTS):
        values["failed_at"] = now()
    with transaction() as session:
        changed(session, update(Delivery).where(Delivery.id == delivery_id).values(**values))


def _origin() -> str:
    return str(structlog.contextvars.get_contextvars().get("request", ""))[:16]


def _registry() -> Registry:
    registry: Registry = current_app.extensions["fanmade.outbox"]
    return registry
