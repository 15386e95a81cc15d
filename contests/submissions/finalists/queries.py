"""Every SELECT on finalists' kits and on what is counted of them."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from contests.submissions import leases
from contests.submissions.finalists.models import FinalistCount, FinalistKit
from contests.submissions.finalists.rows import Counts, Day, KitRow
from contests.submissions.models import Submission
from contests.submissions.queries import public

__all__ = ["Counts", "Day", "KitRow"]


def of_design(session: Session, submission_id: int) -> KitRow | None:
    """Return the kit of a design; only finalists have one."""
    return _kit(session, FinalistKit.submission_id == submission_id)


def kit(session: Session, kit_id: int) -> KitRow | None:
    """Return one kit."""
    return _kit(session, FinalistKit.id == kit_id)


def public_in(session: Session, contest_id: int) -> list[int]:
    """Return the finalists of a contest that everybody may see, by their kits; one statement."""
    statement = select(Submission.id).join(FinalistKit, FinalistKit.submission_id == Submission.id)
    return list(session.scalars(statement.where(Submission.contest_id == contest_id, public()).order_by(Submission.id)))


def due(session: Session, now: datetime, fresh: datetime, limit: int) -> tuple[list[int], list[int]]:
    """Return kits that nobody works on: (waiting ones asked for before `fresh`, those of silent workers)."""
    return leases.due(session, FinalistKit, now, fresh, limit)


def counts(session: Session, ids: Collection[int]) -> dict[int, Counts]:
    """Return what was counted of designs, by id; one statement. Designs without any are missing."""
    if not ids:
        return {}
    rows = session.execute(
        select(FinalistCount.submission_id, FinalistCount.kind, func.sum(FinalistCount.count))
        .where(FinalistCount.submission_id.in_(ids))
        .group_by(FinalistCount.submission_id, FinalistCount.kind)
    )
    found: dict[int, dict[str, int]] = {}
    for submission_id, kind, number in rows:
        found.setdefault(submission_id, {})[kind] = int(number)
    return {key: Counts(each.get("scan", 0), each.get("wallpaper", 0)) for key, each in found.items()}


def days(session: Session, submission_id: int, today: date, most: int) -> list[Day]:
    """Return the last `most` days up to `today`, the oldest first, also those on which nothing was counted."""
    first = today - timedelta(days=most - 1)
    rows = session.execute(
        select(FinalistCount.day, FinalistCount.kind, FinalistCount.count).where(
            FinalistCount.submission_id == submission_id, FinalistCount.day >= first
        )
    )
    found = {(day, kind): number for day, kind, number in rows}
    every = [first + timedelta(days=number) for number in range(most)]
    return [Day(day, found.get((day, "scan"), 0), found.get((day, "wallpaper"), 0)) for day in every]


def _kit(session: Session, which: Any) -> KitRow | None:
    columns = (getattr(FinalistKit, name) for name in KitRow.__dataclass_fields__)
    row = session.execute(select(*columns).where(which)).first()
    return KitRow(**row._mapping) if row else None
