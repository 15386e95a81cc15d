"""Drops and orders as the API gives them."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from preorders import queries as drops
from preorders.changing import version_of
from preorders.pricing import Bill, Quote
from preorders.rows import DropRow, PreorderRow, ProductRow, VariantRow
from webapp.api.words import drop_cards

OF_PRODUCT = ("id", "kind", "title", "price_minor", "in_edition", "addon", "tax_class", "weight_g", "size_chart")
OF_DROP = (
    *("timezone", "early_at", "ships_by", "edition_cap", "goal", "per_person", "payment", "address_when"),
    *("hold_minutes", "offer_hours", "tax_included"),
)
OF_ORDER = (
    *("number", "state", "awaits_payment", "awaits_guardian", "expires_at", "placed_at", "confirmed_at", "paid_at"),
    *("cancelled_at", "currency", "country", "name", "address", "tracking"),
)
OF_LINE = ("variant_id", "bundle_id", "quantity", "price_minor", "tax_bp", "tax_minor")


def drop(session: Session, row: DropRow, now: datetime) -> dict[str, Any]:
    """Return a drop with all it offers."""
    offered, tariff = drops.catalogue(session, row.id), drops.tariff(session, row)
    return {
        **drop_cards(session, [row], now)[0],
        **{name: getattr(row, name) for name in OF_DROP},
        "story": row.story_md,
        "edition_left": row.left,
        "tax_rates": [vars(rate) for rate in tariff.rates],
        "shipping_zones": [vars(zone) for zone in tariff.zones],
        "products": [_product(product) for product in offered.products],
        "bundles": [
            {
                "id": bundle.id,
                "title": bundle.title,
                "price_minor": bundle.price_minor,
                "components": [{"product_id": i, "quantity": n} for i, n in sorted(bundle.components.items())],
            }
            for bundle in offered.bundles
        ],
    }


def quote(found: Quote, currency: str) -> dict[str, Any]:
    """Return what items would cost, line by line."""
    return {
        **_bill(found.bill),
        "country": found.country,
        "zone": found.zone.name if found.zone else "",
        "currency": currency,
        "lines": [{name: getattr(line, name) for name in OF_LINE} for line in found.lines],
    }


def preorder(session: Session, row: PreorderRow) -> dict[str, Any]:
    """Return one's own order, its total explained."""
    found, lines = drops.drop(session, row.drop_id), drops.lines(session, row.id)
    tariff = drops.tariff(session, found) if found else None
    names = {rate.rate_bp: rate.name for rate in tariff.rates if rate.country in (row.country, "")} if tariff else {}
    return {
        **_bill(row.bill(lines, names)),
        **{name: getattr(row, name) for name in OF_ORDER},
        "drop": found.slug if found else "",
        "version": version_of(row, lines),
        "lines": lines,
    }


def _bill(bill: Bill) -> dict[str, Any]:
    same = ("items_minor", "shipping_minor", "tax_minor", "total_minor", "taxes")
    return {**{name: getattr(bill, name) for name in same}, "tax_included": bill.included}


def _product(product: ProductRow) -> dict[str, Any]:
    variants = [_variant(product, variant) for variant in product.variants]
    return {**{name: getattr(product, name) for name in OF_PRODUCT}, "variants": variants}


def _variant(product: ProductRow, variant: VariantRow) -> dict[str, Any]:
    return {
        **{name: getattr(variant, name) for name in ("id", "sku", "size", "colour")},
        "price_minor": product.price_of(variant),
        "sold_out": variant.left is not None and variant.left <= 0,
    }
