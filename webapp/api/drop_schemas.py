"""What the API gives of drops and orders: the shapes of its answers. Money is in minor units, rates in basis points."""

from marshmallow import fields

from webapp.api.schemas import ArtistSchema, Given, list_of


class VariantSchema(Given):
    """One SKU, with what a piece of it costs."""

    id = fields.Integer(required=True)
    sku = fields.String(required=True)
    size = fields.String(required=True)
    colour = fields.String(required=True)
    price_minor = fields.Integer(required=True)
    sold_out = fields.Boolean(required=True)


class MeasureSchema(Given):
    """A size measured on the flat garment, in cm."""

    size = fields.String(required=True)
    width = fields.Integer(required=True)
    length = fields.Integer(required=True)


class ProductSchema(Given):
    """A product of a drop; an add-on is ordered only beside something else."""

    id = fields.Integer(required=True)
    kind = fields.String(required=True)
    title = fields.String(required=True)
    price_minor = fields.Integer(required=True)
    in_edition = fields.Boolean(required=True)
    addon = fields.Boolean(required=True)
    tax_class = fields.String(required=True)
    weight_g = fields.Integer(required=True)
    size_chart = list_of(MeasureSchema)
    variants = list_of(VariantSchema)


class ComponentSchema(Given):
    """A part of a bundle."""

    product_id = fields.Integer(required=True)
    quantity = fields.Integer(required=True)


class BundleSchema(Given):
    """Several products for one price: an order names one variant for each of them."""

    id = fields.Integer(required=True)
    title = fields.String(required=True)
    price_minor = fields.Integer(required=True)
    components = list_of(ComponentSchema)


class RateSchema(Given):
    """A tax rate; country "" is everywhere else."""

    country = fields.String(required=True)
    tax_class = fields.String(required=True)
    rate_bp = fields.Integer(required=True)
    name = fields.String(required=True)


class ZoneSchema(Given):
    """Where parcels go, and for how much; no countries: everywhere else."""

    name = fields.String(required=True)
    countries = fields.List(fields.String(), required=True)
    price_minor = fields.Integer(required=True)
    extra_minor = fields.Integer(required=True)
    free_from_minor = fields.Integer(required=True, allow_none=True)


class DropCardSchema(Given):
    """A drop in a list."""

    slug = fields.String(required=True)
    title = fields.String(required=True)
    artist = fields.Nested(ArtistSchema, required=True)
    phase = fields.String(required=True)
    currency = fields.String(required=True)
    opens_at = fields.AwareDateTime(required=True, allow_none=True, format="iso")
    closes_at = fields.AwareDateTime(required=True, allow_none=True, format="iso")
    url = fields.String(required=True)


class DropSchema(DropCardSchema):
    """A drop with all it offers."""

    story = fields.String(required=True)
    timezone = fields.String(required=True)
    early_at = fields.AwareDateTime(required=True, allow_none=True, format="iso")
    ships_by = fields.AwareDateTime(required=True, allow_none=True, format="iso")
    edition_cap = fields.Integer(required=True, allow_none=True)
    edition_left = fields.Integer(required=True, allow_none=True)
    goal = fields.Integer(required=True, allow_none=True)
    per_person = fields.Integer(required=True)
    payment = fields.String(required=True)
    address_when = fields.String(required=True)
    hold_minutes = fields.Integer(required=True)
    offer_hours = fields.Integer(required=True)
    tax_included = fields.Boolean(required=True)
    tax_rates = list_of(RateSchema)
    shipping_zones = list_of(ZoneSchema)
    products = list_of(ProductSchema)
    bundles = list_of(BundleSchema)


class TaxSchema(Given):
    """The tax of an order at one rate, shipping's with it."""

    rate_bp = fields.Integer(required=True)
    name = fields.String(required=True)
    net_minor = fields.Integer(required=True)
    tax_minor = fields.Integer(required=True)


class BillSchema(Given):
    """Amounts explained: total = items + shipping, plus tax where prices do not contain it."""

    items_minor = fields.Integer(required=True)
    shipping_minor = fields.Integer(required=True)
    tax_minor = fields.Integer(required=True)
    tax_included = fields.Boolean(required=True)
    total_minor = fields.Integer(required=True)
    taxes = list_of(TaxSchema)


class QuotedLineSchema(Given):
    """One SKU of what is wanted; amounts are of the whole line."""

    variant_id = fields.Integer(required=True)
    bundle_id = fields.Integer(required=True, allow_none=True)
    quantity = fields.Integer(required=True)
    price_minor = fields.Integer(required=True)
    tax_bp = fields.Integer(required=True)
    tax_minor = fields.Integer(required=True)


class QuoteSchema(BillSchema):
    """What items would cost, promising nothing."""

    country = fields.String(required=True)
    zone = fields.String(required=True)
    currency = fields.String(required=True)
    lines = list_of(QuotedLineSchema)


class LineSchema(QuotedLineSchema):
    """One SKU of an order; amounts are of the whole line."""

    sku = fields.String(required=True)
    product = fields.String(required=True)
    size = fields.String(required=True)
    colour = fields.String(required=True)
    bundle = fields.String(required=True)


class PreorderSchema(BillSchema):
    """One's own order. `version` goes along with a change; `address` is empty until it is asked."""

    number = fields.String(required=True)
    drop = fields.String(required=True)
    state = fields.String(required=True)
    awaits_payment = fields.Boolean(required=True)
    awaits_guardian = fields.Boolean(required=True)
    expires_at = fields.AwareDateTime(required=True, allow_none=True, format="iso")
    placed_at = fields.AwareDateTime(required=True, format="iso")
    confirmed_at = fields.AwareDateTime(required=True, allow_none=True, format="iso")
    paid_at = fields.AwareDateTime(required=True, allow_none=True, format="iso")
    cancelled_at = fields.AwareDateTime(required=True, allow_none=True, format="iso")
    currency = fields.String(required=True)
    country = fields.String(required=True)
    name = fields.String(required=True)
    address = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    tracking = fields.String(required=True)
    version = fields.String(required=True)
    lines = list_of(LineSchema)
