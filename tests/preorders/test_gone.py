"""The page of an edition that is gone: written once, and yet each reader's own; and what a drop does not have."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from preorders import gone, queries, till
from preorders.models import ShippingZone
from preorders.tariffs import Zone
from tests.preorders import make
from tests.preorders.make import NOW
from webapp.infra.db import db, transaction

pytestmark = pytest.mark.one_db


@pytest.fixture(autouse=True)
def at_noon(clock: Any) -> None:
    clock.at(NOW)


def test_nothing_that_one_reader_typed_reaches_another(app: Flask) -> None:
    drop = queries.drop(db.session(), make.drop(cap=1))
    assert drop
    with app.test_request_context("/"):
        first = gone.page(drop, True, "/drops/tour-tee/preorder?size=M", {"name": 'Aino "<b>'})
        second = gone.page(drop, True, '/drops/tour-tee/preorder?size="S', {"name": gone.TYPED, "note": gone.HERE})
        without = gone.page(drop, False, "/x", {})
    assert '<input type="hidden" name="name" value="Aino &#34;&lt;b&gt;">' in first
    assert 'action="/drops/tour-tee/preorder?size=M"' in first and "Join the waitlist" in first
    assert "Aino" not in second and 'action="/drops/tour-tee/preorder?size=&#34;S"' in second
    assert second.count("<input") == 2 and second.rstrip().endswith("</html>")
    assert "Join the waitlist" not in without and "<input" not in without and "\x00" not in first + without


def test_what_the_till_reads_is_what_everybody_reads(app: Flask) -> None:
    drop_id = make.drop(bundle=True)
    with transaction() as session:
        session.add(ShippingZone(drop_id=drop_id, position=0, name="Home", countries=["FI"], price_minor=500))
    at = till.by_id(drop_id, make.person(), "a-key-of-an-order")
    assert at and (at.bundles, at.rates, at.zones) == (True, False, True)
    assert at.catalogue() == queries.catalogue(db.session(), drop_id)
    assert [len(product.variants) for product in at.catalogue().products] == [4, 1]
    assert at.tariff() == queries.tariff(db.session(), at.drop)
    assert at.tariff().zones == (Zone("Home", ("FI",), 500),)
