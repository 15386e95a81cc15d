"""What the desk says of views, orders, steps and acts on many orders."""

from typing import Any

from flask_babel import gettext

from preorders.desk_counts import MOST
from voting.result_tables import number
from webapp.kernel.refusal import N_

VIEWS = {
    "standing": N_("All standing"),
    "look": N_("Needs a look"),
    "paid": N_("Paid"),
    "reserved": N_("To print"),
    "shipped": N_("Sent"),
    "cancelled": N_("Cancelled"),
    "all": N_("All"),
}
STATES = {
    "awaiting": (N_("Waits"), "warn"),
    "reserved": (N_("To print"), "info"),
    "part-shipped": (N_("Partly sent"), "info"),
    "shipped": (N_("Sent"), "ok"),
    "cancelled": (N_("Cancelled"), "plain"),
    "expired": (N_("Expired"), "plain"),
}
STEPS = {
    "lock": (N_("Fix the orders"), "lock"),
    "charge": (N_("Charge"), "shopping-bag"),
    "address": (N_("Fix the addresses"), "globe"),
    "production": (N_("Production"), "package"),
    "ship": (N_("Send the parcels"), "truck"),
    "done": (N_("Done"), "check-check"),
}
BLOCKS = {
    "not-open": N_("Preorders have not opened yet."),
    "goal-missed": N_("The goal was missed: decide first whether it is printed anyway."),
    "addresses": N_("Some orders have no address yet: ask for it, or cancel them. They stay out of the parcels."),
    "failed": N_("The payment of some orders failed: charge them once more, or cancel them."),
    "awaiting": N_("Some orders still wait for their payment or a guardian: they are not printed until then."),
    "to-send": N_("Some orders are not sent yet. Send or cancel them first."),
}
ACTIONS = {"ship": N_("Mark as sent"), "cancel": N_("Cancel the orders"), "resend": N_("Send the confirmation again")}
ICONS = {"ship": "truck", "cancel": "x", "resend": "mail"}


def view_word(view: str) -> str:
    """Return a view's name in the reader's language."""
    return str(gettext(VIEWS[view]))


def state_of(order: Any) -> tuple[str, str]:
    """Return an order's state in words, and how urgent it is: ok, warn, bad, info or plain."""
    if order.state == "awaiting":
        waits = gettext("Waits for a guardian") if order.awaits_guardian else gettext("Waits to be paid")
        return str(waits), "warn"
    if order.state in ("reserved", "part-shipped"):
        if order.payment_failed_at and not order.paid_at:
            return str(gettext("Payment failed")), "bad"
        if order.addressed_at is None:
            return str(gettext("Address missing")), "warn"
    word, kind = STATES[order.state]
    return str(gettext(word)), kind


def step_word(name: str) -> str:
    """Return a step's name."""
    return str(gettext(STEPS[name][0]))


def block_word(code: str) -> str:
    """Return what stands in a step's way."""
    return str(gettext(BLOCKS[code]))


def action_word(action: str) -> str:
    """Return an act on many orders."""
    return str(gettext(ACTIONS[action]))


def bounded(count: int) -> str:
    """Return a count that was only made up to a bound."""
    return str(gettext("more than %(most)s", most=number(MOST)) if count > MOST else number(count))
