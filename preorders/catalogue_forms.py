"""What staff send of a drop's products and variants, rates and zones: as many fields as there are rows."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext

from preorders import measures
from preorders.desk_forms import MOST_MINOR, amount, basis_points, minor_of, percent
from preorders.forms import countries
from preorders.numbers import SKU
from preorders.rows import Catalogue, ProductRow, VariantRow
from preorders.tariffs import CLASSES, Rate, Tariff, Zone
from webapp.kernel.refusal import N_

MOST_ROWS = 60
CLASS_WORDS = {
    "standard": N_("Standard"),
    "reduced": N_("Reduced"),
    "reduced-2": N_("Second reduced"),
    "zero": N_("No tax"),
}


@dataclass
class Changed:
    """What differs from the catalogue, by id, and what could not be read."""

    products: dict[int, dict[str, Any]] = field(default_factory=dict)
    variants: dict[int, dict[str, Any]] = field(default_factory=dict)
    caps: dict[int, int | None] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)


def class_words() -> list[tuple[str, str]]:
    """Return the tax classes with their names."""
    return [(name, gettext(CLASS_WORDS[name])) for name in CLASSES]


def read_catalogue(catalogue: Catalogue, currency: str, sent: Mapping[str, str]) -> Changed:
    """Return what staff changed of products and variants; what was not sent stays."""
    changed = Changed()
    for product in catalogue.products:
        _read_product(product, currency, sent, changed)
        for variant in product.variants:
            _read_variant(variant, currency, sent, changed)
    return changed


def _read_product(product: ProductRow, currency: str, sent: Mapping[str, str], changed: Changed) -> None:
    title, found = product.title, {}
    price = (lambda text: minor_of(text, currency), gettext("%(title)s: write an amount such as 29.90.", title=title))
    chart = (measures.read, gettext("%(title)s: write measures as ‘M: 52 71’, a size a line.", title=title))
    weight = (_grams, gettext("%(title)s: write the weight in whole grams.", title=title))
    tax = (_known_class, gettext("%(title)s: choose a tax class.", title=title))
    columns: dict[str, tuple[str, tuple[Callable[[str], Any], str]]] = {
        "price_minor": ("price", price),
        "size_chart": ("chart", chart),
        "weight_g": ("weight", weight),
        "tax_class": ("class", tax),
    }
    for column, (name, (read, fault)) in columns.items():
        typed = sent.get(f"{name}-{product.id}")
        value = _read(read, typed, fault, changed.faults) if typed is not None else None
        if value is not None and value != getattr(product, column):
            found[column] = value
    # A box that is not ticked is not sent: the hidden field says that it was there.
    if f"boxes-{product.id}" in sent and (f"addon-{product.id}" in sent) != product.addon:
        found["addon"] = not product.addon
    if found:
        changed.products[product.id] = found


def _read_variant(variant: VariantRow, currency: str, sent: Mapping[str, str], changed: Changed) -> None:
    found: dict[str, Any] = {}
    sku, diff, cap = (sent.get(f"{name}-{variant.id}") for name in ("sku", "diff", "cap"))
    if sku is not None and sku.strip() != variant.sku:
        if SKU.fullmatch(sku.strip()):
            found["sku"] = sku.strip()
        else:
            changed.faults.append(gettext("%(sku)s: a SKU has letters, digits and . _ / - only.", sku=variant.sku))
    if diff is not None:
        fault = gettext("%(sku)s: write a difference such as 3.00 or -2.00.", sku=variant.sku)
        minor = _read(lambda text: minor_of(text or "0", currency, -MOST_MINOR), diff.strip(), fault, changed.faults)
        if minor is not None and minor != variant.price_diff_minor:
            found["price_diff_minor"] = minor
    if found:
        changed.variants[variant.id] = found
    if cap is None:
        return
    if cap.strip() and not (cap.strip().isascii() and cap.strip().isdigit() and len(cap.strip()) < 8):
        changed.faults.append(gettext("%(sku)s: write a whole number or nothing.", sku=variant.sku))
    elif (value := int(cap) if cap.strip() else None) != variant.cap:
        changed.caps[variant.id] = value


def tariff_rows(tariff: Tariff, currency: str) -> dict[str, list[dict[str, str]]]:
    """Return rates and zones as they are typed, with room for more."""
    rates = [
        {"country": rate.country, "class": rate.tax_class, "percent": percent(rate.rate_bp), "name": rate.name}
        for rate in tariff.rates
    ]
    zones = [
        {
            "name": zone.name,
            "countries": ", ".join(zone.countries),
            "price": amount(zone.price_minor, currency),
            "extra": amount(zone.extra_minor, currency) if zone.extra_minor else "",
            "free": "" if zone.free_from_minor is None else amount(zone.free_from_minor, currency),
        }
        for zone in tariff.zones
    ]
    return {"rates": [*rates, *({"class": "standard"} for _ in range(3))], "zones": [*zones, {}, {}]}


def sent_rows(sent: Mapping[str, str]) -> dict[str, list[dict[str, str]]]:
    """Return rates and zones as they were sent, to be shown again."""
    rate_fields, zone_fields = ("country", "class", "percent", "name"), ("name", "countries", "price", "extra", "free")
    return {"rates": list(_rows(sent, "rate", rate_fields)), "zones": list(_rows(sent, "zone", zone_fields))}


def read_tariff(sent: Mapping[str, str], currency: str) -> tuple[Tariff, list[str]]:
    """Return the rates and zones that were sent, empty rows left out, and what could not be read."""
    known, faults, rows = {code for code, _name in countries() if code}, list[str](), sent_rows(sent)
    rates = [
        _rate(row, number, known, faults)
        for number, row in enumerate(rows["rates"], 1)
        if any(row[name] for name in ("country", "percent", "name"))
    ]
    zones = [
        _zone(row, number, known, currency, faults) for number, row in enumerate(rows["zones"], 1) if any(row.values())
    ]
    return Tariff(tuple(rates), tuple(zones), sent.get("included", "1") == "1"), faults


def _rate(row: dict[str, str], number: int, known: set[str], faults: list[str]) -> Rate:
    country = row["country"].upper()
    if country and country not in known:
        faults.append(gettext("Rate %(number)s: choose a country.", number=number))
    fault = gettext("Rate %(number)s: write a percentage such as 25.5.", number=number)
    rate_bp = _read(basis_points, row["percent"], fault, faults) or 0
    tax_class = row["class"] if row["class"] in CLASSES else CLASSES[0]
    return Rate(country, tax_class, rate_bp, row["name"][:40])


def _zone(row: dict[str, str], number: int, known: set[str], currency: str, faults: list[str]) -> Zone:
    codes = tuple(dict.fromkeys(re.findall(r"[^\s,;]+", row["countries"].upper())))
    strange = [code for code in codes if code not in known]
    if strange:
        words = gettext("Zone %(number)s: %(code)s is no country. Write codes such as FI, SE.", number=number,
                        code=strange[0])  # fmt: skip
        faults.append(words)
    if not row["name"]:
        faults.append(gettext("Zone %(number)s: give it a name.", number=number))
    fault = gettext("Zone %(number)s: write an amount such as 5.90.", number=number)

    def money(text: str) -> int:
        return _read(lambda typed: minor_of(typed, currency), text or "0", fault, faults) or 0

    free = money(row["free"]) if row["free"] else None
    return Zone(row["name"][:60], codes, money(row["price"]), money(row["extra"]), free)


def _rows(sent: Mapping[str, str], what: str, names: tuple[str, ...]) -> Iterator[dict[str, str]]:
    for number in range(MOST_ROWS):
        if not any(f"{what}-{number}-{name}" in sent for name in names):
            return
        yield {name: sent.get(f"{what}-{number}-{name}", "").replace("\x00", "").strip() for name in names}


def _read(read: Callable[[str], Any], text: str, fault: str, faults: list[str]) -> Any:
    try:
        return read(text)
    except ValueError:
        if fault not in faults:
            faults.append(fault)
        return None


def _grams(text: str) -> int:
    grams = int(text or "0") if text.isascii() else -1
    if not 0 <= grams <= 100_000:
        raise ValueError(text)
    return grams


def _known_class(text: str) -> str:
    if text not in CLASSES:
        raise ValueError(text)
    return text
