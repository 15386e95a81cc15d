"""What fans see and send: from the drop to the order, and back out."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from preorders import queries, service
from preorders.models import Preorder, Product, ShippingZone, TaxRate
from tests.preorders import make
from tests.preorders.make import NOW
from webapp.infra.db import db, transaction

# The forms and words of pages; what they read and write is tested on both kinds of database with the services.
pytestmark = pytest.mark.one_db

ADDRESS = {
    "name": "Aino Ahola",
    "line1": "Kirkkokatu 1",
    "postcode": "00170",
    "city": "Helsinki",
    "country": "FI",
}


@pytest.fixture(autouse=True)
def at_noon(clock: Any) -> None:
    clock.at(NOW)


def order_url(drop_id: int, **chosen: Any) -> str:
    args = {"product": make.catalogue(drop_id).products[0].id, "size": "M", "colour": "Navy", **chosen}
    return "/drops/tour-tee/preorder?" + "&".join(f"{name}={value}" for name, value in args.items())


def key_in(page: Any) -> str:
    found = re.search(r'name="key" type="hidden" value="([^"]+)"', page.text)
    assert found
    return found.group(1)


def orders() -> list[Preorder]:
    db.session.rollback()
    return list(db.session.scalars(select(Preorder)))


def test_the_drop_says_what_it_is_and_what_is_left(app: Flask, client: Any) -> None:
    told = make.story()
    drop_id = make.drop(cap=100, goal=50, bundle=True, told=told, submission_id=told.submission_id)
    service.place(drop_id, make.person(), [make.tee(drop_id, quantity=3)], make.HOME, "a-first-key", NOW)
    page = client.get("/drops/tour-tee")
    assert page.status_code == 200
    for words in (
        "97 of 100 left",
        "Made if 50 are ordered by ",
        ": 3 so far",
        "€29.90",
        "you save €5.90",
        "A moth around a lamp",
    ):
        assert words in page.text
    assert "Nothing is charged now" in page.text


def test_a_draft_is_nobodys_to_see(app: Flask, client: Any) -> None:
    make.drop(published_at=None)
    assert client.get("/drops/tour-tee").status_code == 404
    assert client.get("/drops/tour-tee/preorder").status_code == 404


def test_four_taps_and_at_most_eight_fields(app: Flask, client: Any, sign_in: Callable[..., None]) -> None:
    drop_id, fan = make.drop(bundle=True), make.person()
    first = client.get(order_url(drop_id))
    assert first.status_code == 302
    assert "sign-in" in first.location
    assert "size" in first.location  # what was chosen survives the way through sign-in
    sign_in(client, fan)
    page = client.get(order_url(drop_id))
    fields = re.findall(
        r"<(?:input|select|textarea)[^>]*name=\"(?!key|seen|csrf_token)(\w+)\"",
        page.text.split("<main")[1].split("</main")[0],
    )
    assert len(fields) <= 8, fields
    sent = client.post(order_url(drop_id), data={**ADDRESS, "key": key_in(page)})
    assert sent.status_code == 302
    (order,) = orders()
    assert sent.location == f"/preorders/{order.number}?placed=1"
    again = client.post(order_url(drop_id), data={**ADDRESS, "key": key_in(page)})
    assert again.location == sent.location
    assert len(orders()) == 1
    shown = client.get(sent.location).text
    assert "Tour tee, M, Navy" in shown
    assert "It is yours." in shown


def test_the_age_is_asked_first(app: Flask, client: Any, sign_in: Callable[..., None]) -> None:
    drop_id, fan = make.drop(), make.person(age_band=None)
    sign_in(client, fan)
    away = client.get(order_url(drop_id))
    assert away.status_code == 302
    assert "/age" in away.location


def test_a_minor_reserves_and_is_told_what_that_means(app: Flask, client: Any, sign_in: Callable[..., None]) -> None:
    drop_id, fan = make.drop(), make.person(age_band="13-15")
    sign_in(client, fan)
    page = client.get(order_url(drop_id))
    assert "Nothing is charged now: you reserve" in page.text
    assert "You are under 18" in page.text
    assert "send your choice to someone who can pay" in page.text
    assert client.post(order_url(drop_id), data={**ADDRESS, "key": key_in(page)}).status_code == 302


def test_what_an_order_waits_for_is_said(app: Flask, client: Any, sign_in: Callable[..., None]) -> None:
    drop_id, fan = make.drop(payment="now", hold_minutes=45), make.person(age_band="13-15")
    sign_in(client, fan)
    page = client.get(order_url(drop_id))
    assert "it is kept for you for 45 minutes" in page.text
    sent = client.post(order_url(drop_id), data={**ADDRESS, "key": key_in(page)})
    (order,) = orders()  # kept, whether or not its payment page can be reached
    assert (sent.status_code in (302, 303), order.awaits_payment, order.awaits_guardian) == (True, True, True)
    shown = client.get(f"/preorders/{order.number}").text
    for words in ("Kept for you", "a parent or guardian has to agree", f"/preorders/{order.number}/pay"):
        assert words in shown
    service.cancel(order.id, fan, NOW)
    assert "Cancelled" in client.get(f"/preorders/{order.number}").text


def test_a_refusal_loses_nothing_that_was_typed(app: Flask, client: Any, sign_in: Callable[..., None]) -> None:
    drop_id, fan = make.drop(cap=1), make.person()
    sign_in(client, fan)
    page = client.get(order_url(drop_id))
    service.place(drop_id, make.person(), [make.tee(drop_id)], make.HOME, "somebody-faster", NOW)
    refused = client.post(order_url(drop_id), data={**ADDRESS, "note": "Ring twice", "key": key_in(page)})
    assert refused.status_code == 409
    assert "The edition is sold out." in refused.text
    for typed in ("Aino Ahola", "Kirkkokatu 1", "Ring twice", key_in(page)):
        assert typed in refused.text


def test_what_is_missing_is_named(app: Flask, client: Any, sign_in: Callable[..., None]) -> None:
    drop_id, fan = make.drop(), make.person()
    sign_in(client, fan)
    page = client.get(order_url(drop_id))
    answer = client.post(order_url(drop_id), data={**ADDRESS, "city": " ", "country": "Mars", "key": key_in(page)})
    assert answer.status_code == 422
    assert "Please look at this again" in answer.text
    assert orders() == []


def test_without_a_size_one_chooses_again(app: Flask, client: Any, sign_in: Callable[..., None]) -> None:
    drop_id, fan = make.drop(), make.person()
    sign_in(client, fan)
    answer = client.get(order_url(drop_id, size=""))
    assert answer.status_code == 422
    assert "Choose a size and a colour." in answer.text


def test_a_bundle_through_the_page(app: Flask, client: Any, sign_in: Callable[..., None]) -> None:
    drop_id, fan = make.drop(bundle=True), make.person()
    sign_in(client, fan)
    url = order_url(drop_id, bundle=make.catalogue(drop_id).bundles[0].id, quantity=2)
    page = client.get(url)
    assert "€90.00" in page.text
    client.post(url, data={**ADDRESS, "key": key_in(page)})
    (order,) = orders()
    assert sorted(line.product for line in queries.lines(db.session(), order.id)) == ["Album", "Tour tee"]


def hidden(page: Any, name: str) -> str:
    found = re.search(rf'name="{name}" (?:type="hidden" )?value="([^"]+)"', page.text)
    assert found
    return found.group(1)


def test_shipping_is_said_up_front_and_another_total_is_shown_before_it_is_ordered(
    app: Flask, client: Any, sign_in: Callable[..., None]
) -> None:
    drop_id, fan = make.drop(bundle=True), make.person()
    album = make.catalogue(drop_id).products[1]
    with transaction() as session:
        session.get_one(Product, album.id).addon = True
        session.add(TaxRate(drop_id=drop_id, country="FI", rate_bp=2550, name="ALV"))
        for position, (country, price) in enumerate((("FI", 590), ("SE", 990))):
            zone = {"name": country, "countries": [country], "price_minor": price, "extra_minor": 100}
            session.add(ShippingZone(drop_id=drop_id, position=position, **zone))
    assert "Shipping to Finland: €5.90, each further piece €1.00" in client.get("/drops/tour-tee").text
    assert "Shipping to Sweden: €9.90" in client.get("/drops/tour-tee?country=se").text
    sign_in(client, fan)
    url = order_url(drop_id, **{f"addon{album.id}": album.variants[0].id})
    page = client.get(url)
    for words in ("1 × Album", "Shipping to Finland", "€57.80", "of which ALV 25.5 %", "€11.75"):
        assert words in page.text
    sent = {**ADDRESS, "country": "SE", "key": key_in(page), "seen": hidden(page, "seen")}
    dearer = client.post(url, data=sent)
    assert dearer.status_code == 409
    assert "The total has changed." in dearer.text
    assert "€61.80" in dearer.text
    assert orders() == []
    assert client.post(url, data={**sent, "seen": hidden(dearer, "seen")}).status_code == 302
    assert orders()[0].total_minor == 6180
    assert 'value="DE"' not in page.text  # nothing is sent there
    answer = client.post(url, data={**sent, "country": "DE"})
    assert answer.status_code == 422


def test_an_order_is_changed_and_moved_on_its_own_page(app: Flask, client: Any, sign_in: Callable[..., None]) -> None:
    drop_id, fan = make.drop(bundle=True), make.person()
    order = service.place(
        drop_id, fan, [make.tee(drop_id, "M"), make.bundle(drop_id, "S")], make.HOME, "a-first-key", NOW
    )
    sign_in(client, fan)
    base, black_s = f"/preorders/{order.number}", make.tee(drop_id, "S").variant_ids[0]
    page = client.get(base)
    version = hidden(page, "version")
    sent = {"version": version, "item-0-part-0": black_s, "item-0-quantity": 2, "item-1-quantity": 0}
    assert client.post(f"{base}/change", data=sent).status_code == 303
    assert client.post(f"{base}/change", data={**sent, "item-0-quantity": 3}).status_code == 409
    shown = client.get(base).text
    assert "2 × Tour tee, S, Black" in shown
    assert "1 × Tour tee, M, Black, 1 × Tour tee, S, Black, 1 × Album → 2 × Tour tee, S, Black" in shown
    bad = client.post(f"{base}/address", data={**ADDRESS, "city": ""})
    assert bad.status_code == 422
    moved = {**ADDRESS, "city": "Turku", "country": "SE"}
    assert client.post(f"{base}/address", data=moved).status_code == 303
    assert "00170 Turku, Sweden" in client.get(base).text
    assert client.post("/preorders/FM-NONE-00/change", data=sent).status_code == 404


def test_an_address_is_asked_later_and_then_on_the_order(app: Flask, client: Any, sign_in: Callable[..., None]) -> None:
    drop_id, fan = make.drop(address_when="later"), make.person()
    sign_in(client, fan)
    page = client.get(order_url(drop_id))
    assert 'name="line1"' not in page.text
    sent = client.post(order_url(drop_id), data={"key": key_in(page), "seen": hidden(page, "seen")})
    assert sent.status_code == 302
    assert "know yet where to send it" in client.get(sent.location).text
    assert client.post(sent.location.split("?")[0] + "/address", data=ADDRESS).status_code == 303
    assert orders()[0].address["line1"] == "Kirkkokatu 1"


def test_cancelling_on_ones_own_page(
    app: Flask, client: Any, new_client: Callable[[], Any], sign_in: Callable[..., None]
) -> None:
    drop_id, fan = make.drop(), make.person()
    order = service.place(drop_id, fan, [make.tee(drop_id)], make.HOME, "a-first-key", NOW)
    other = new_client()
    sign_in(other, make.person())
    assert other.get(f"/preorders/{order.number}").status_code == 404
    assert other.post(f"/preorders/{order.number}/cancel").status_code == 404
    sign_in(client, fan)
    assert "Cancel this order" in client.get(f"/preorders/{order.number}").text
    assert client.post(f"/preorders/{order.number}/cancel").status_code == 302
    assert [row.state for row in orders()] == ["cancelled"]
    assert "Cancel this order" not in client.get(f"/preorders/{order.number}").text


@pytest.mark.parametrize(
    ("moved", "words"),
    [(timedelta(days=-1, seconds=-1), "Preorders open"), (timedelta(days=28), "Preorders are closed.")],
)
def test_outside_the_window(app: Flask, client: Any, clock: Any, moved: timedelta, words: str) -> None:
    make.drop()
    clock.at(NOW + moved)
    page = client.get("/drops/tour-tee").text
    assert words in page
    assert 'name="size"' not in page


def test_it_is_open_earlier_for_who_took_part(app: Flask, client: Any, sign_in: Callable[..., None]) -> None:
    told = make.story()
    drop_id = make.drop(told=told, contest_id=told.contest_id, early_at=NOW, opens_at=NOW + timedelta(days=2))
    shown = client.get("/drops/tour-tee").text
    assert "For those who designed, commented or voted already from" in shown
    assert 'name="size"' not in shown
    sign_in(client, told.designer_id)
    assert "Open for you already." in client.get("/drops/tour-tee").text
    page = client.get(order_url(drop_id))
    assert "not open at the moment" not in page.text
    assert client.post(order_url(drop_id), data={**ADDRESS, "key": key_in(page)}).status_code == 302


def test_a_sold_out_size_cannot_be_ticked(app: Flask, client: Any) -> None:
    drop_id = make.drop()
    small = [variant.id for variant in make.catalogue(drop_id).products[0].variants if variant.size == "S"]
    service.set_caps(drop_id, make.person(), dict.fromkeys(small, 0), NOW)
    page = client.get("/drops/tour-tee").text
    assert re.search(r'value="S" required disabled', page)
    assert not re.search(r'value="M" required disabled', page)


def test_nothing_inline(app: Flask, client: Any, sign_in: Callable[..., None]) -> None:
    drop_id, fan = make.drop(bundle=True), make.person()
    sign_in(client, fan)
    for url in ("/drops/tour-tee", order_url(drop_id)):
        assert not re.search(r"<[^>]+ (style|on\w+)=", client.get(url).text)
