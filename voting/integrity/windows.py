"""From provisional to final: how long voters may appeal, and when a result stands. Pure but for one read."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from voting.models import Round

APPEALS = timedelta(hours=72)
ANSWERS = timedelta(days=4)  # so long after the appeals an unanswered one holds the result up; then it is upheld


@dataclass(frozen=True)
class Window:
    """The time after the last count: appeals until `until`; `final_at` once the result stands for good."""

    closed_at: datetime
    final_at: datetime | None

    @property
    def until(self) -> datetime:
        """Return until when appeals are taken."""
        return self.closed_at + APPEALS

    def is_open(self, now: datetime) -> bool:
        """Return whether an appeal may be made now."""
        return self.final_at is None and now < self.until


def of_contest(session: Session, contest_id: int) -> Window | None:
    """Return a contest's window; None before its last round is counted."""
    rows = session.execute(select(Round.closed_at, Round.final_at).where(Round.contest_id == contest_id)).all()
    if not rows or any(row.closed_at is None for row in rows):
        return None
    ends = [row.final_at for row in rows]
    return Window(max(row.closed_at for row in rows), None if None in ends else max(ends))


def is_provisional(session: Session, contest_id: int) -> bool:
    """Return whether a contest's result is counted and may still change."""
    window = of_contest(session, contest_id)
    return window is not None and window.final_at is None


def as_json(window: Window | None) -> dict[str, Any]:
    """Return what a result says of itself: whether it is final, and until when voters may appeal."""
    if window is None:
        return {}
    final = window.final_at.isoformat() if window.final_at else None
    return {"provisional": final is None, "appeals_until": window.until.isoformat(), "final_at": final}
