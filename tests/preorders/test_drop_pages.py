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
from preorders.models import Preorder
from tests.preorders import make
from tests.preorders.make import NOW
from webapp.infra.db import db

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
        "Made if 50 are ordered by 28 March 2027: 3 so far",
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
        r"<(?:input|select|textarea)[^>]*name=\"(?!key|csrf_token)(\w+)\"",
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
    assert client.post(order_url(drop_id), data={**ADDRESS, "key": key_in(page)}).status_code == 302


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
