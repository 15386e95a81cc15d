"""The merch staff's desk: four clicks to publish, filters in the address, nothing of another artist."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event

from preorders import order_list, queries, service
from preorders.order_list import PAGE, Filters
from tests.preorders import make
from tests.preorders.make import HOME, NOW
from webapp.accounts import store as accounts
from webapp.infra.db import db, transaction

# Forms and pages; what they write and read is tested on both kinds of database with the services.
pytestmark = pytest.mark.ordinarily("postgres")

BASE = "/team/night-line/drops"


@pytest.fixture(autouse=True)
def at_noon(clock: Any) -> None:
    clock.at(NOW)


@pytest.fixture
def story(app: Flask) -> make.Story:
    return make.story()


@pytest.fixture
def staff(story: make.Story, client: Any, sign_in: Callable[..., None]) -> Any:
    """A browser in which merch staff are signed in."""
    sign_in(client, story.staff_id)
    return client


def draft(story: make.Story) -> int:
    return service.draft_from_pick(story.contest_id, story.pick_id, story.submission_id, NOW)


def form_in(page: Any) -> dict[str, str]:
    """The main form of the drop page as a browser would send it untouched."""
    form = page.text.split('<form class="form"')[1].split("</form>")[0]
    form = re.sub(r'<input type="checkbox"(?![^>]*checked)[^>]*>', "", form)
    values = dict(re.findall(r'<input[^>]*?name="([\w-]+)"[^>]*?value="([^"]*)"', form))
    values.update({m[1]: m[2] for m in re.finditer(r'<textarea[^>]*?name="([\w-]+)"[^>]*>\s*([^<]*)</textarea>', form)})
    return values


def test_publishing_takes_two_clicks_from_the_list(staff: Any, story: make.Story) -> None:
    drop_id = draft(story)
    assert f'href="{BASE}/{drop_id}"' in staff.get(BASE).text  # one: the draft
    page = staff.get(f"{BASE}/{drop_id}")
    assert f'formaction="{BASE}/{drop_id}/publish"' in page.text
    sent = staff.post(f"{BASE}/{drop_id}/publish", data=form_in(page))  # two: publish
    assert sent.status_code == 302, re.findall(r'role="alert">[^<]*', sent.text)
    drop = queries.drop(db.session(), drop_id)
    assert drop
    assert drop.published_by == story.staff_id
    assert staff.get(f"/drops/{drop.slug}").status_code == 200


def test_each_page_of_a_drop_links_to_all_others(staff: Any, story: make.Story) -> None:
    drop_id = draft(story)
    words = ["Draft", "Rates", "Orders", "Exports", "Waitlist", "Production", "Parcels"]
    words += ["Royalties", "Forecast"]
    first = links_in(staff.get(f"{BASE}/{drop_id}").text)
    assert list(first) == words
    for word, (href, current) in first.items():
        assert current == ("page" if word == "Draft" else "")
        page = staff.get(href)
        assert page.status_code == 200, href
        shown = links_in(page.text)
        assert addresses(shown) == addresses(first)
        assert {each for each, (_, now) in shown.items() if now} == {word}
    kept = links_in(staff.get(f"{BASE}/{drop_id}/orders?state=all&size=M").text)["Exports"][0]
    assert "size=M" in kept
    assert "size=M" in links_in(staff.get(kept.replace("&amp;", "&")).text)["Orders"][0]


def links_in(page: str) -> dict[str, tuple[str, str]]:
    """The links between a drop's pages: (address, aria-current) by word."""
    nav = page.split('aria-label="Pages of this drop"')[1].split("</nav>")[0]
    found = re.findall(r'<a href="([^"]+)"(?: aria-current="(\w+)")?>([^<]+)</a>', nav)
    return {word: (href, current) for href, current, word in found}


def addresses(links: dict[str, tuple[str, str]]) -> dict[str, str]:
    return {word: href.partition("?")[0] for word, (href, _) in links.items()}


def test_everything_of_a_draft_can_be_changed(staff: Any, story: make.Story) -> None:
    drop_id = draft(story)
    variant = make.catalogue(drop_id).products[0].variants[0]
    product = make.catalogue(drop_id).products[0]
    values = form_in(staff.get(f"{BASE}/{drop_id}"))
    values |= {
        "title": "Moth tee",
        "edition_cap": "200",
        "goal": "50",
        "per_person": "2",
        "opens_at": "2027-03-28T12:00",
        "closes_at": "2027-04-20T18:00",
        f"price-{product.id}": "31,50",
        f"chart-{product.id}": "S: 50 70\nM: 53 72",
        f"cap-{variant.id}": "40",
        f"sku-{variant.id}": "TEE-1",
        f"diff-{variant.id}": "-1,50",
        f"weight-{product.id}": "210",
        f"class-{product.id}": "reduced",
        f"addon-{product.id}": "1",
        "early_at": "2027-03-27T12:00",
        "royalty": "7,5",
        "royalty_amount": "0.50",
        "offer_hours": "12",
        "address_when": "later",
    }
    assert staff.post(f"{BASE}/{drop_id}", data=values).status_code == 302
    drop = queries.drop(db.session(), drop_id)
    assert drop
    assert drop.opens_at
    assert (drop.title, drop.edition_cap, drop.goal, drop.per_person) == ("Moth tee", 200, 50, 2)
    assert drop.opens_at.isoformat() == "2027-03-28T09:00:00+00:00"  # Helsinki, on summer time since that night
    product = make.catalogue(drop_id).products[0]
    assert (product.price_minor, product.variants[0].cap) == (3150, 40)
    assert product.size_chart[1] == {"size": "M", "width": 53, "length": 72}
    assert (product.weight_g, product.tax_class, product.addon) == (210, "reduced", True)
    assert (product.variants[0].sku, product.variants[0].price_diff_minor) == ("TEE-1", -150)
    assert (drop.royalty_bp, drop.royalty_minor, drop.offer_hours, drop.address_when) == (750, 50, 12, "later")
    assert drop.early_at
    assert drop.early_at < drop.opens_at


@pytest.mark.one_db
@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"edition_cap": "0"}, "Please look at this again"),
        ({"closes_at": "2027-02-01T18:00"}, "Preorders must open before they close."),
        ({"opens_at": "2027-03-28T03:30"}, "That time does not exist"),
        ({"price-": "12.345"}, "write an amount such as 29.90"),
        ({"price-": "NaN"}, "write an amount such as 29.90"),
        ({"chart-": "M 50"}, "write measures as"),
        ({"cap-": "many"}, "write a whole number"),
        ({"sku-": "A B"}, "a SKU has letters, digits"),
        ({"diff-": "-31.00"}, "cost less than nothing"),
        ({"weight-": "1e3"}, "write the weight in whole grams"),
        ({"royalty": "101"}, "Write a percentage such as 25.5."),
        ({"early_at": "2027-04-01T12:00"}, "order later than everybody else"),
        ({"payment": "now"}, "Not a valid choice"),
    ],
)
def test_what_cannot_be_is_said(staff: Any, story: make.Story, changes: dict[str, str], words: str) -> None:
    drop_id = draft(story)
    product = make.catalogue(drop_id).products[0]
    first = product.variants[0].id
    ids = {"price-": product.id, "chart-": product.id, "weight-": product.id}
    ids |= {"cap-": first, "sku-": first, "diff-": first}
    named = {f"{name}{ids.get(name, '')}": value for name, value in changes.items()}
    answer = staff.post(f"{BASE}/{drop_id}", data={**form_in(staff.get(f"{BASE}/{drop_id}")), **named})
    assert answer.status_code == 422
    assert words in answer.text
    assert next(iter(named.values())).split("\n")[0] in answer.text  # what was typed is shown again


def test_an_album_and_a_bundle(staff: Any, story: make.Story) -> None:
    drop_id = draft(story)
    album = {"kind": "album", "title": "Album", "price": "21.00", "sizes": "CD, Vinyl", "cap": "30"}
    assert staff.post(f"{BASE}/{drop_id}/products", data=album).status_code == 302
    tee, added = make.catalogue(drop_id).products
    assert [(v.size, v.cap) for v in added.variants] == [("CD", 30), ("Vinyl", 30)]
    assert not added.in_edition
    both = {"title": "Tee + album", "first": tee.id, "second": added.id, "price": "45"}
    assert staff.post(f"{BASE}/{drop_id}/bundles", data=both).status_code == 302
    (bundle,) = make.catalogue(drop_id).bundles
    assert (bundle.price_minor, dict(bundle.components)) == (4500, {tee.id: 1, added.id: 1})
    assert staff.post(f"{BASE}/{drop_id}/bundles", data={**both, "second": tee.id}).status_code == 422
    assert staff.get(f"{BASE}/{drop_id}").status_code == 200
    assert staff.post(f"{BASE}/{drop_id}/products/{added.id}/remove").status_code == 302
    assert (len(make.catalogue(drop_id).products), make.catalogue(drop_id).bundles) == (1, ())


def test_what_fans_order_by_is_fixed_once_published(staff: Any, story: make.Story) -> None:
    drop_id = make.drop(cap=10, told=story)
    product = make.catalogue(drop_id).products[0]
    service.place(drop_id, make.person(), [make.tee(drop_id, quantity=4)], HOME, "a-first-key", NOW)
    values = form_in(staff.get(f"{BASE}/{drop_id}"))
    cheaper = staff.post(f"{BASE}/{drop_id}", data={**values, f"price-{product.id}": "1.00"})
    assert cheaper.status_code == 422
    assert "This is fixed since the drop was published" in cheaper.text
    assert make.catalogue(drop_id).products[0].price_minor == 2990
    refused = staff.post(f"{BASE}/{drop_id}", data={**values, "edition_cap": "3"})
    assert "More pieces are reserved already than that." in refused.text
    assert staff.post(f"{BASE}/{drop_id}", data={**values, "edition_cap": "4"}).status_code == 302
    assert staff.post(f"{BASE}/{drop_id}/products/{product.id}/remove").status_code == 409


def test_a_window_left_alone_keeps_its_seconds(staff: Any, story: make.Story) -> None:
    opened = NOW - timedelta(days=1, seconds=17)
    drop_id = make.drop(told=story, opens_at=opened)
    values = form_in(staff.get(f"{BASE}/{drop_id}"))
    assert staff.post(f"{BASE}/{drop_id}", data={**values, "title": "Moth tee"}).status_code == 302
    drop = queries.drop(db.session(), drop_id)
    assert drop
    assert (drop.title, drop.opens_at) == ("Moth tee", opened)


def test_rates_and_zones_are_entered_and_carried_to_the_next_drop(staff: Any, story: make.Story) -> None:
    drop_id = draft(story)
    rate = {"rate-0-country": "FI", "rate-0-class": "standard", "rate-0-percent": "25,5", "rate-0-name": "ALV"}
    zone = {"zone-0-name": "North", "zone-0-countries": "fi, SE fi", "zone-0-price": "5.90", "zone-0-free": "80"}
    for wrong, words in (
        ({"rate-0-percent": "x"}, "Rate 1: write a percentage"),
        ({"zone-0-countries": "FI, XQ"}, "Zone 1: XQ is no country"),
        ({"zone-1-name": "All", "zone-2-name": "All"}, "Only one zone can be everywhere else."),
        ({"zone-1-name": "Two", "zone-1-countries": "SE"}, "one of them stands in two"),
    ):
        answer = staff.post(f"{BASE}/{drop_id}/rates", data={**rate, **zone, **wrong})
        assert answer.status_code == 422
        assert words in answer.text
    assert staff.post(f"{BASE}/{drop_id}/rates", data={**rate, **zone, "included": "0"}).status_code == 302
    drop = queries.drop(db.session(), drop_id)
    assert drop
    tariff = queries.tariff(db.session(), drop)
    assert [(each.country, each.rate_bp, each.name) for each in tariff.rates] == [("FI", 2550, "ALV")]
    assert [(each.countries, each.price_minor, each.free_from_minor) for each in tariff.zones] == [
        (("FI", "SE"), 590, 8000)
    ]
    alone = {"title": "Tour tee", "kind": "tee", "price": "19", "currency": "EUR", "sizes": "S, M", "colours": "",
             "opens_at": "2027-04-01T12:00", "closes_at": "2027-05-01T12:00",
             "design": story.submission_id}  # fmt: skip
    assert staff.post(f"{BASE}/new", data={**alone, "design": 99}).status_code == 422
    made = staff.post(f"{BASE}/new", data=alone)
    assert made.status_code == 302
    second = queries.drop(db.session(), int(made.location.rsplit("/", 1)[1]))
    assert second
    assert (second.contest_id, second.submission_id, second.edition_cap) == (None, story.submission_id, None)
    assert second.slug.startswith("tour-tee-")
    assert queries.tariff(db.session(), second) == tariff
    assert staff.post(f"{BASE}/{second.id}/publish", data=form_in(staff.get(made.location))).status_code == 302
    assert staff.get(f"/drops/{second.slug}").status_code == 200


def test_another_artists_desk_does_not_exist(
    app: Flask, story: make.Story, new_client: Callable[[], Any], sign_in: Callable[..., None]
) -> None:
    drop_id = make.drop(told=story)
    stranger, other = make.person(), new_client()
    with transaction() as session:
        foreign = accounts.add_artist(session, "other", "Other", NOW)
        accounts.add_member(session, foreign, stranger, "merch_staff", NOW)
    sign_in(other, stranger)
    order = service.place(drop_id, make.person(), [make.tee(drop_id)], HOME, "a-first-key", NOW)
    for base in (BASE, "/team/other/drops"):
        for path in ("", "/orders", f"/orders/{order.number}"):
            assert other.get(f"{base}/{drop_id}{path}").status_code == 404, (base, path)
        for path in (
            "/publish",
            "/lock",
            "/produce",
            "/ship",
            "/close",
            "/cancel",
            "/export",
            f"/orders/{order.number}/cancel",
        ):
            values = {"reason": "x", "template": "orders", "format": "csv"}
            assert other.post(f"{base}/{drop_id}{path}", data=values).status_code == 404, (base, path)


def test_the_list_is_filtered_counted_and_paged(staff: Any, story: make.Story) -> None:
    drop_id = make.drop(told=story, per_person=100, bundle=True)
    fan = make.person()
    for n in range(PAGE + 5):
        item = make.tee(drop_id, "S" if n % 2 else "M")
        service.place(drop_id, fan, [item], HOME, f"key-number-{n}", NOW)
    page = staff.get(f"{BASE}/{drop_id}/orders")
    assert page.text.count('<th scope="row" data-label="Order">') == PAGE
    more = re.search(r'href="([^"]+before=\d+[^"]*)"', page.text)
    assert more
    assert staff.get(more.group(1).replace("&amp;", "&")).text.count('<th scope="row" data-label="Order">') == 5
    small = order_list.totals(db.session(), drop_id, Filters(size="S"))
    assert (small.pieces, small.persons) == (27, 1)
    assert f"{small.pieces}</td>" in staff.get(f"{BASE}/{drop_id}/orders?size=S").text
    number = order_list.page(db.session(), drop_id, Filters(), None)[0][0].number
    for typed in (number, number.lower(), number.replace("-", "")):
        assert [line.number for line in order_list.page(db.session(), drop_id, Filters(q=typed), None)[0]] == [number]
    assert staff.get(f"{BASE}/{drop_id}/orders?size=XXL&product=9&bundle=yes&q=%25&before=x").status_code == 200


def test_the_steps_and_one_order_through_the_page(staff: Any, story: make.Story) -> None:
    drop_id = make.drop(told=story)
    first, second = (
        service.place(drop_id, make.person(), [make.tee(drop_id)], HOME, "a-first-key", NOW) for _ in range(2)
    )
    assert staff.post(f"{BASE}/{drop_id}/orders/{first.number}/cancel", data={"reason": ""}).status_code == 422
    assert staff.post(f"{BASE}/{drop_id}/orders/{first.number}/cancel", data={"reason": "Twice"}).status_code == 302
    assert "Twice" in staff.get(f"{BASE}/{drop_id}/orders/{first.number}").text
    told = {"told": "yes", "reason": "In a letter"}
    for step, values in (("lock", told), ("produce", {})):
        assert staff.post(f"{BASE}/{drop_id}/{step}", data=values).status_code == 302
        assert staff.get(f"{BASE}/{drop_id}/orders").status_code == 200
    assert staff.post(f"{BASE}/{drop_id}/ship", data={"which": "ticked"}).status_code == 422
    ticked = {"which": "ticked", "order": [second.id], "tracking": "JJFI 123"}
    assert staff.post(f"{BASE}/{drop_id}/ship?state=reserved", data=ticked).status_code == 302
    assert "JJFI 123" in staff.get(f"{BASE}/{drop_id}/orders/{second.number}").text
    assert staff.post(f"{BASE}/{drop_id}/close").status_code == 302


def test_calling_off_through_the_page(staff: Any, story: make.Story) -> None:
    drop_id = make.drop(told=story)
    assert staff.post(f"{BASE}/{drop_id}/cancel", data={"reason": ""}).status_code == 422
    assert staff.post(f"{BASE}/{drop_id}/cancel", data={"reason": "No printer"}).status_code == 302
    assert "No printer" in staff.get("/drops/tour-tee").text


def test_statements_do_not_grow_with_the_orders(staff: Any, story: make.Story) -> None:
    drop_id = make.drop(told=story, per_person=100, bundle=True)

    def statements(path: str) -> int:
        seen: list[str] = []
        listener = lambda *args: seen.append(args[2])  # noqa: E731
        event.listen(db.engine, "before_cursor_execute", listener)
        assert staff.get(path).status_code == 200
        event.remove(db.engine, "before_cursor_execute", listener)
        return len(seen)

    def place(count: int, start: int) -> None:
        for n in range(start, start + count):
            service.place(drop_id, make.person(), [make.bundle(drop_id)], HOME, f"key-number-{n}", NOW)

    place(1, 0)
    paths = (f"{BASE}/{drop_id}/orders", BASE, "/drops/tour-tee", f"{BASE}/{drop_id}")
    before = [statements(path) for path in paths]
    place(15, 1)
    assert [statements(path) for path in paths] == before
