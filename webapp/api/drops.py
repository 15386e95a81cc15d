"""Drops and one's own preorders."""

import uuid
from collections.abc import Mapping
from functools import partial
from typing import Any

from marshmallow import fields, validate
from sqlalchemy.orm import Session

from preorders import queries as drops
from preorders import rules, service
from preorders.rules import Item
from preorders.service import Change, Contact
from webapp.api import bearer, drop_words, finding, once, paging, queries, words
from webapp.api.drop_schemas import DropCardSchema, DropSchema, PreorderSchema, QuoteSchema
from webapp.api.paging import ArtistPageQuery
from webapp.api.parsing import BIGGEST, Shape, Text, Whole
from webapp.api.schemas import page_of
from webapp.api.section import Section
from webapp.infra.db import db
from webapp.kernel.now import now
from webapp.kernel.refusal import N_, NotFound, Refused

section = Section("drops", "Drops and preorders")


class ItemBody(Shape):
    """A variant; or a bundle, with a variant for each of its products."""

    variant_ids = fields.List(Whole(1, BIGGEST), required=True, validate=validate.Length(1, 20))
    bundle_id = Whole(1, BIGGEST, load_default=None, allow_none=True)
    quantity = Whole(1, rules.MOST_OF_ONE, load_default=1)


class ContactBody(Shape):
    """Where the parcel goes."""

    name = Text(1, 120, required=True)
    line1 = Text(1, 200, required=True)
    postcode = Text(1, 20, required=True)
    city = Text(1, 100, required=True)
    country = fields.String(required=True, validate=validate.Regexp("^[A-Z]{2}\\Z"))
    phone = Text(0, 40, load_default="")
    note = Text(0, 500, load_default="")


COUNTRY = validate.Regexp("^([A-Z]{2})?\\Z")
ITEMS = validate.Length(1, rules.MOST_ITEMS)


class QuoteBody(Shape):
    """What is wanted; shipping and taxes follow the country ("": not known yet)."""

    items = fields.List(fields.Nested(ItemBody), required=True, validate=ITEMS)
    country = fields.String(load_default="", validate=COUNTRY)


class PreorderBody(QuoteBody):
    """What is wanted, and where it goes: an address, or the country alone where the drop asks for it later.

    `offer` is an entry of the waitlist whose pieces are kept for the person.
    """

    contact = fields.Nested(ContactBody, load_default=None, allow_none=True)
    offer = Whole(1, BIGGEST, load_default=None, allow_none=True)


class ChangeBody(Shape):
    """What becomes of an order: all its items anew, another address; what is not named stays.

    `version`, when given, has to be that of the order it is changed from.
    """

    items = fields.List(fields.Nested(ItemBody), load_default=None, validate=ITEMS)
    contact = fields.Nested(ContactBody, load_default=None)
    country = fields.String(load_default="", validate=COUNTRY)
    version = Text(0, 40, load_default="")


@section.operation("GET", "/drops", scope="read", public=True, query=ArtistPageQuery, gives=page_of(DropCardSchema))
def drop_list(query: Mapping[str, Any]) -> dict[str, Any]:
    """List published drops, the newest first."""
    moment = now()
    ids = queries.drop_ids(db.session(), query["artist"], query["after"], query["limit"] + 1)
    page, following = paging.cut(ids, query)
    found = drops.by_ids(db.session(), page)
    rows = [found[each] for each in page if each in found]
    return {"items": words.drop_cards(db.session(), rows, moment), "next": following}


@section.operation("GET", "/drops/<drop_slug>", scope="read", public=True, gives=DropSchema)
def drop(drop_slug: str) -> dict[str, Any]:
    """Read a drop: products, variants, bundles, rates, zones, dates."""
    return drop_words.drop(db.session(), finding.drop(db.session(), drop_slug), now())


@section.operation("POST", "/drops/<drop_slug>/quote", scope="read", takes=QuoteBody, gives=QuoteSchema)
def quote(body: Mapping[str, Any], drop_slug: str) -> dict[str, Any]:
    """Say what items would cost, line by line; nothing is reserved."""
    session, found = db.session(), finding.drop(db.session(), drop_slug)
    catalogue, tariff = drops.catalogue(session, found.id), drops.tariff(session, found)
    items = _items(body)
    beside = service.goes_beside(session, found.id, bearer.person().id, items, catalogue)
    return drop_words.quote(service.quote(catalogue, tariff, items, body["country"], beside), found.currency)


@section.operation(
    "POST", "/drops/<drop_slug>/preorders", scope="preorder", takes=PreorderBody, gives=PreorderSchema, status=201
)
def place(body: Mapping[str, Any], drop_slug: str) -> dict[str, Any]:
    """Reserve pieces of a drop."""
    moment, buyer = now(), bearer.person()
    if buyer.age_band is None:
        raise Refused("age-needed", N_("Say on the site how old you are first: we ask once."), 403)
    found = finding.drop(db.session(), drop_slug)
    items, name = _items(body), once.key() or uuid.uuid4().hex
    contact = Contact(**body["contact"]) if body["contact"] else None
    placing = partial(service.place, offer_id=body["offer"], country=body["country"])
    order_id = once.once(
        "api.preorder",
        buyer.id,
        once.fingerprint(body),
        moment,
        lambda: placing(found.id, buyer.id, items, contact, name, moment).id,
        lambda session: _placed(session, found.id, buyer.id, name),
    )
    return _shown(order_id)


@section.operation("GET", "/preorders/<number>", scope="preorder", gives=PreorderSchema)
def preorder(number: str) -> dict[str, Any]:
    """Read one of one's own orders."""
    return drop_words.preorder(db.session(), finding.own_preorder(db.session(), number))


@section.operation("PATCH", "/preorders/<number>", scope="preorder", takes=ChangeBody, gives=PreorderSchema)
def change(body: Mapping[str, Any], number: str) -> dict[str, Any]:
    """Change items or address of one of one's own orders; a refusal leaves it as it is."""
    found = finding.own_preorder(db.session(), number)
    contact = Contact(**body["contact"]) if body["contact"] else None
    items = _items(body) if body["items"] is not None else None
    wanted = Change(items, contact, body["country"], body["version"])
    service.change(found.id, bearer.person().id, wanted, now())
    return _shown(found.id)


@section.operation("DELETE", "/preorders/<number>", scope="preorder", gives=PreorderSchema)
def cancel(number: str) -> dict[str, Any]:
    """Cancel one of one's own orders, until the drop locks."""
    found = finding.own_preorder(db.session(), number)
    if found.state != "cancelled":
        service.cancel(found.id, bearer.person().id, now())
    return _shown(found.id)


def _items(body: Mapping[str, Any]) -> list[Item]:
    return [Item(tuple(item["variant_ids"]), item["bundle_id"], item["quantity"]) for item in body["items"]]


def _placed(session: Session, drop_id: int, person_id: int, key: str) -> int | None:
    order = drops.by_key(session, drop_id, person_id, key)
    return order.id if order else None


def _shown(order_id: int) -> dict[str, Any]:
    db.session.rollback()
    order = drops.preorder(db.session(), order_id)
    if order is None:
        raise NotFound()
    return drop_words.preorder(db.session(), order)
