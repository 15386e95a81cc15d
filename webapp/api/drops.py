"""Drops and one's own preorders."""

import uuid
from collections.abc import Mapping
from typing import Any

from marshmallow import fields, validate
from sqlalchemy.orm import Session

from preorders import queries as drops
from preorders import rules, service
from preorders.rules import Item
from preorders.service import Contact
from webapp.api import bearer, finding, once, paging, queries, words
from webapp.api.paging import ArtistPageQuery
from webapp.api.parsing import BIGGEST, Shape, Text, Whole
from webapp.api.schemas import DropCardSchema, DropSchema, PreorderSchema, page_of
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


class PreorderBody(Shape):
    """What is wanted, and where it goes."""

    items = fields.List(fields.Nested(ItemBody), required=True, validate=validate.Length(1, rules.MOST_ITEMS))
    contact = fields.Nested(ContactBody, required=True)


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
    """Read a drop: products, variants, bundles, dates."""
    return words.drop(db.session(), finding.drop(db.session(), drop_slug), now())


@section.operation(
    "POST", "/drops/<drop_slug>/preorders", scope="preorder", takes=PreorderBody, gives=PreorderSchema, status=201
)
def place(body: Mapping[str, Any], drop_slug: str) -> dict[str, Any]:
    """Reserve pieces of a drop."""
    moment, buyer = now(), bearer.person()
    if buyer.age_band is None:
        raise Refused("age-needed", N_("Say on the site how old you are first: we ask once."), 403)
    found = finding.drop(db.session(), drop_slug)
    items = [Item(tuple(item["variant_ids"]), item["bundle_id"], item["quantity"]) for item in body["items"]]
    contact, name = Contact(**body["contact"]), once.key() or uuid.uuid4().hex
    order_id = once.once(
        "api.preorder",
        buyer.id,
        once.fingerprint(body),
        moment,
        lambda: service.place(found.id, buyer.id, items, contact, name, moment).id,
        lambda session: _placed(session, found.id, buyer.id, name),
    )
    return _shown(order_id)


@section.operation("GET", "/preorders/<number>", scope="preorder", gives=PreorderSchema)
def preorder(number: str) -> dict[str, Any]:
    """Read one of one's own orders."""
    return words.preorder(db.session(), finding.own_preorder(db.session(), number))


@section.operation("DELETE", "/preorders/<number>", scope="preorder", gives=PreorderSchema)
def cancel(number: str) -> dict[str, Any]:
    """Cancel one of one's own orders, until the drop locks."""
    found = finding.own_preorder(db.session(), number)
    if found.state != "cancelled":
        service.cancel(found.id, bearer.person().id, now())
    return _shown(found.id)


def _placed(session: Session, drop_id: int, person_id: int, key: str) -> int | None:
    order = drops.by_key(session, drop_id, person_id, key)
    return order.id if order else None


def _shown(order_id: int) -> dict[str, Any]:
    db.session.rollback()
    order = drops.preorder(db.session(), order_id)
    if order is None:
        raise NotFound()
    return words.preorder(db.session(), order)
