"""A currency without decimals: yen stay yen on pages, at the provider, in files, and on their way back."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest

from preorders import recount
from preorders import service as drops
from preorders.models import ShippingZone, TaxRate
from preorders.order_list import Filters
from preorders.payments import queries
from tests.preorders import make
from tests.preorders.payments.conftest import now_of
from webapp.infra.db import db, transaction


@pytest.mark.one_db
def test_yen_are_whole_everywhere(
    double: Any, order: Any, opened: Any, send: Any, run_jobs: Any, clock: Any, client: Any, sign_in: Any
) -> None:
    told = make.story()
    drop_id = make.drop(told=told, currency="JPY", payment="now", tax_included=False)
    with transaction() as session:
        session.add(TaxRate(drop_id=drop_id, country="FI", rate_bp=1000, name="消費税"))
        zone = {"name": "Finland", "countries": ["FI"], "price_minor": 505, "extra_minor": 0}
        session.add(ShippingZone(drop_id=drop_id, position=0, **zone))
    placed = order(drop_id, quantity=2)
    assert (placed.items_minor, placed.shipping_minor, placed.tax_minor, placed.total_minor) == (5980, 505, 649, 7134)
    sign_in(client, placed.person_id)
    page = client.get(f"/preorders/{placed.number}").text
    assert "¥7,134" in page and "¥505" in page and ".00" not in page
    session_id = opened(placed)
    asked = {name: value for name, value in double.calls[-1][2].items() if "unit_amount" in name or "currency" in name}
    assert sorted(asked.values()) == ["505", "5980", "649", "jpy", "jpy", "jpy"]
    assert double.objects[session_id]["amount_total"] == 7134
    double.complete(session_id)
    send(*double.events)
    double.give_back(double.objects[session_id]["payment_intent"], 134)
    send(*double.events)
    run_jobs()
    drops.cancel(placed.id, placed.person_id, clock.now)
    run_jobs()
    assert [each["amount"] for each in double.of("refund")] == [134, 7000]
    assert queries.paid_here(db.session(), placed.id) == 0 and now_of(placed).refunded_at
    written = drops.export(drop_id, told.staff_id, "finance", "csv", Filters("cancelled"), clock.now)
    (row,) = csv.DictReader(io.TextIOWrapper(written.file, "utf-8-sig"))
    assert [row[name] for name in ("items", "shipping", "tax_10", "tax", "total", "refunds")] == [
        "5980", "505", "649", "649", "7134", "7134",
    ]  # fmt: skip
    assert recount.differences(db.session()) == []
