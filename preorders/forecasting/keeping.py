"""A forecast a day, written down while a drop runs; and at its end what it teaches. Safe to run at any time, twice."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from preorders import queries
from preorders.forecasting import knowing
from preorders.forecasting.forecast import GRID
from preorders.forecasting.knowing import FINAL
from preorders.models import Drop, Forecast, Preorder
from preorders.queries import HOLDING
from preorders.rows import DropRow
from voting import audience
from webapp.infra.db import db, insert_once, transaction
from webapp.kernel.now import now as clock


def keep_due() -> int:
    """Ticker: write today's forecast of each running drop, and the lesson of each that has ended; return how many."""
    moment = clock()
    running, ended = _due(db.session(), moment)
    db.session.rollback()
    return sum(keep(drop_id, moment) for drop_id in running) + sum(conclude(drop_id, moment) for drop_id in ended)


def keep(drop_id: int, now: datetime) -> bool:
    """Write down today's forecast of a drop, once a day on its own clocks; return whether this call did."""
    session = db.session()
    drop = queries.drop(session, drop_id)
    if drop is None:
        return False
    day = now.astimezone(ZoneInfo(drop.timezone)).date().isoformat()
    known = session.scalar(select(Forecast.id).where(Forecast.drop_id == drop_id, Forecast.day == day))
    found, told_by = (None, {}) if known else knowing.outlook(session, drop, now)
    session.rollback()
    if found is None:
        return False
    goal = None if found.goal_chance is None else round(1000 * found.goal_chance)
    numbers = {"low": found.low, "likely": found.likely, "high": found.high, "goal_permille": goal}
    with transaction() as writing:
        return insert_once(writing, Forecast, drop_id=drop_id, day=day, at=now, told_by=told_by, **numbers) is not None


def conclude(drop_id: int, now: datetime) -> bool:
    """Write down the final number of a drop and what it teaches, once; return whether this call did."""
    session = db.session()
    drop = queries.drop(session, drop_id)
    if drop is None or drop.opens_at is None or drop.closes_at is None:
        return False
    told_by = {**_people(session, drop), "curve": _curve(session, drop), "sold_out": _sold_out(drop)}
    session.rollback()
    goal = None if drop.goal is None else 1000 * (drop.reserved >= drop.goal)
    numbers = dict.fromkeys(("low", "likely", "high"), drop.reserved)
    with transaction() as writing:
        values = {"day": FINAL, "at": now, "told_by": told_by, "goal_permille": goal, **numbers}
        return insert_once(writing, Forecast, drop_id=drop_id, **values) is not None


def _due(session: Session, now: datetime) -> tuple[list[int], list[int]]:
    """Return the drops that take orders or soon will, and those whose orders were fixed without a lesson yet."""
    final = select(Forecast.id).where(Forecast.drop_id == Drop.id, Forecast.day == FINAL).exists()
    standing = (Drop.published_at.is_not(None), Drop.cancelled_at.is_(None), Drop.opens_at.is_not(None))
    running = select(Drop.id).where(*standing, Drop.locked_at.is_(None), Drop.closes_at > now).order_by(Drop.id)
    ended = select(Drop.id).where(*standing, Drop.locked_at.is_not(None), ~final).order_by(Drop.id)
    return list(session.scalars(running)), list(session.scalars(ended))


def _curve(session: Session, drop: DropRow) -> list[float]:
    """The share of the final pieces at each twentieth of the window; empty without any."""
    assert drop.opens_at is not None
    assert drop.closes_at is not None
    end = min(drop.closes_at, drop.locked_at or drop.closes_at)
    step = (end - drop.opens_at) / GRID
    sums = [
        func.coalesce(func.sum(case((Preorder.placed_at < drop.opens_at + place * step, Preorder.pieces), else_=0)), 0)
        for place in range(1, GRID)
    ]
    whole = func.coalesce(func.sum(Preorder.pieces), 0)
    row = session.execute(select(*sums, whole).where(Preorder.drop_id == drop.id, HOLDING)).one()
    found = [int(each) for each in row]
    return [0.0, *(round(each / found[-1], 4) for each in found)] if found[-1] else []


def _people(session: Session, drop: DropRow) -> dict[str, Any]:
    """How many ordered, and how many of them had taken part (None without a contest)."""
    mine = select(Preorder.person_id).where(Preorder.drop_id == drop.id, HOLDING)
    buyers = int(session.scalar(select(func.count()).select_from(mine.distinct().subquery())) or 0)
    if drop.contest_id is None:
        return {"buyers": buyers, "took_part": None}
    people = audience.of_design(session, drop.contest_id, drop.submission_id)
    part = people.author | people.voted | people.commented | people.others
    return {"buyers": buyers, "took_part": sum(each in part for each in session.scalars(mine.distinct()))}


def _sold_out(drop: DropRow) -> bool:
    return drop.edition_cap is not None and drop.reserved >= drop.edition_cap
