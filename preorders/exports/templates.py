"""The built-in templates: what one row is, and which columns stand in it."""

from dataclasses import dataclass

from preorders.exports import columns, shops
from preorders.exports.shapes import Column
from preorders.order_list import Filters
from webapp.kernel.refusal import N_, Refused

ANY = ("csv", "xlsx", "json")


@dataclass(frozen=True)
class Template:
    """What an export holds by itself. A `machine` reads the file: its columns are fixed and bear no prefix."""

    name: str
    label: str
    hint: str
    scope: str
    names: tuple[str, ...] = ()
    machine: bool = False
    formats: tuple[str, ...] = ANY

    @property
    def own(self) -> tuple[Column, ...]:
        """Return the columns it has by itself, but those that depend on the orders."""
        if self.name == "shopify":
            return shops.shopify()
        if self.name == "woocommerce":
            return shops.woocommerce()
        return tuple(columns.REGISTRY[self.scope][name] for name in self.names)

    @property
    def personal(self) -> bool:
        """Return whether it names people, so that it asks for a fresh sign-in."""
        return any(column.personal for column in self.own)

    @property
    def choices(self) -> dict[str, Column]:
        """Return the columns that may be chosen, by name; none where a machine reads them."""
        return {} if self.machine else columns.REGISTRY[self.scope]

    def chosen(self, names: tuple[str, ...]) -> tuple[Column, ...]:
        """Return these columns in this order, its own when none are named; raises Refused('unknown-column')."""
        if not names:
            return self.own
        if self.machine or any(name not in self.choices for name in names) or len(set(names)) < len(names):
            raise Refused("unknown-column", N_("There is no such column in this export."), 422)
        return tuple(self.choices[name] for name in names)

    def sheet_columns(
        self, session: object, drop_id: int, filters: Filters, currency: str, names: tuple[str, ...]
    ) -> tuple[Column, ...]:
        """Return all columns of a file, those too that depend on the orders that are listed."""
        found = self.chosen(names)
        if self.name == "woocommerce":
            return (*found, *shops.woocommerce_items(session, drop_id, filters, currency))
        place = next((at for at, column in enumerate(found) if column.name == "tax"), None)
        if self.scope != "order" or place is None:
            return found
        return (*found[:place], *columns.tax_columns(session, drop_id, filters), *found[place:])


_PIECE = ("sku", "product", "size", "colour")
_ADDRESS = ("line1", "postcode", "city", "country", "phone", "note")
_MONEY = ("items", "shipping", "tax", "total", "refunds", "refunded", "currency")
_BUILT_IN = (
    Template(
        "size-run",
        N_("Size run, no names"),
        N_("How many of each: for the printer."),
        "sku",
        (*_PIECE, "quantity", "awaiting"),
    ),
    Template(
        "pick-list",
        N_("Pick list"),
        N_("What goes into which parcel."),
        "line",
        ("order", "name", "country", *_PIECE, "bundle", "quantity", "note"),
    ),
    Template(
        "finance",
        N_("Finance"),
        N_("What each order brought, with the tax at each rate. No names."),
        "order",
        ("order", "placed", "state", "country", "paid", *_MONEY),
    ),
    Template(
        "mail-out",
        N_("Mail-out"),
        N_("Only buyers who asked for the artist's news by mail."),
        "person",
        ("email", "name", "language"),
    ),
    Template(
        "orders",
        N_("Orders"),
        N_("Everything about each piece of each order."),
        "line",
        (
            *("order", "placed", "state", "name", "email", *_ADDRESS, *_PIECE, "bundle", "quantity", "price"),
            *("order_total", "currency", "shipped", "tracking"),
        ),
    ),
    Template("shopify", N_("Shopify orders"), N_("Whole orders, as Shopify writes them."), "whole", (), True, ("csv",)),
    Template(
        "woocommerce",
        N_("WooCommerce orders"),
        N_("Whole orders, as WooCommerce reads them."),
        "order",
        (),
        True,
        ("csv",),
    ),
    Template(
        "carrier",
        N_("Carrier addresses"),
        N_("A row for each parcel that is still to leave."),
        "parcel",
        ("name", "street", "postcode", "city", "country", "phone", "email", "weight_g", "reference"),
        True,
    ),
)
TEMPLATES = {template.name: template for template in _BUILT_IN}


def built_in(name: str, kind: str) -> Template:
    """Return a template that can be written as `kind`; raises Refused('unknown-export')."""
    template = TEMPLATES.get(name)
    if template is None or kind not in template.formats:
        raise Refused("unknown-export", N_("There is no such export."), 422)
    return template
