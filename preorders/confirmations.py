"""What a confirmation says of an order: its bill line by line, in the reader's language when it is read."""

from collections.abc import Sequence
from typing import Any

from preorders.rows import DropRow, LineRow, PreorderRow
from webapp.kernel.refusal import N_
from webapp.notices import values

PRICED = N_("%(count)s × %(piece)s: %(price)s")
SHIPPING = N_("shipping: %(price)s")
TAX_ON_TOP = N_("tax %(rate)s %%: %(price)s")
TAX_WITHIN = N_("of which tax %(rate)s %%: %(price)s")
TOTAL = N_("total: %(price)s")


def params_of(order: PreorderRow, lines: Sequence[LineRow], drop: DropRow) -> dict[str, Any]:
    """Return the params of a notice that confirms an order: `items`, its bill, and `until`, when it can be changed."""
    bill, currency = order.bill(lines), order.currency

    def priced(message: str, minor: int, **more: Any) -> Any:
        return values.word(message, price=values.money(minor, currency), **more)

    rows = [priced(PRICED, line.price_minor, count=line.quantity, piece=line.words) for line in lines]
    if bill.shipping_minor:
        rows.append(priced(SHIPPING, bill.shipping_minor))
    taxes = [(tax.tax_minor, f"{tax.rate_bp / 100:.2f}".rstrip("0").rstrip(".")) for tax in bill.taxes]
    if not bill.included:
        rows += [priced(TAX_ON_TOP, minor, rate=rate) for minor, rate in taxes]
    rows.append(priced(TOTAL, bill.total_minor))
    if bill.included:
        rows += [priced(TAX_WITHIN, minor, rate=rate) for minor, rate in taxes]
    return {"items": rows, "until": values.at(drop.closes_at, drop.timezone)}
