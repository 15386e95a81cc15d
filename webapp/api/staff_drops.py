"""What merch staff do with drops: fill in, publish, lock, produce, ship, close, export."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from flask import Response, send_file
from marshmallow import fields, validate

from preorders import locking, service
from preorders import queries as drops
from preorders.exports import FORMATS, TEMPLATES
from preorders.numbers import SKU
from preorders.order_list import Filters
from preorders.rows import DropRow
from preorders.tariffs import CLASSES, STANDARD, Rate, Tariff, Zone
from webapp.api import bearer, drop_words, finding, once
from webapp.api.drop_schemas import DropSchema
from webapp.api.parsing import BIGGEST, Instant, Shape, Text, Whole
from webapp.api.schemas import SentSchema
from webapp.api.section import Section
from webapp.infra.db import db
from webapp.kernel.now import now
from webapp.kernel.refusal import NotFound

section = Section("staff-drops", "For teams: drops and exports")
PIECES = 10_000_000


class PriceBody(Shape):
    """A product's price."""

    product_id = Whole(1, BIGGEST, required=True)
    price_minor = Whole(0, 10_000_000, required=True)


class CapBody(Shape):
    """A SKU's own cap; null takes it away."""

    variant_id = Whole(1, BIGGEST, required=True)
    cap = Whole(0, PIECES, required=True, allow_none=True)


class VariantBody(Shape):
    """A SKU of a draft: its name, and what it costs more (or less) than its product."""

    variant_id = Whole(1, BIGGEST, required=True)
    sku = fields.String(validate=validate.Regexp(f"^(?:{SKU.pattern})\\Z"))
    price_diff_minor = Whole(-10_000_000, 10_000_000)


class DropProductBody(Shape):
    """What is said of a product."""

    product_id = Whole(1, BIGGEST, required=True)
    addon = fields.Boolean()
    tax_class = fields.String(validate=validate.OneOf(CLASSES))
    weight_g = Whole(0, 100_000)


class RateBody(Shape):
    """A tax rate; country "" is everywhere else."""

    country = fields.String(load_default="", validate=validate.Regexp("^([A-Z]{2})?\\Z"))
    tax_class = fields.String(load_default=STANDARD, validate=validate.OneOf(CLASSES))
    rate_bp = Whole(0, 10_000, required=True)
    name = Text(0, 40, load_default="")


class ZoneBody(Shape):
    """A shipping zone; no countries: everywhere else."""

    name = Text(1, 60, required=True)
    countries = fields.List(fields.String(validate=validate.Regexp("^[A-Z]{2}\\Z")), load_default=list)
    price_minor = Whole(0, 10_000_000, required=True)
    extra_minor = Whole(0, 10_000_000, load_default=0)
    free_from_minor = Whole(0, 10_000_000, load_default=None, allow_none=True)


class TariffBody(Shape):
    """All tax rates and shipping zones of a drop."""

    tax_included = fields.Boolean(load_default=True)
    tax_rates = fields.List(fields.Nested(RateBody), required=True, validate=validate.Length(0, 200))
    shipping_zones = fields.List(fields.Nested(ZoneBody), required=True, validate=validate.Length(0, 60))


class DropBody(Shape):
    """What changes in a drop; what is not named stays."""

    title = Text(1, 120)
    story = Text(0, 20000)
    edition_cap = Whole(1, PIECES, allow_none=True)
    goal = Whole(1, PIECES, allow_none=True)
    per_person = Whole(1, 100)
    opens_at = Instant()
    closes_at = Instant()
    ships_by = Instant(allow_none=True)
    early_at = Instant(allow_none=True)
    payment = fields.String(validate=validate.OneOf(("none", "now", "at_lock")))
    address_when = fields.String(validate=validate.OneOf(("order", "later")))
    hold_minutes = Whole(30, 1440)
    offer_hours = Whole(1, 240)
    royalty_bp = Whole(0, 10_000)
    royalty_minor = Whole(0, 10_000_000)
    products = fields.List(fields.Nested(DropProductBody))
    variants = fields.List(fields.Nested(VariantBody))
    prices = fields.List(fields.Nested(PriceBody))
    caps = fields.List(fields.Nested(CapBody))


class LockBody(Shape):
    """Whether everybody was told otherwise of an earlier end, and how: only then it is done at once."""

    told = fields.Boolean(load_default=False)
    reason = Text(0, 500, load_default="")


class ShipBody(Shape):
    """A tracking number, if the parcels share one."""

    tracking = Text(0, 80, load_default="")


@section.operation("PATCH", "/drops/<drop_slug>", scope="staff", takes=DropBody, gives=DropSchema)
def edit(body: Mapping[str, Any], drop_slug: str) -> dict[str, Any]:
    """Fill in or change a drop."""
    moment, person = now(), bearer.person()
    found = finding.team_drop(db.session(), drop_slug)
    values = dict(body)
    caps = {each["variant_id"]: each["cap"] for each in values.pop("caps", [])}
    if "story" in values:
        values["story_md"] = values.pop("story")
    if "prices" in values:
        values["prices"] = {each["product_id"]: each["price_minor"] for each in values["prices"]}
    for name, key in (("products", "product_id"), ("variants", "variant_id")):
        if name in values:
            values[name] = {each[key]: {n: v for n, v in each.items() if n != key} for each in values[name]}
    if values:
        service.update_drop(found.id, person.id, values, moment)
    if caps:
        service.set_caps(found.id, person.id, caps, moment)
    return _shown(found.id, moment)


@section.operation("PUT", "/drops/<drop_slug>/tariff", scope="staff", takes=TariffBody, gives=DropSchema)
def tariff(body: Mapping[str, Any], drop_slug: str) -> dict[str, Any]:
    """Put tax rates and shipping zones in the place of a drop's, for orders from now on."""
    moment, found = now(), finding.team_drop(db.session(), drop_slug)
    zones = tuple(Zone(**{**zone, "countries": tuple(zone["countries"])}) for zone in body["shipping_zones"])
    rates = tuple(Rate(**rate) for rate in body["tax_rates"])
    service.set_tariff(found.id, bearer.person().id, Tariff(rates, zones, body["tax_included"]), moment)
    return _shown(found.id, moment)


@section.operation("POST", "/drops/<drop_slug>/publish", scope="staff", gives=DropSchema)
def publish(drop_slug: str) -> dict[str, Any]:
    """Show a draft to everybody; it opens at its date."""
    return _step(drop_slug, service.publish)


@section.operation("POST", "/drops/<drop_slug>/lock", scope="staff", takes=LockBody, gives=DropSchema)
def lock(body: Mapping[str, Any], drop_slug: str) -> dict[str, Any]:
    """Fix the orders; before the window's end they are announced first, and fixed 48 hours later (docs/desk.md)."""
    told, reason = body["told"], body["reason"]
    return _step(drop_slug, lambda drop_id, by_id, at: locking.close_orders(drop_id, by_id, told, reason, at))


@section.operation("POST", "/drops/<drop_slug>/produce", scope="staff", gives=DropSchema)
def produce(drop_slug: str) -> dict[str, Any]:
    """Note that the printer has begun."""
    return _step(drop_slug, service.produce)


@section.operation("POST", "/drops/<drop_slug>/close", scope="staff", gives=DropSchema)
def close(drop_slug: str) -> dict[str, Any]:
    """Close a drop whose parcels have all left."""
    return _step(drop_slug, service.finish)


@section.operation("POST", "/drops/<drop_slug>/ship", scope="staff", takes=ShipBody, gives=SentSchema)
def ship(body: Mapping[str, Any], drop_slug: str) -> dict[str, Any]:
    """Mark every order that still stands as sent; sent again it goes on with what is left."""
    moment, person = now(), bearer.person()
    found = finding.team_drop(db.session(), drop_slug)
    return {"drop": found.slug, "sent": service.ship(found.id, person.id, None, body["tracking"], moment)}


@section.operation(
    "GET",
    f"/drops/<drop_slug>/exports/<any({','.join(map(repr, TEMPLATES))}):template>.<any({','.join(FORMATS)}):kind>",
    scope="staff",
    media=tuple(form.mimetype.partition(";")[0] for form in FORMATS.values()),
)
def export(drop_slug: str, template: str, kind: str) -> Response:
    """Take an export of all standing orders; each is logged."""
    found = finding.team_drop(db.session(), drop_slug)
    made = service.export(found.id, bearer.person().id, template, kind, Filters(), now())
    return send_file(made.file, mimetype=made.mimetype, as_attachment=True, download_name=made.filename)


def _step(slug: str, act: Callable[[int, int, datetime], object]) -> dict[str, Any]:
    moment, person = now(), bearer.person()
    found: DropRow = finding.team_drop(db.session(), slug)

    def done() -> int:
        act(found.id, person.id, moment)
        return found.id

    once.once("api.drop.step", person.id, once.fingerprint(), moment, done)
    return _shown(found.id, moment)


def _shown(drop_id: int, moment: datetime) -> dict[str, Any]:
    db.session.rollback()
    row = drops.drop(db.session(), drop_id)
    if row is None:
        raise NotFound()
    return drop_words.drop(db.session(), row, moment)
