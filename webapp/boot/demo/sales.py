"""The drop of the decided contest: an edition, a record, a bundle of both, a patch to add, and those who ordered."""

import random
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from contests.local_time import at_hour
from preorders import pricing, queries, store, timeline
from preorders.measures import usual_chart
from preorders.numbers import order_number, sku
from preorders.ordering import amounts
from preorders.rows import Catalogue
from preorders.rules import Item
from preorders.tariffs import Rate, Tariff, Zone
from preorders.waitlist import store as waitlist
from webapp.boot.demo import words
from webapp.boot.demo.people import DOMAIN, ZONE, Cast

CAP, GOAL = 150, 60
LEFT = {("XXL", "Black"): 6, ("M", "Black"): 14}  # caps of single SKUs, so that some run low
GONE = "XXL"  # of this size as many were made as were ordered
DEARER = {"XXL": 300}  # what a size costs more
SIZES = {"S": 3, "M": 6, "L": 5, "XL": 3, "XXL": 1}
GIVEN = ("Anna", "Kalle", "Maria", "Piet", "Sofia", "Emil", "Laura", "Oona", "Marek", "Ida", "Joel", "Wilma")
FAMILY = ("Aalto-Reed", "Sandvik", "Merilä", "Holm", "Kask", "Vogelsang", "Lindqvist", "Suvanto", "Pern", "Ekholm")
STREETS = ("Rantakatu", "Harbour Row", "Saltgatan", "Majakkatie", "Pier Lane", "Netzstrasse")
TOWNS = (("FI", "20100", "Turku"), ("FI", "00150", "Helsinki"), ("SE", "11130", "Stockholm"),
         ("DE", "20459", "Hamburg"), ("EE", "10111", "Tallinn"), ("FI", "65100", "Vaasa"))  # fmt: skip
VAT = {"FI": 2550, "SE": 2500, "EE": 2400, "DE": 1900}
TARIFF = Tariff(
    (*(Rate(country, "standard", bp, "VAT") for country, bp in VAT.items()), Rate("", "standard", 0)),
    (
        Zone("Finland", ("FI",), 590, 100, 9000),
        Zone("Around the Baltic", ("SE", "EE", "DE", "DK", "LV", "LT", "NO", "PL"), 990, 150, 12000),
        Zone("Everywhere else", (), 1690, 300),
    ),
)


def seed_drop(session: Session, drop: dict[str, Any], cast: Cast, rng: random.Random, now: datetime) -> int:
    """Insert the drop of a pick (`drop` names its artist, contest, design and pick) with its orders; return its id."""
    opens_at, closes_at = at_hour(now, ZONE, -9, 18), at_hour(now, ZONE, 17, 18)
    drop_id = store.add_drop(
        session,
        **drop,
        slug="club-tee",
        title="The club tee",
        story_md=words.STORY,
        currency="EUR",
        timezone=ZONE,
        edition_cap=CAP,
        goal=GOAL,
        opens_at=opens_at,
        closes_at=closes_at,
        ships_by=closes_at + timedelta(days=45),
        created_at=opens_at - timedelta(days=20),
    )
    assert drop_id is not None
    _products(session, drop_id)
    store.set_tariff(session, drop_id, TARIFF)
    store.publish(session, drop_id, cast.named["selma"], opens_at - timedelta(days=2))
    store.change_drop(session, drop_id, open_told_at=opens_at)
    _orders(session, drop_id, cast, rng, (opens_at, now))
    return drop_id


def _products(session: Session, drop_id: int) -> None:
    taken: set[str] = set()
    colours = [("Black", "#17151C"), ("Natural", "#F3EAD7")]
    variants = [
        {
            "sku": sku(drop_id, "tee", colour, size, taken),
            "size": size,
            "colour": colour,
            "colour_hex": hex_,
            "cap": LEFT.get((size, colour)),
            "price_diff_minor": DEARER.get(size, 0),
        }
        for colour, hex_ in colours
        for size in SIZES
    ]
    tee = store.add_product(
        session,
        drop_id,
        variants,
        position=0,
        kind="tee",
        title="Club tee",
        in_edition=True,
        price_minor=2900,
        weight_g=210,
        size_chart=usual_chart("tee", list(SIZES)),
    )
    record = [{"sku": sku(drop_id, "album", "", "", taken), "size": "", "colour": "", "colour_hex": "", "cap": None}]
    album = store.add_product(
        session,
        drop_id,
        record,
        position=1,
        kind="album",
        title="Low Tide Radio, LP",
        in_edition=False,
        price_minor=2400,
        weight_g=320,
        size_chart=[],
    )
    patch = [{"sku": sku(drop_id, "other", "", "", taken), "size": "", "colour": "", "colour_hex": "", "cap": 60}]
    store.add_product(
        session,
        drop_id,
        patch,
        position=2,
        kind="other",
        title="Woven patch",
        in_edition=False,
        addon=True,
        price_minor=600,
        weight_g=10,
        size_chart=[],
    )
    store.add_bundle(session, drop_id, "Shirt and record", 4700, {tee: 1, album: 1})


def _orders(session: Session, drop_id: int, cast: Cast, rng: random.Random, between: tuple[datetime, datetime]) -> None:
    catalogue = queries.catalogue(session, drop_id)
    begins, ends = between
    buyers = [person_id for person_id in cast.adults if rng.random() < 0.85]
    room = {v.id: v.cap for product in catalogue.products for v in product.variants}
    moments = sorted(begins + (ends - begins) * rng.betavariate(0.6, 1.5) for _ in buyers)
    orders = [
        _place(session, drop_id, person_id, _basket(catalogue, rng, room), rng, at)
        for person_id, at in zip(buyers, moments, strict=True)
    ]
    for order_id in orders[10:12]:
        _cancel(session, drop_id, order_id, ends - timedelta(days=1))
    _sell_out(session, drop_id, cast, ends)


def _sell_out(session: Session, drop_id: int, cast: Cast, now: datetime) -> None:
    """Let one size be gone, and somebody wait for it."""
    tee = queries.catalogue(session, drop_id).products[0]
    gone = [variant for variant in tee.variants if variant.size == GONE]
    for variant in gone:
        store.set_cap(session, drop_id, variant.id, variant.reserved)
    for person_id in cast.adults[:2]:
        waitlist.add_entry(
            session, drop_id=drop_id, variant_id=gone[0].id, person_id=person_id, quantity=1, placed_at=now
        )


def _basket(catalogue: Catalogue, rng: random.Random, room: dict[int, int | None]) -> list[Item]:
    """One or two shirts, often with the record; what is capped never beyond its cap."""
    tee, album, patch = catalogue.products
    bundle = catalogue.bundles[0]
    items = []
    for _ in range(rng.choice((1, 1, 1, 2, 2, 3))):
        size = rng.choices(list(SIZES), list(SIZES.values()))[0]
        variant = tee.variant(size, rng.choice(("Black", "Black", "Natural")))
        assert variant is not None
        left = room[variant.id]
        if left is not None and left <= 2:
            variant = tee.variant("L", "Natural")
            assert variant is not None
        elif left is not None:
            room[variant.id] = left - 1
        if rng.random() < 0.4:
            items.append(Item((variant.id, album.variants[0].id), bundle.id))
        else:
            items.append(Item((variant.id,)))
    return [*items, Item((patch.variants[0].id,))] if rng.random() < 0.2 else items


def _place(session: Session, drop_id: int, person_id: int, items: list[Item], rng: random.Random, at: datetime) -> int:
    drop, catalogue = queries.drop(session, drop_id), queries.catalogue(session, drop_id)
    assert drop is not None
    country, postcode, city = rng.choice(TOWNS)
    quote = pricing.quoted(items, catalogue.choices, catalogue.offers, queries.tariff(session, drop), country)
    taken = [store.reserve(session, drop_id, quote.pieces.edition, at)]
    taken += [store.reserve_variant(session, v, count) for v, count in pricing.per_variant(quote.lines).items()]
    assert all(taken)
    street = f"{rng.choice(STREETS)} {rng.randint(1, 90)}"
    order_id = store.add_preorder(
        session,
        drop_id=drop_id,
        person_id=person_id,
        number=order_number(),
        idempotency_key=f"demo-{person_id}",
        email=f"order-{person_id}@{DOMAIN}",
        name=f"{rng.choice(GIVEN)} {rng.choice(FAMILY)}",
        address={"line1": street, "postcode": postcode, "city": city, "country": country, "phone": "", "note": ""},
        country=country,
        pieces=quote.pieces.edition,
        **amounts(quote.bill),
        currency=drop.currency,
        placed_at=at,
        confirmed_at=at,
    )
    assert order_id is not None
    store.add_lines(session, order_id, quote.lines)
    timeline.note(session, order_id, at, person_id, "placed")
    return order_id


def _cancel(session: Session, drop_id: int, order_id: int, at: datetime) -> None:
    order = queries.preorder(session, order_id)
    assert order is not None
    store.cancel(session, order_id, "", at)
    timeline.note(session, order_id, at, order.person_id, "cancelled")
    store.release(session, drop_id, order.pieces, queries.pieces_by_variant(session, order_id))
