"""Facts and who is to hear of them: deliveries without a fact, facts that somebody listens to and was never owed."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, exists, func, select
from sqlalchemy.orm import Session

from webapp.boot.audit.findings import NAMED, Finding, Plan, some
from webapp.infra import outbox
from webapp.infra.db import changed, db, insert_many_once, transaction
from webapp.infra.outbox import Delivery, FactRow

CHECK = "facts"
FRESH = timedelta(days=14)
"""News that is older is told to nobody any more: it would come as a surprise."""
_BATCH = 1000


def look(plan: Plan) -> Iterator[Finding]:
    """Compare facts with deliveries, both ways."""
    yield from _without_fact(plan)
    yield from _never_owed(plan)


def _without_fact(plan: Plan) -> Iterator[Finding]:
    lost = ~exists().where(FactRow.id == Delivery.fact_id)
    number = db.session.scalar(select(func.count()).select_from(Delivery).where(lost)) or 0
    first = [str(each) for each in db.session.scalars(select(Delivery.id).where(lost).limit(NAMED))]
    db.session.rollback()
    if not number:
        return
    what = f"{number:,} deliveries of facts that are not there: {some(first, number)}"
    if not plan.repair:
        yield Finding(CHECK, what, todo="--repair removes them: there is nothing they could tell")
        return
    with transaction() as session:
        removed = changed(session, delete(Delivery).where(lost))
    yield Finding(CHECK, what, f"{removed:,} removed")


def _never_owed(plan: Plan) -> Iterator[Finding]:
    """A handler that heard of a kind of fact before is owed each later one of it."""
    for name, handler, since in _listening(db.session()):
        missed = (FactRow.name == name, FactRow.id > since, ~_owed(handler))
        number = db.session.scalar(select(func.count()).select_from(FactRow).where(*missed)) or 0
        fresh = select(FactRow.id, FactRow.at).where(*missed, FactRow.at > plan.at - FRESH).order_by(FactRow.id)
        due = db.session.execute(fresh.limit(_BATCH)).all()
        db.session.rollback()
        if number:
            yield _finding(plan, f"{name} for {handler}", handler, number, [row.id for row in due])


def _finding(plan: Plan, about: str, handler: str, number: int, due: list[int]) -> Finding:
    what = f"{number:,} facts were never owed to one who listens, {about}: {some([str(n) for n in due], len(due))}"
    old = number - len(due)
    todo = f"{old:,} are older than {FRESH.days} days, or too many for one go, and stay as they are" if old else ""
    if not plan.repair:
        return Finding(CHECK, what, todo=todo if not due else "--repair lets them be told")
    with transaction() as session:
        rows = [
            {"fact_id": each, "handler": handler, "not_before": plan.at, "attempts": 0, "error": ""} for each in due
        ]
        made = insert_many_once(session, Delivery, rows) if rows else []
    outbox.sweep()
    return Finding(CHECK, what, f"{len(made):,} are told now", todo)


def _owed(handler: str) -> Any:
    return exists().where(Delivery.fact_id == FactRow.id, Delivery.handler == handler)


def _listening(session: Session) -> list[tuple[str, str, int]]:
    """Return (fact's name, handler, id of the first fact it was owed) of those that listen today and did before."""
    found = session.execute(
        select(FactRow.name, Delivery.handler, func.min(FactRow.id))
        .join(Delivery, Delivery.fact_id == FactRow.id)
        .group_by(FactRow.name, Delivery.handler)
    ).all()
    today = outbox.listeners()
    return [(name, handler, first) for name, handler, first in found if handler in today.get(name, ())]
