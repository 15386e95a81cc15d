"""The pure rules: phases, prices, limits, numbers."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from preorders import measures, numbers, pricing, queries, rules
from preorders.charts import WIDTH, units_chart
from preorders.desk_forms import minor_of
from preorders.models import Drop
from preorders.order_list import Filters, Units
from preorders.phases import Dates, Phase, phase_of
from preorders.rules import Choice, Item, Offer, Pieces
from tests.preorders import make
from tests.preorders.make import DAY, NOW
from webapp.infra.db import db, transaction
from webapp.kernel.refusal import Refused

WINDOW = {"opens_at": NOW, "closes_at": NOW + DAY, "published_at": NOW - DAY}
CASES: list[tuple[dict[str, Any], timedelta, Phase]] = [
    ({"published_at": None}, timedelta(0), Phase.DRAFT),
    ({"opens_at": None}, timedelta(0), Phase.DRAFT),
    ({}, timedelta(seconds=-1), Phase.UPCOMING),
    ({}, timedelta(0), Phase.OPEN),
    ({}, DAY - timedelta(seconds=1), Phase.OPEN),
    ({}, DAY, Phase.LOCKED),
    ({"locked_at": NOW}, timedelta(0), Phase.LOCKED),
    ({"locked_at": NOW, "production_at": NOW}, DAY, Phase.IN_PRODUCTION),
    ({"locked_at": NOW, "production_at": NOW, "shipping_at": NOW}, DAY, Phase.SHIPPING),
    ({"locked_at": NOW, "shipping_at": NOW, "closed_at": NOW}, DAY, Phase.CLOSED),
    ({"cancelled_at": NOW}, timedelta(0), Phase.CANCELLED),
    ({"cancelled_at": NOW, "published_at": None, "shipping_at": NOW}, timedelta(0), Phase.CANCELLED),
]


@pytest.mark.parametrize(("dates", "moved", "phase"), CASES)
def test_the_phase_follows_from_dates(dates: dict[str, Any], moved: timedelta, phase: Phase) -> None:
    assert phase_of(Dates(**{**WINDOW, **dates}), NOW + moved) is phase


def test_sql_agrees_with_the_pure_phase(app: Flask) -> None:
    told = make.story()
    for n, (dates, _moved, _phase) in enumerate(CASES):
        values = {**WINDOW, **dates, **({"cancel_reason": "Why"} if dates.get("cancelled_at") else {})}
        with transaction() as session:
            session.add(
                Drop(
                    artist_id=told.artist_id,
                    slug=f"d{n}",
                    title="D",
                    currency="EUR",
                    timezone="UTC",
                    created_at=NOW,
                    **values,
                )
            )
    drops = queries.of_artist(db.session(), told.artist_id)
    for moment in (NOW - timedelta(seconds=1), NOW, NOW + DAY - timedelta(seconds=1), NOW + DAY):
        for phase in Phase:
            by_sql = set(db.session.scalars(select(Drop.id).where(queries.in_phase(phase, moment))))
            assert by_sql == {drop.id for drop in drops if drop.phase(moment) is phase}, (phase, moment)


CHOICES = {1: Choice(1, 10, True, 2990), 2: Choice(2, 20, False, 2100), 3: Choice(3, 30, True, 0)}


@given(
    price=st.integers(0, 10**7),
    quantity=st.integers(1, 20),
    counts=st.tuples(st.integers(1, 5), st.integers(1, 5), st.integers(1, 5)),
)
def test_a_bundles_lines_always_add_up(price: int, quantity: int, counts: tuple[int, int, int]) -> None:
    offers = {7: Offer(7, price, dict(zip((10, 20, 30), counts, strict=True)))}
    lines = pricing.lines_of([Item((3, 1, 2), 7, quantity), Item((1,), None, 2)], CHOICES, offers)
    assert pricing.total_of(lines) == price * quantity + 2 * 2990
    assert all(line.price_minor >= 0 for line in lines)
    assert pricing.per_variant(lines) == {1: counts[0] * quantity + 2, 2: counts[1] * quantity, 3: counts[2] * quantity}
    assert list(pricing.per_variant(lines)) == [1, 2, 3]  # the order in which SKUs are taken
    assert pricing.pieces_of(lines) == Pieces((counts[0] + counts[2]) * quantity + 2, counts[1] * quantity)


def test_a_bundle_is_split_by_list_price() -> None:
    lines = pricing.lines_of([Item((1, 2), 7)], CHOICES, {7: Offer(7, 4500, {10: 1, 20: 1})})
    assert [line.price_minor for line in lines] == [2643, 1857]
    assert pricing.saving(Offer(7, 4500, {10: 1, 20: 1}), {10: 2990, 20: 2100}) == 590
    assert pricing.saving(Offer(7, 9900, {10: 1, 20: 1}), {10: 2990, 20: 2100}) == 0


@pytest.mark.parametrize(
    ("held", "wanted", "left"),
    [(Pieces(2, 0), Pieces(1, 0), None), (Pieces(3, 0), Pieces(0, 3), None), (Pieces(2, 0), Pieces(2, 0), 1)],
)
def test_the_limit(held: Pieces, wanted: Pieces, left: int | None) -> None:
    if left is None:
        rules.require_limit(3, held, wanted)
        return
    with pytest.raises(Refused) as refused:
        rules.require_limit(3, held, wanted)
    assert refused.value.details["left"] == left


def test_order_numbers_are_read_as_they_are_typed() -> None:
    number = numbers.order_number()
    assert len(number) == 10
    for typed in (number, number.lower(), f" {number.replace('-', ' ')} ", number.removeprefix("FM-")):
        assert numbers.as_order_number(typed) == number
    assert numbers.as_order_number("FM-OIL0-11") == "FM-0110-11"
    assert numbers.as_order_number("Aino") is None


def test_skus_are_plain_and_never_twice() -> None:
    assert numbers.sku(12, "tee", "Sinivärinen", "50 × 70 cm", set()) == "D12-TEE-SINIVARINEN-5070CM"
    assert numbers.sku(12, "album", "", "", {"D12-ALBUM"}) == "D12-ALBUM-2"
    assert numbers.sku(12, "tee", "墨", "M", {"D12-TEE-M"}) == "D12-TEE-M-2"


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [("29.90", "EUR", 2990), ("29,9", "EUR", 2990), (" 30 ", "EUR", 3000), ("0", "EUR", 0), ("3200", "JPY", 3200)],
)
def test_amounts_are_read(text: str, currency: str, minor: int) -> None:
    assert minor_of(text, currency) == minor


@pytest.mark.parametrize("text", ["", "free", "12.345", "-1", "NaN", "Infinity", "1e99", "12.50.1"])
def test_other_amounts_are_not(text: str) -> None:
    with pytest.raises(ValueError):
        minor_of(text, "EUR")


def test_measures_are_written_as_they_are_read() -> None:
    chart = measures.usual_chart("tee", ["S", "M", "One size"])
    assert [row["size"] for row in chart] == ["S", "M"]
    assert measures.read(measures.written(chart)) == chart
    for wrong in ("M 52", "M: 52", "M: wide long", "M: 0 70", "M: 52 999"):
        with pytest.raises(ValueError):
            measures.read(wrong)


def test_bars_fit_the_chart() -> None:
    units = [Units(f"S{n}", "Tee", "M", "Navy", "", n) for n in (3, 120, 1)]
    chart = units_chart(units)
    assert [bar.value for bar in chart.bars] == [3, 120, 1]
    assert max(chart.left + bar.width for bar in chart.bars) <= WIDTH - 60
    assert units_chart([]).height > 0


@given(st.dictionaries(st.sampled_from(["state", "size", "colour", "product", "bundle", "q"]), st.text()))
def test_any_query_string_gives_filters(args: dict[str, str]) -> None:
    filters = Filters.of(args)
    assert Filters.of({name: str(value) for name, value in filters.args().items()}) == filters
