"""The forecast of a drop: it is right as often as it says, learns from drops before, and is looked back on."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from preorders import service
from preorders.forecasting import keeping, knowing, looking_back
from preorders.forecasting.forecast import (
    CONCENTRATION,
    CURVE,
    Belief,
    expected,
    from_finals,
    from_people,
    learned_curve,
    share_at,
)
from preorders.forecasting.looking_back import Day
from preorders.models import Forecast
from tests.preorders import make
from tests.preorders.make import DAY, HOME, NOW
from webapp.infra.db import db

BASE = "/team/night-line/drops"


def poisson(luck: random.Random, rate: float) -> int:
    if rate > 50:
        return max(0, round(luck.gauss(rate, math.sqrt(rate))))
    count, product = 0, luck.random()
    while product > math.exp(-rate):
        count, product = count + 1, product * luck.random()
    return count


@pytest.mark.parametrize(("mean", "shape"), [(200, 2.0), (2000, 4.0)])
@pytest.mark.parametrize("elapsed", [0.0, 0.1, 0.5, 0.9])
def test_four_times_out_of_five_the_final_number_lies_in_between(mean: int, shape: float, elapsed: float) -> None:
    luck, held, cases = random.Random(f"{mean}{elapsed}"), 0, 250
    usual = share_at(CURVE, elapsed)
    for _ in range(cases):
        rate = luck.gammavariate(shape, mean / shape)
        share = luck.betavariate(CONCENTRATION * usual, CONCENTRATION * (1 - usual)) if usual else 0.0
        ordered = poisson(luck, rate * share) if share else 0
        final = ordered + poisson(luck, rate * (1 - share))
        told = expected(Belief(mean, mean * mean / shape), ordered, elapsed, CURVE, None, None)
        held += told.low <= final <= told.high
    assert 0.7 <= held / cases <= 0.9


def test_orders_outweigh_what_was_believed_and_the_edition_ends_it() -> None:
    believed = Belief(100, 5000)
    start, half = expected(believed, 0, 0, CURVE, None, 150), expected(believed, 400, 0.5, CURVE, None, 150)
    assert start.low < 100 < start.high
    assert half.low > start.high
    assert half.high - half.low < 2 * 400
    assert half.goal_chance == 1
    assert start.goal_chance
    assert 0.1 < start.goal_chance < 0.4
    assert expected(believed, 400, 0.5, CURVE, 450, None).high == 450
    assert expected(believed, 90, 1.0, CURVE, None, 100) == expected(believed, 90, 1.5, CURVE, None, 100)
    assert expected(believed, 90, 1.0, CURVE, None, 100).goal_chance == 0
    assert expected(believed, 50, 0.2, CURVE, 50, 40) == expected(believed, 50, 0.9, CURVE, 50, 40)
    assert expected(believed, 10, 0.5, CURVE, 50, 60).goal_chance == 0
    nothing = expected(from_finals([]), 0, 0.99, CURVE, None, 10)
    assert nothing.low == 0
    assert nothing.goal_chance is not None
    assert nothing.goal_chance < 0.2
    likelier = [expected(believed, x, 0.5, CURVE, None, 150).goal_chance or 0 for x in (0, 40, 80, 120)]
    assert likelier == sorted(likelier)


def test_drops_before_teach_the_curve_and_the_buyers() -> None:
    late = [0.0] * 20 + [1.0]
    assert share_at(learned_curve([late] * 36), 0.5) == pytest.approx(0.056)
    assert share_at(CURVE, 0.525) == pytest.approx((CURVE[10] + CURVE[11]) / 2)
    alone = from_people(30, 100, [], 1.0)
    taught = from_people(30, 100, [(90, 100)] * 5, 1.0)
    assert taught.mean < alone.mean
    assert taught.variance < alone.variance
    assert from_finals([500, 520]).mean == 510
    assert from_finals([500, 520]).variance < from_finals([510]).variance


def days(*numbers: tuple[int, int, int, int]) -> list[Day]:
    return [Day(f"2027-03-0{n}", NOW + n * DAY, *each, None) for n, each in enumerate(numbers, 1)]


def test_looking_back_counts_what_held_and_draws_it() -> None:
    kept = days((0, 10, 20, 30), (12, 15, 22, 40), (20, 21, 22, 23))
    found = looking_back.verdict(kept, 25)
    assert (found.days, found.held, round(found.mean_error, 2)) == (3, 2, round((5 + 3 + 3) / 3, 2))
    assert looking_back.verdict([], 25).share == 0
    drawn = looking_back.chart(kept, 20, 25)
    assert drawn
    assert len(drawn.band.split()) == 6
    assert all(0 <= float(point.split(",")[1]) <= drawn.height for point in drawn.band.split())
    assert looking_back.chart(kept[:1], None, None) is None


@pytest.mark.one_db
def test_a_forecast_is_kept_each_day_and_the_end_teaches(
    app: Flask, clock: Any, client: Any, sign_in: Callable[..., None]
) -> None:
    clock.at(NOW)
    told = make.story()
    drop_id = make.drop(told=told, goal=20, cap=60)
    for n, fan in enumerate(make.people(24)):
        service.place(drop_id, fan, [make.tee(drop_id)], HOME, "a-first-key", NOW + n * timedelta(hours=10))
    assert [keeping.keep_due(), keeping.keep_due()] == [1, 0]
    clock.advance(days=1)
    assert keeping.keep_due() == 1
    sign_in(client, told.staff_id)
    page = client.get(f"{BASE}/{drop_id}/forecast").text
    assert "Chance of reaching the goal of 20: 100%." in page
    service.lock(drop_id, told.staff_id, NOW + 12 * DAY)
    clock.at(NOW + 12 * DAY)
    assert [keeping.keep_due(), keeping.keep_due()] == [1, 0]
    page = client.get(f"{BASE}/{drop_id}/forecast").text
    assert "It became 24 pieces." in page
    assert "of 2 days the interval held it" in page
    assert "<polygon" in page
    (final,) = db.session.scalars(select(Forecast).where(Forecast.day == knowing.FINAL))
    assert final.told_by["buyers"] == 24
    assert final.told_by["curve"] == sorted(final.told_by["curve"])
    assert (final.told_by["curve"][0], final.told_by["curve"][-1], len(final.told_by["curve"])) == (0.0, 1.0, 21)
    learned = knowing.lessons(db.session(), told.artist_id)
    assert (len(learned.curves), learned.finals) == (1, (24,))
    with app.test_request_context():
        figures = knowing.evidence(db.session(), told.contest_id, [told.submission_id])[told.submission_id]
    assert [figure.label for figure in figures][2:] == ["Pieces to expect in all", "Chance of reaching 20 pieces"]
