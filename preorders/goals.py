"""The goal of a drop: as many pieces as make printing worth it. Reached once, or missed at the end of its window.

Counted are pieces of orders that await nothing. A goal that was reached stays reached: everybody has been told.
One that was missed gives the team two days to print anyway; then the drop is called off, by itself and once.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext
from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.orm import Session

from preorders import fulfilment, queries
from preorders.events import GoalMissed, GoalReached
from preorders.models import Drop
from preorders.printable import confirmed_pieces
from preorders.rows import DropRow
from webapp.accounts import audit
from webapp.infra import outbox
from webapp.infra.db import changed, db, transaction
from webapp.kernel.now import now as clock
from webapp.kernel.refusal import N_, NotFound, Refused

GRACE = timedelta(hours=48)
MISSED = N_("Too few pieces were ordered to print it.")  # kept as the drop's reason, and translated where it is read


@dataclass(frozen=True)
class Standing:
    """Where a goal stands: open, reached, missed (until `decide_by` the team may print anyway), anyway or over."""

    state: str
    goal: int
    pieces: int
    decide_by: datetime | None = None

    @property
    def lacking(self) -> int:
        """Return how many pieces are missing."""
        return max(0, self.goal - self.pieces)


def standing(session: Session, drop: DropRow, now: datetime) -> Standing | None:
    """Return where a drop's goal stands; None for a drop without one. One statement."""
    if drop.goal is None:
        return None
    pieces = confirmed_pieces(session, drop.id)
    if drop.goal_reached_at or pieces >= drop.goal:
        return Standing("reached", drop.goal, pieces)
    if drop.cancelled_at:
        return Standing("over", drop.goal, pieces)
    if drop.print_anyway_at:
        return Standing("anyway", drop.goal, pieces)
    end = window_end(drop)
    if end is None or end > now:
        return Standing("open", drop.goal, pieces)
    return Standing("missed", drop.goal, pieces, (drop.goal_missed_at or end) + GRACE)


def print_anyway(drop_id: int, person_id: int, now: datetime) -> None:
    """Decide that a drop is printed although its goal is not reached; raises NotFound, Refused('no-goal-missed')."""
    with transaction() as session:
        drop = queries.drop(session, drop_id)
        if drop is None:
            raise NotFound()
        undecided = (*_undecided(), Drop.published_at.is_not(None))
        if not changed(session, update(Drop).where(Drop.id == drop_id, *undecided).values(print_anyway_at=now)):
            raise Refused("no-goal-missed", N_("Its goal is reached, it was decided already, or the drop is over."))
        audit.note(session, now, person_id, drop.artist_id, "drop.print-anyway", f"drop:{drop_id}", goal=drop.goal)


def reason_word(reason: str) -> str:
    """Return why a drop or order was called off: our own reason in the reader's language, others as written."""
    return str(gettext(reason)) if reason == MISSED else reason


def window_end(drop: DropRow) -> datetime | None:
    """Return when a drop takes no more orders: at the end of its window, or when staff locked it before."""
    ends = [moment for moment in (drop.closes_at, drop.locked_at) if moment]
    return min(ends) if ends else None


def settle_due() -> int:
    """Ticker: record what came of goals, each once: reached, missed, and called off after the grace."""
    moment = clock()
    steps: Sequence[tuple[Callable[..., bool], tuple[Any, ...]]] = (
        (_reach, (Drop.reserved >= Drop.goal,)),
        (_miss, (Drop.goal_missed_at.is_(None), _ended(moment))),
        (_call_off, (Drop.goal_missed_at <= moment - GRACE,)),
    )
    count = 0
    for step, due in steps:
        ids = db.session.scalars(select(Drop.id).where(*_undecided(), Drop.published_at.is_not(None), *due)).all()
        db.session.rollback()
        count += sum(step(drop_id, moment) for drop_id in ids)
    return count


def _reach(drop_id: int, now: datetime) -> bool:
    with transaction() as session:
        return _reached(session, drop_id, now)


def _reached(session: Session, drop_id: int, now: datetime) -> bool:
    drop = queries.drop(session, drop_id)
    if drop is None or drop.goal is None or confirmed_pieces(session, drop_id) < drop.goal:
        return False
    if not changed(session, update(Drop).where(Drop.id == drop_id, *_undecided()).values(goal_reached_at=now)):
        return False
    outbox.record(session, GoalReached(drop_id))
    return True


def _miss(drop_id: int, now: datetime) -> bool:
    with transaction() as session:
        due = (*_undecided(), Drop.goal_missed_at.is_(None), _ended(now))
        if _reached(session, drop_id, now):
            return True
        if not changed(session, update(Drop).where(Drop.id == drop_id, *due).values(goal_missed_at=now)):
            return False
        outbox.record(session, GoalMissed(drop_id))
        return True


def _call_off(drop_id: int, now: datetime) -> bool:
    with transaction() as session:
        # The row is locked from here on: a decision to print anyway comes before or after, not in between.
        due = (*_undecided(), Drop.goal_missed_at <= now - GRACE)
        if not changed(session, update(Drop).where(Drop.id == drop_id, *due).values(reserved=Drop.reserved)):
            return False
        if _reached(session, drop_id, now):  # the last ones paid in these two days
            return True
        drop = queries.drop(session, drop_id)
        assert drop is not None
        fulfilment.call_off(session, drop, None, MISSED, now)
        return True


def _undecided() -> tuple[ColumnElement[bool], ...]:
    """The condition that a drop's goal is neither reached nor waived, and nobody has begun to charge or print."""
    unset = (Drop.goal_reached_at, Drop.print_anyway_at, Drop.cancelled_at, Drop.charged_at, Drop.production_at)
    return (Drop.goal.is_not(None), *(column.is_(None) for column in unset))


def _ended(now: datetime) -> ColumnElement[bool]:
    return or_(Drop.closes_at <= now, Drop.locked_at <= now)
