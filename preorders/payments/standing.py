"""Where an order's money stands, as its pages show it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext
from sqlalchemy.orm import Session

from preorders.payments import queries
from preorders.payments.rows import PaymentRow
from preorders.payments.rules import HELD
from preorders.payments.words import failure_word
from preorders.rows import DropRow, PreorderRow


@dataclass(frozen=True)
class Standing:
    """`words` say it, in `colour` (ok, warn, bad, info); `may_pay` until `until`; `button` is what paying is called."""

    words: str
    colour: str
    may_pay: bool = False
    until: datetime | None = None
    button: str = ""
    waiting: bool = False  # an answer of the provider is on its way
    failure: str = ""


def standing(session: Session, order: PreorderRow, drop: DropRow) -> Standing | None:
    """Return where the money of an order stands; None where none is taken here. One statement."""
    payments = queries.of_order(session, order.id)
    if not payments and (drop.payment == "none" or order.total_minor == 0):
        return None
    return _money(order, payments) or _unpaid(order, drop, payments)


def _money(order: PreorderRow, payments: Sequence[PaymentRow]) -> Standing | None:
    refunds = [each for each in payments if each.kind == "refund"]
    if order.refunded_at:
        return Standing(gettext("The money was given back. Banks may take some days to show it."), "ok")
    if any(each.state == "open" for each in refunds):
        return Standing(gettext("The money is on its way back to you."), "info")
    if refunds and refunds[-1].state == "failed" and order.paid_at:
        return Standing(
            gettext("The money could not be given back. We are looking into it and will write to you."), "bad"
        )
    if order.state in ("cancelled", "expired"):
        return Standing(gettext("Nothing is owed."), "ok")
    return Standing(gettext("Paid. Thank you!"), "ok") if order.paid_at else None


def _unpaid(order: PreorderRow, drop: DropRow, payments: Sequence[PaymentRow]) -> Standing:
    charges = [each for each in payments if each.kind == "charge"]
    if charges and charges[-1].state == "open":
        return Standing(gettext("The payment is on its way."), "info", waiting=True)
    if charges and charges[-1].state == "failed":
        return Standing(
            gettext("The payment failed. Please pay now, so that your order stays yours."),
            "bad",
            may_pay=order.state in HELD,
            until=charges[-1].expires_at,
            button=gettext("Pay now"),
            failure=failure_word(charges[-1]),
        )
    if order.awaits_payment:
        return _awaiting(order, drop, payments)
    if drop.payment == "at_lock" and any(each.kind == "setup" and each.state == "succeeded" for each in payments):
        return Standing(gettext("Your way to pay is saved. It is charged when the orders are fixed, not before."), "ok")
    return Standing(gettext("Nothing is charged now."), "info")


def _awaiting(order: PreorderRow, drop: DropRow, payments: Sequence[PaymentRow]) -> Standing:
    failed = next((each for each in reversed(payments) if each.state == "failed"), None)
    known: dict[str, Any] = {
        "may_pay": True,
        "until": order.expires_at,
        "failure": failure_word(failed) if failed else "",
    }
    if drop.payment == "at_lock":
        words = gettext("One step is left: save a way to pay. Nothing is charged before the orders are fixed.")
        return Standing(words, "warn", button=gettext("Save a way to pay"), **known)
    return Standing(gettext("One step is left: pay, and it is yours."), "warn", button=gettext("Pay"), **known)
