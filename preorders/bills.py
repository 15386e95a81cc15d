"""An order's lines and its bill in words, the same on the form, the order's page and in the confirmation."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from flask_babel import gettext

from preorders.forms import country_name
from preorders.pricing import Bill, Line, Quote
from preorders.rows import Catalogue, LineRow, PreorderRow
from preorders.tariffs import Tariff, Zone
from webapp.infra.i18n import money


@dataclass(frozen=True)
class BillRow:
    """A row of a bill: words, an amount, and whether it is part of the sum or only said ("of which tax")."""

    words: str
    amount: str
    part: bool = True


def quoted(quote: Quote, catalogue: Catalogue, tariff: Tariff, currency: str) -> list[BillRow]:
    """Return a quote line by line, the total last."""
    titles = {bundle.id: bundle.title for bundle in catalogue.bundles}
    rows = [_row(_piece(catalogue, line, titles), line.quantity, line.price_minor, currency) for line in quote.lines]
    return [*rows, *_sums(quote.bill, quote.country if tariff.zones else "", currency)]


def kept(order: PreorderRow, lines: Sequence[LineRow], tariff: Tariff) -> list[BillRow]:
    """Return a placed order line by line from what is kept of it, the total last."""
    names = {rate.rate_bp: rate.name for rate in tariff.rates if rate.country in (order.country, "")}
    said = [(f"{line.words} ({line.bundle})" if line.bundle else line.words, line) for line in lines]
    rows = [_row(words, line.quantity, line.price_minor, order.currency) for words, line in said]
    shipped = order.country if order.shipping_minor or tariff.zones else ""
    return [*rows, *_sums(order.bill(lines, names), shipped, order.currency)]


def zone_words(zone: Zone, country: str, currency: str) -> str:
    """Return what shipping to a country costs, in one sentence."""
    price = money(zone.price_minor, currency) if zone.price_minor else gettext("free")
    said = [gettext("Shipping to %(country)s: %(price)s", country=country_name(country), price=price)]
    if zone.extra_minor:
        said.append(gettext("each further piece %(price)s", price=money(zone.extra_minor, currency)))
    if zone.free_from_minor is not None and zone.price_minor:
        said.append(gettext("free from %(price)s", price=money(zone.free_from_minor, currency)))
    return ", ".join(said)


def _sums(bill: Bill, country: str, currency: str) -> Iterable[BillRow]:
    if country:
        words = gettext("Shipping to %(country)s", country=country_name(country))
        yield BillRow(words, money(bill.shipping_minor, currency) if bill.shipping_minor else gettext("free"))
    if not bill.included:
        for tax in bill.taxes:
            yield BillRow(_tax(tax.name, tax.rate_bp), money(tax.tax_minor, currency))
    yield BillRow(gettext("Total"), money(bill.total_minor, currency))
    if bill.included:
        for tax in bill.taxes:
            words = gettext("of which %(tax)s", tax=_tax(tax.name, tax.rate_bp))
            yield BillRow(words, money(tax.tax_minor, currency), part=False)


def _tax(name: str, rate_bp: int) -> str:
    rate = f"{rate_bp / 100:.2f}".rstrip("0").rstrip(".")
    return str(gettext("%(name)s %(rate)s %%", name=name or gettext("tax"), rate=rate))


def _row(words: str, quantity: int, price_minor: int, currency: str) -> BillRow:
    return BillRow(f"{quantity} × {words}", money(price_minor, currency))


def _piece(catalogue: Catalogue, line: Line, titles: Mapping[int, str]) -> str:
    variant = catalogue.variant(line.variant_id)
    product = catalogue.product(variant.product_id)
    words = ", ".join(filter(None, (product.title if product else "", variant.words)))
    return f"{words} ({titles[line.bundle_id]})" if line.bundle_id else words
