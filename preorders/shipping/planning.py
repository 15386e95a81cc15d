"""What an import would do, line by line, before anything is done. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from preorders.shipping.importing import Row
from webapp.kernel.refusal import N_

# Why a line is left alone, in words.
WHY = {
    "no-tracking": N_("No tracking number in this line."),
    "unknown-order": N_("No order of this drop has that number."),
    "cancelled": N_("This order was cancelled."),
    "awaiting": N_("This order still waits for money or a guardian."),
    "not-paid": N_("This order is not paid."),
    "no-address": N_("This order has no address yet."),
    "sent": N_("All of this order has left already."),
    "known": N_("This parcel is known already."),
    "unknown-sku": N_("This order does not hold that SKU."),
    "too-many": N_("More than what has not left yet."),
}
BLOCKED = {"cancelled": "cancelled", "expired": "cancelled", "awaiting": "awaiting", "shipped": "sent"}


@dataclass(frozen=True)
class Open:
    """An order as an import sees it: its lines by SKU with what has not left yet, and the parcels it has."""

    preorder_id: int
    state: str
    addressed: bool
    left: Mapping[str, list[tuple[int, int]]]  # SKU -> [(line id, pieces that have not left)]
    trackings: frozenset[str] = frozenset()
    owes: bool = False


@dataclass
class Parcel:
    """One parcel to be made: of which lines how many (empty: everything that has not left)."""

    preorder_id: int
    number: str
    tracking: str
    carrier: str
    lines: dict[int, int] = field(default_factory=dict)
    rows: list[int] = field(default_factory=list)
    whole: bool = False


@dataclass(frozen=True)
class Plan:
    """What would be done, and which lines would be left alone: (line, code of WHY)."""

    parcels: list[Parcel]
    left: list[tuple[int, str]]


def plan(rows: Iterable[Row], orders: Mapping[str, Open]) -> Plan:
    """Return what rows mean for orders (by number). Rows of one order and tracking number are one parcel."""
    parcels: dict[tuple[int, str], Parcel] = {}
    free = {
        order.preorder_id: {line: n for lines in order.left.values() for line, n in lines} for order in orders.values()
    }
    left: list[tuple[int, str]] = []
    for row in rows:
        order = orders.get(row.number)
        fault = _fault(row, order)
        if order is None or fault:
            left.append((row.line, fault or "unknown-order"))
            continue
        key = (order.preorder_id, row.tracking)
        parcel = parcels.get(key) or Parcel(order.preorder_id, row.number, row.tracking, row.carrier)
        fault = _fill(parcel, row, order, free[order.preorder_id])
        if fault:
            left.append((row.line, fault))
        else:
            parcel.rows.append(row.line)
            parcels[key] = parcel
    return Plan(list(parcels.values()), left)


def _fault(row: Row, order: Open | None) -> str:
    if not row.tracking:
        return "no-tracking"
    if order is None:
        return "unknown-order"
    if row.tracking in order.trackings:
        return "known"
    if order.state in BLOCKED:
        return BLOCKED[order.state]
    if order.owes:
        return "not-paid"
    return "" if order.addressed else "no-address"


def _fill(parcel: Parcel, row: Row, order: Open, free: dict[int, int]) -> str:
    """Put a row's pieces into its parcel; return why it can't be, or ''."""
    wanted = order.left.get(row.sku, []) if row.sku else [pair for lines in order.left.values() for pair in lines]
    if not wanted:
        return "unknown-sku" if row.sku else "sent"
    able = sum(free[line] for line, _pieces in wanted)
    count = row.quantity if row.quantity and row.sku else able
    if not able and not row.sku and parcel.rows:
        return ""  # the same parcel said twice
    if count > able or not able:
        return "too-many" if row.sku else "sent"
    for line, _pieces in wanted:
        taken = min(free[line], count)
        if taken:
            parcel.lines[line] = parcel.lines.get(line, 0) + taken
            free[line] -= taken
            count -= taken
    return ""
