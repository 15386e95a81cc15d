"""The tech pack: a cover, a page for each printed side, sizes and pieces, credits, a proof to sign. A4."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flask_babel import gettext, ngettext

from preorders.production import proof, sides
from preorders.production.facts import Facts, Sheet, Taken
from preorders.production.leaves import WIDTH, Leaves
from preorders.production.paper import RED
from preorders.production.words import number, role_word, side_word, when


def write_tech_pack(path: Path, facts: Facts, taken: Mapping[str, Taken]) -> None:
    """Write the PDF. `taken` are the files to print from by name."""
    leaves = Leaves(gettext("%(drop)s: tech pack", drop=facts.drop.title), facts.moment)
    _cover(leaves, facts)
    for sheet in facts.sheets:
        shown = [sides.draw(leaves, facts, sheet, side, taken) for side in sheet.sides]
        _product(leaves, facts, sheet)
        if sheet.sides:
            proof.draw(leaves, facts, sheet, shown, taken)
    _credits(leaves, facts)
    leaves.save(str(path))


def _cover(leaves: Leaves, facts: Facts) -> None:
    drop = facts.drop
    leaves.page(drop.title, gettext("Production pack · %(artist)s", artist=facts.artist))
    if not drop.locked_at:
        leaves.text(gettext("Orders are not fixed yet: these numbers can still change."), 11, True, colour=RED)
        leaves.y += 2
    if facts.design:
        named = gettext("“%(title)s” by %(name)s", title=facts.design.title, name=facts.design.author_name)
        leaves.fact(gettext("Design"), f"{named} ({facts.design.code})")
        leaves.fact(gettext("Contest"), facts.contest)
    leaves.fact(gettext("Edition"), _edition(facts))
    leaves.fact(gettext("Numbers of"), when(facts.moment, drop.timezone))
    leaves.fact(gettext("Orders fixed"), when(drop.locked_at, drop.timezone) or gettext("not yet"))
    leaves.fact(gettext("To be sent by"), when(drop.ships_by, drop.timezone) or gettext("no date was set"))
    asked = " · ".join(word for word in (facts.asked_by, facts.email) if word)
    leaves.fact(gettext("Questions to"), asked)
    leaves.head(gettext("To make"))
    rows = [[each.product.title, _printed(each), each.pieces, each.awaiting] for each in facts.sheets]
    total = [gettext("All together"), "", sum(each.pieces for each in facts.sheets), facts.awaiting]
    _pieces(leaves, [gettext("Product"), gettext("Print")], [*rows, total], [66, WIDTH - 116])
    leaves.text(_parcels(facts))
    for each in _warnings(facts):
        leaves.text(each, colour=RED)


def _pieces(leaves: Leaves, heads: list[str], rows: list[list[Any]], widths: list[float]) -> None:
    """Set a table that ends with pieces to make and pieces awaiting something; the latter only where there are any."""
    awaited = any(row[-1] for row in rows)
    shown = [[*row[:-2], *(number(each) for each in (row[-2:] if awaited else row[-2:-1]))] for row in rows]
    more = [gettext("To make"), gettext("Awaiting")] if awaited else [gettext("To make")]
    leaves.table([*heads, *more], shown, [*widths, *([25, 25] if awaited else [50])])


def _edition(facts: Facts) -> str:
    cap = facts.drop.edition_cap
    if cap is None:
        return str(ngettext("%(num)s piece ordered", "%(num)s pieces ordered", facts.drop.reserved))
    return str(gettext("%(reserved)s of %(cap)s pieces ordered", reserved=number(facts.drop.reserved), cap=number(cap)))


def _printed(sheet: Sheet) -> str:
    if sheet.sides:
        return ", ".join(side_word(side.side) for side in sheet.sides)
    return str(gettext("not printed from this design"))


def _parcels(facts: Facts) -> str:
    parcels = ngettext("%(num)s parcel is to be sent.", "%(num)s parcels are to be sent.", facts.load.parcels)
    return str(parcels)


def _warnings(facts: Facts) -> list[str]:
    load, found = facts.load, []
    if facts.awaiting:
        words = ngettext(
            "%(num)s piece belongs to an order that still waits for its payment or a guardian. It stands in a column of"
            " its own, is not among the pieces to make, and has no packing slip.",
            "%(num)s pieces belong to orders that still wait for a payment or a guardian. They stand in a column of"
            " their own, are not among the pieces to make, and have no packing slips.",
            facts.awaiting,
        )
        found.append(words)
    if load.addressless:
        words = ngettext("%(num)s parcel has no address yet.", "%(num)s parcels have no address yet.", load.addressless)
        found.append(words)
    if not facts.design:
        found.append(gettext("No design belongs to this drop: there is nothing to print from in this pack."))
    return [str(each) for each in found]


def _product(leaves: Leaves, facts: Facts, sheet: Sheet) -> None:
    product = sheet.product
    leaves.page(product.title, gettext("Sizes and pieces"))
    rows = [[each.sku, each.size, each.colour, *sheet.units.get(each.id, (0, 0))] for each in product.variants]
    total = [gettext("All together"), "", "", sheet.pieces, sheet.awaiting]
    _pieces(leaves, [gettext("SKU"), gettext("Size"), gettext("Colour")], [*rows, total], [60, 28, WIDTH - 138])
    leaves.head(gettext("Size chart, in cm, on the flat garment"))
    chart = [[str(row.get("size", "")), _cm(row.get("width")), _cm(row.get("length"))] for row in product.size_chart]
    if chart:
        leaves.table([gettext("Size"), gettext("Width"), gettext("Length")], chart, [40, 30, 30])
    else:
        leaves.text(gettext("No size chart was entered for this product."))
    if product.weight_g:
        leaves.fact(gettext("Weight of a piece"), f"{number(product.weight_g)} g")


def _cm(value: object) -> str:
    return number(value) if isinstance(value, (int, float)) else str(value or "")


def _credits(leaves: Leaves, facts: Facts) -> None:
    """Names only: a printer has no business with what anybody earns."""
    leaves.page(gettext("Credits"), gettext("Who made it. Please print these names where there is room."))
    if not facts.account.lines:
        leaves.text(gettext("No design with credits belongs to this drop."))
        return
    rows = [[line.name, role_word(line.role)] for line in facts.account.lines]
    leaves.table([gettext("Name"), gettext("Part")], rows, [80, WIDTH - 80])
