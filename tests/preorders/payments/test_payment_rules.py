"""Amounts, lines and times of payments; what settings may say."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from preorders.payments import rules
from preorders.payments.amounts import NotPayable, provider_amount
from preorders.payments.rules import Part, checkout_until, hold_until, parts_of
from webapp.infra.settings import BadSettings, Settings

NOW = datetime(2027, 3, 1, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("minor", "currency", "expected"),
    [
        (2990, "EUR", 2990),
        (3000, "JPY", 3000),
        (4900, "ISK", 490000),  # counted in whole krónur here, written with two decimals there
        (1550, "KWD", 15500),
        (150000, "XAF", 1500),
    ],
)
def test_amounts_are_counted_as_the_provider_does(minor: int, currency: str, expected: int) -> None:
    assert provider_amount(minor, currency) == expected


def test_a_fraction_the_provider_does_not_know_is_refused() -> None:
    with pytest.raises(NotPayable):
        provider_amount(150050, "XAF")


def test_lines_add_up_to_what_is_paid() -> None:
    lines, shipping, tax = [("1 × Tee", 2990), ("1 × Album", 0)], Part("Shipping", 590), Part("Tax", 718)
    assert sum(each.amount_minor for each in parts_of(lines, shipping, tax, False, 4298, "Order")) == 4298
    included = parts_of(lines, shipping, tax, True, 3580, "Order")
    assert [each.words for each in included] == ["1 × Tee", "1 × Album", "Shipping"]
    assert parts_of(lines, shipping, tax, False, 4000, "Order") == (Part("Order", 4000),)
    assert parts_of([("Tee", 3000), ("Off", -500)], Part("", 0), tax, True, 2500, "Order") == (Part("Order", 2500),)


def test_times_stay_within_what_a_page_allows() -> None:
    assert hold_until(NOW + 10 * MINUTE, NOW) == NOW + 30 * MINUTE
    assert hold_until(NOW + 90 * MINUTE, NOW) == NOW + 90 * MINUTE
    for hold in (NOW, NOW + 5 * MINUTE, NOW + 90 * MINUTE, NOW + 9000 * MINUTE, None):
        assert NOW + 30 * MINUTE < checkout_until(hold, NOW) < NOW + 24 * 60 * MINUTE
    assert checkout_until(NOW + 90 * MINUTE, NOW) == NOW + 90 * MINUTE
    assert [rules.next_look(tries, NOW) - NOW for tries in (0, 99)] == [MINUTE, 60 * MINUTE]


def test_settings_say_every_fault_at_once(tmp_path: Path) -> None:
    def faults(**values: str) -> list[str]:
        try:
            Settings.from_env({"FANMADE_DATA": str(tmp_path), **{f"FANMADE_STRIPE_{k}": v for k, v in values.items()}})
        except BadSettings as bad:
            return [fault.split(":")[0].removeprefix("FANMADE_STRIPE_") for fault in bad.faults]
        return []

    assert faults() == faults(KEY="sk_test_1", WEBHOOK_SECRET="whsec_1", API="http://127.0.0.1:9") == []
    assert faults(KEY="sk_test_1") == ["WEBHOOK_SECRET"]
    assert faults(WEBHOOK_SECRET="whsec_1") == ["KEY"]
    assert faults(KEY="pk_1", WEBHOOK_SECRET="x", API="stripe") == ["KEY", "WEBHOOK_SECRET", "API"]
    assert "sk_test_1" not in repr(Settings(stripe_key="sk_test_1"))
