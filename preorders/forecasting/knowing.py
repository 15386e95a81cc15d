"""What a forecast is made from: the vote and the wishes, drops before, the orders so far."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import format_percent, gettext
from sqlalchemy import select
from sqlalchemy.orm import Session

from contests import queries as contests
from preorders.forecasting.forecast import (
    FEW,
    Belief,
    Expected,
    expected,
    from_finals,
    from_people,
    learned_curve,
)
from preorders.models import Drop, Forecast
from preorders.rows import DropRow
from voting.pick_evidence import Figure
from voting.result_tables import number
from voting.wearing import telling
from voting.wearing.forecast import TENTH

FINAL = "final"
"""The day under which a drop's final number stands, and what it teaches."""
TAUGHT = 40  # so many drops teach, the latest ones
EACH = 1.2  # pieces a buyer orders, before any drop has taught
USUAL_GOAL = 50  # pieces from which a print is worth its set-up, where no drop of the artist says otherwise


@dataclass(frozen=True)
class Lessons:
    """What drops before teach: curves of all, and of the artist's own finals and buyers."""

    curves: tuple[tuple[float, ...], ...] = ()
    finals: tuple[int, ...] = ()
    took_part: tuple[tuple[int, int], ...] = ()
    each: float = EACH


def lessons(session: Session, artist_id: int) -> Lessons:
    """Return what the latest drops teach; one statement. Curves of drops that were sold out teach nothing."""
    found = select(Forecast.told_by, Forecast.likely, Drop.artist_id).join(Drop, Drop.id == Forecast.drop_id)
    rows = session.execute(found.where(Forecast.day == FINAL).order_by(Forecast.id.desc()).limit(TAUGHT)).all()
    own = [row for row in rows if row.artist_id == artist_id]
    whole = [row for row in rows if row.likely >= FEW and not row.told_by["sold_out"] and row.told_by["curve"]]
    buyers, pieces = sum(row.told_by["buyers"] for row in own), sum(row.likely for row in own)
    return Lessons(
        curves=tuple(tuple(row.told_by["curve"]) for row in whole),
        finals=tuple(row.likely for row in own),
        took_part=tuple(
            (row.told_by["took_part"], row.told_by["buyers"]) for row in own if row.told_by["took_part"] is not None
        ),
        each=(10 * EACH + pieces) / (10 + buyers),
    )


def outlook(session: Session, drop: DropRow, now: datetime) -> tuple[Expected, dict[str, Any]]:
    """Return what is expected of a drop now, and what that was told by (kept with it)."""
    known = lessons(session, drop.artist_id)
    belief, source = _belief(session, drop, known)
    elapsed = elapsed_of(drop, now)
    found = expected(belief, drop.reserved, elapsed, learned_curve(known.curves), drop.edition_cap, drop.goal)
    told_by = {"ordered": drop.reserved, "elapsed": round(elapsed, 4), "prior": source}
    return found, {**told_by, "believed": round(belief.mean, 1), "drops": len(known.curves)}


def elapsed_of(drop: DropRow, now: datetime) -> float:
    """Return how much of the window is over: 0 before it opens, 1 once it is closed or locked."""
    if drop.opens_at is None or drop.closes_at is None:
        return 0.0
    if drop.locked_at or now >= drop.closes_at:
        return 1.0
    return max(0.0, (now - drop.opens_at) / (drop.closes_at - drop.opens_at))


def evidence(session: Session, contest_id: int, ids: Collection[int]) -> Mapping[int, Iterable[Figure]]:
    """Return what the pick desk shows of each finalist: who would wear it, what to expect, the goal.

    The wishes' own figures come first, so that nothing is read twice.
    """
    contest = contests.contest(session, contest_id)
    if contest is None or not ids:
        return {}
    known, goal = lessons(session, contest.artist_id), usual_goal(session, contest.artist_id)
    curve = learned_curve(known.curves)
    found = {}
    for each, seen in telling.outlook(session, contest_id, ids).items():
        told = expected(_from_part(seen, known), 0, 0.0, curve, None, goal)
        found[each] = [
            *telling.figures(seen),
            Figure(gettext("Pieces to expect in all"), between(told)),
            Figure(gettext("Chance of reaching %(goal)s pieces", goal=number(goal)), chance(told)),
        ]
    return found


def usual_goal(session: Session, artist_id: int) -> int:
    """Return the goal of the artist's latest drop that had one."""
    latest = select(Drop.goal).where(Drop.artist_id == artist_id, Drop.goal.is_not(None)).order_by(Drop.id.desc())
    return session.scalar(latest.limit(1)) or USUAL_GOAL


def between(told: Expected) -> str:
    """Return a forecast in words."""
    return str(gettext("between %(low)s and %(high)s", low=number(told.low), high=number(told.high)))


def chance(told: Expected) -> str:
    """Return the chance of the goal in words; nothing is ever said to be certain before it is."""
    if told.goal_chance is None:
        return "–"
    sure = told.goal_chance in (0, 1)
    return str(format_percent(told.goal_chance if sure else min(0.99, max(0.01, told.goal_chance))))


def _belief(session: Session, drop: DropRow, known: Lessons) -> tuple[Belief, str]:
    if drop.contest_id is not None and drop.submission_id is not None:
        seen = telling.outlook(session, drop.contest_id, [drop.submission_id]).get(drop.submission_id)
        if seen is not None and seen.expected.mean > 0:
            return _from_part(seen, known), "vote"
    return from_finals(known.finals), "drops" if known.finals else "nothing"


def _from_part(seen: telling.Outlook, known: Lessons) -> Belief:
    people = seen.expected
    if people.mean <= 0:
        return from_finals(known.finals)
    deviation = (people.high - people.low) / (2 * TENTH)
    return from_people(people.mean, deviation * deviation, known.took_part, known.each)
