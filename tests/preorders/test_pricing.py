"""Totals explained: lines, taxes by rate and shipping add up to what is paid, whatever is ordered."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from preorders import pricing
from preorders.rules import Choice, Item, Offer
from preorders.tariffs import Rate, Tariff, Zone, tax_of
from webapp.kernel.refusal import Refused

CHOICES = {
    1: Choice(1, 10, True, 2990, 0, "standard"),
    2: Choice(2, 10, True, 3290, 300, "standard"),
    3: Choice(3, 20, False, 2100, 0, "reduced"),
    4: Choice(4, 30, False, 500, 0, "standard", addon=True),
}
OFFERS = {7: Offer(7, 4500, {10: 1, 20: 2})}
NORDIC = Zone("Nordic", ("FI", "SE"), 590, 150, 8000)
WORLD = Zone("World", (), 1490, 300)
RATES = (Rate("FI", "standard", 2550, "ALV"), Rate("FI", "reduced", 1350, "ALV"), Rate("", "standard", 0))


def item(chosen: tuple[int, bool, int]) -> Item:
    variant, bundled, count = chosen
    return Item((variant, 3), 7, count) if bundled and variant < 3 else Item((variant,), None, count)


baskets = st.lists(st.tuples(st.sampled_from([1, 2, 3, 4]), st.booleans(), st.integers(1, 20)), min_size=1, max_size=5)
places = [(country, name) for country in ("", "FI", "DE") for name in ("standard", "reduced")]
rates = st.lists(st.integers(0, 10000) | st.none(), min_size=6, max_size=6).map(
    lambda found: tuple(Rate(*place, bp) for place, bp in zip(places, found, strict=True) if bp is not None)
)
zones = st.builds(
    Zone,
    st.just("Z"),
    st.just(()),
    st.integers(0, 10**5),
    st.integers(0, 10**4),
    st.none() | st.integers(0, 10**6),
)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    baskets,
    rates,
    zones,
    st.booleans(),
    st.sampled_from(["FI", "DE", "JP"]),
)
def test_whatever_is_ordered_adds_up(
    chosen: list[tuple[int, bool, int]], rates: tuple[Rate, ...], zone: Zone, included: bool, country: str
) -> None:
    quote = pricing.quoted(map(item, chosen), CHOICES, OFFERS, Tariff(rates, (zone,), included), country)
    bill = quote.bill
    assert bill.items_minor == sum(line.price_minor for line in quote.lines)
    assert bill.total_minor == bill.items_minor + bill.shipping_minor + (0 if included else bill.tax_minor)
    assert sum(part.tax_minor for part in bill.taxes) == bill.tax_minor
    nets = sum(part.net_minor for part in bill.taxes)
    untaxed = sum(line.price_minor for line in quote.lines if not line.tax_bp)
    untaxed += 0 if any(line.tax_bp for line in quote.lines) else bill.shipping_minor
    assert nets + untaxed == bill.items_minor + bill.shipping_minor - (bill.tax_minor if included else 0)
    for part in bill.taxes:  # by rate, what is kept of the lines is what the bill says
        of_lines = sum(line.tax_minor for line in quote.lines if line.tax_bp == part.rate_bp)
        top = part.rate_bp == max(line.tax_bp for line in quote.lines)
        assert part.tax_minor == of_lines + (tax_of(bill.shipping_minor, part.rate_bp, included) if top else 0)
    kept = [(line.price_minor, line.tax_bp, line.tax_minor) for line in quote.lines]
    names = {part.rate_bp: part.name for part in bill.taxes}
    assert pricing.explained(kept, bill.shipping_minor, bill.tax_minor, included, names) == bill


@given(st.integers(0, 10**9), st.integers(0, 10000))
def test_a_tax_is_rounded_to_the_nearest_cent(amount: int, rate_bp: int) -> None:
    assert abs(tax_of(amount, rate_bp, False) * 10000 - amount * rate_bp) * 2 <= 10000
    contained = tax_of(amount, rate_bp, True)
    assert abs(contained * (10000 + rate_bp) - amount * rate_bp) * 2 <= 10000 + rate_bp


def test_an_order_by_hand() -> None:
    tariff = Tariff(RATES, (NORDIC, WORLD), True)
    items = [Item((2,), None, 1), Item((1, 3), 7, 1)]
    quote = pricing.quoted(items, CHOICES, OFFERS, tariff, "FI")
    # The bundle's 45.00 by list price: 29.90 and 2 × 21.00.
    assert [(line.quantity, line.price_minor) for line in quote.lines] == [(1, 3290), (1, 1871), (2, 2629)]
    assert [line.tax_minor for line in quote.lines] == [668, 380, 313]
    assert quote.bill.shipping_minor == 590 + 3 * 150
    assert quote.bill.tax_minor == 668 + 380 + 313 + 211
    assert [(part.rate_bp, part.tax_minor, part.name) for part in quote.bill.taxes] == [
        (1350, 313, "ALV"),
        (2550, 1259, "ALV"),
    ]
    assert quote.bill.total_minor == 3290 + 4500 + 1040


def test_a_bundle_costs_the_difference_of_what_was_chosen_in_it() -> None:
    lines = pricing.lines_of([Item((2, 3), 7, 2)], CHOICES, OFFERS)
    assert pricing.total_of(lines) == 2 * (4500 + 300)


def test_added_tax_comes_on_top() -> None:
    bill = pricing.quoted([Item((1,), None, 1)], CHOICES, OFFERS, Tariff(RATES, (WORLD,), False), "FI").bill
    assert (bill.tax_minor, bill.total_minor) == (762 + 380, 2990 + 1490 + 1142)


def test_shipping_is_free_from_an_amount_and_unknown_without_a_country() -> None:
    tariff = Tariff(RATES, (NORDIC,), True)
    assert pricing.quoted([Item((1,), None, 3)], CHOICES, OFFERS, tariff, "SE").bill.shipping_minor == 0
    assert pricing.quoted([Item((1,), None, 3)], CHOICES, OFFERS, tariff, "").zone is None
    with pytest.raises(Refused, match="not-served"):
        pricing.quoted([Item((1,), None, 1)], CHOICES, OFFERS, tariff, "DE")
    with pytest.raises(Refused, match="country-needed"):
        tariff.require_country("")


def test_a_country_comes_before_a_class() -> None:
    tariff = Tariff((Rate("FI", "standard", 2550), Rate("", "reduced", 500), Rate("", "standard", 0)))
    assert tariff.rate("FI", "reduced").rate_bp == 2550
    assert tariff.rate("US", "reduced").rate_bp == 500
    assert tariff.rate("US", "zero").rate_bp == 0
    assert Tariff().rate("FI", "standard").rate_bp == 0
