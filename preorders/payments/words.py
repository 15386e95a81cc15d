"""Payments in words: why one failed, where one stands."""

from flask_babel import gettext

from preorders.payments.rows import PaymentRow
from webapp.kernel.money import Money
from webapp.kernel.refusal import N_

# Why money was not taken or given back, by the provider's code.
FAILURES = {
    "authentication_required": N_("The bank wants you to confirm the payment yourself."),
    "card_declined": N_("The bank refused it."),
    "generic_decline": N_("The bank refused it."),
    "do_not_honor": N_("The bank refused it."),
    "insufficient_funds": N_("There was not enough money on the account."),
    "expired_card": N_("The card has expired."),
    "incorrect_cvc": N_("The card's security code was wrong."),
    "lost_card": N_("The bank refused it."),
    "stolen_card": N_("The bank refused it."),
    "no-method": N_("No way to pay was saved with this order."),
    "amount_too_small": N_("The amount is too small to be paid by card."),
    "amount_not_payable": N_("This currency can't be charged to the unit."),
    "charge_disputed": N_("The bank is looking into this payment."),
    "unreachable": N_("The payment service did not answer."),
}
OTHER_FAILURE = N_("The payment did not go through.")

# Why money went back without anybody of the team asking for it.
CANCELLED = N_("The order was cancelled.")
CALLED_OFF = N_("The drop was called off.")
TOO_LATE = N_("The payment came when the order was over already.")
TWICE = N_("The order had been paid already.")
CHANGED = N_("The order had been changed, and costs something else now.")
OUTSIDE = N_("It was given back in the payment service's own pages.")
REASONS = (CANCELLED, CALLED_OFF, TOO_LATE, TWICE, CHANGED, OUTSIDE)

KINDS = {
    "checkout": N_("Payment"),
    "setup": N_("Saved way to pay"),
    "charge": N_("Charge at the lock"),
    "refund": N_("Refund"),
}
STATES = {
    "open": (N_("Waiting"), "info"),
    "succeeded": (N_("Done"), "ok"),
    "failed": (N_("Failed"), "bad"),
    "expired": (N_("Not used"), "plain"),
}


def failure_message(code: str) -> str:
    """Return the sentence for a provider's code, to be translated where it is read; '' for no code."""
    return FAILURES.get(code, OTHER_FAILURE) if code else ""


def reason_word(reason: str) -> str:
    """Return a refund's reason: ours in the reader's language, the team's as it was written."""
    return str(gettext(reason)) if reason in REASONS else reason


def kind_word(payment: PaymentRow) -> str:
    """Return what a payment is, in the reader's language."""
    return str(gettext(KINDS[payment.kind]))


def state_word(payment: PaymentRow) -> tuple[str, str]:
    """Return where a payment stands, and the colour that says so."""
    word, colour = STATES[payment.state]
    return str(gettext(word)), colour


def failure_word(payment: PaymentRow) -> str:
    """Return why a payment failed, in the reader's language; '' when it did not."""
    message = failure_message(payment.failure)
    return str(gettext(message)) if message else ""


def plain_amount(minor: int, currency: str) -> str:
    """Return an amount for the timeline, e.g. '29.90 EUR'."""
    return f"{Money(minor, currency).decimal()} {currency}"
