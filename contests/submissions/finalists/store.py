"""Every write on finalists' kits. No commit."""

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy.orm import Session

from contests.submissions.finalists.events import KitWanted
from contests.submissions.finalists.models import FinalistCount, FinalistKit
from webapp.infra import outbox
from webapp.infra.db import insert, insert_many_once


def open_kits(session: Session, ids: Collection[int], now: datetime) -> int:
    """Let kits be made for designs that have none; return how many are new."""
    rows = [{"submission_id": each, "state": "waiting", "created_at": now, **_EMPTY} for each in sorted(ids)]
    made = insert_many_once(session, FinalistKit, rows) if rows else []
    for kit_id in made:
        outbox.record(session, KitWanted(kit_id))
    return len(made)


def add_counts(session: Session, rows: list[tuple[int, str, date, int]]) -> None:
    """Add to what was counted: (design, kind, day, number)."""
    names = ("submission_id", "kind", "day", "count")
    for start in range(0, len(rows), 500):
        values = [dict(zip(names, row, strict=True)) for row in rows[start : start + 500]]
        statement = insert(session, FinalistCount).values(values)
        session.execute(
            statement.on_conflict_do_update(
                index_elements=["submission_id", "kind", "day"],
                set_={"count": FinalistCount.count + statement.excluded.count},
            )
        )


_EMPTY = {"failure_code": "", "attempts": 0, "report": {}, "files": []}
