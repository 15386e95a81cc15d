"""The forecast of a drop: what is expected now; day by day what was; and at the end how well that did."""

from typing import Any

from flask import render_template
from sqlalchemy import select

from preorders.desk import desk, this_drop
from preorders.forecasting import knowing, looking_back
from preorders.forecasting.knowing import FINAL
from preorders.forecasting.looking_back import Day
from preorders.models import Forecast
from webapp.infra.db import db
from webapp.kernel.now import now


@desk.get("/<int:drop_id>/forecast")
def forecast(artist_slug: str, drop_id: int) -> str:
    """Expected, kept, and how well it did."""
    drop, session = this_drop(drop_id), db.session()
    rows = session.scalars(select(Forecast).where(Forecast.drop_id == drop_id).order_by(Forecast.at, Forecast.id)).all()
    days, final = [_day(row) for row in rows if row.day != FINAL], [row.likely for row in rows if row.day == FINAL]
    ended = final[0] if final else None
    told, told_by = knowing.outlook(session, drop, now())
    return render_template(
        "desk/forecast.html",
        drop=drop,
        days=days,
        final=ended,
        told=None if ended is not None or drop.cancelled_at else told,
        told_by=told_by,
        between=knowing.between,
        chance=knowing.chance,
        verdict=looking_back.verdict(days, ended) if ended is not None else None,
        chart=looking_back.chart(days, drop.goal, ended),
    )


def _day(row: Any) -> Day:
    return Day(row.day, row.at, row.told_by.get("ordered", 0), row.low, row.likely, row.high, row.goal_permille)
