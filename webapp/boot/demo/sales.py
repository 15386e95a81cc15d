"""The drop of the decided contest: an edition, a record beside it, a bundle of both, and those who ordered."""

import random
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from contests.local_time import at_hour
from preorders import pricing, queries, store
from preorders.measures import usual_chart
from preorders.numbers import order_number, sku
from preorders.rows import Catalogue
from preorders.rules import Item
from webapp.boot.demo import words
from webapp.boot.demo.people import DOMAIN, ZONE, Cast

CAP, GOAL = 150, 60
LEFT = {("XXL", "Black"): 6, ("M", "Black"): 14}  # caps of single SKUs, so that some run low
SIZES = {"S": 3, "M": 6, "L": 5, "XL": 3, "XXL": 1}
GIVEN = ("Anna", "Kalle", "Maria", "Piet", "Sofia", "Emil", "Laura", "Oona", "Marek", "Ida", "Joel", "Wilma")
FAMILY = ("Aalto-Reed", "Sandvik", "Merilä", "Holm", "Kask", "Vogelsang", "Lindqvist", "Suvanto", "Pern", "Ekholm")
STREETS = ("Rantakatu", "Harbour Row", "Saltgatan", "Majakkatie", "Pier Lane", "Netzstrasse")
TOWNS = (("FI", "20100", "Turku"), ("FI", "00150", "Helsinki"), ("SE", "11130", "Stockholm"),
         ("DE", "20459", "Hamburg"), ("EE", "10111", "Tallinn"), ("FI", "65100", "Vaasa"))  # fmt: skip


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


def _basket(catalogue: Catalogue, rng: random.Random, room: dict[int, int | None]) -> list[Item]:
    """One or two shirts, often with the record; what is capped never beyond its cap."""
    tee, album = catalogue.products
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
    return items


def _place(session: Session, drop_id: int, person_id: int, items: list[Item], rng: random.Random, at: datetime) -> int:
    drop, catalogue = queries.drop(session, drop_id), queries.catalogue(session, drop_id)
    lines = pricing.lines_of(items, catalogue.choices, catalogue.offers)
    pieces = pricing.pieces_of(lines)
    taken = [store.reserve(session, drop_id, pieces.edition, at)]
    taken += [store.reserve_variant(session, v, count) for v, count in pricing.per_variant(lines).items()]
    assert all(taken)
    assert drop is not None
    country, postcode, city = rng.choice(TOWNS)
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
        pieces=pieces.edition,
        total_minor=pricing.total_of(lines),
        currency=drop.currency,
        placed_at=at,
    )
    assert order_id is not None
    store.add_lines(session, order_id, lines)
    return order_id


def _cancel(session: Session, drop_id: int, order_id: int, at: datetime) -> None:
    order = queries.preorder(session, order_id)
    assert order is not None
    store.cancel(session, order_id, "", at)
    store.release(session, drop_id, order.pieces, queries.pieces_by_variant(session, order_id))
