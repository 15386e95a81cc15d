"""The use cases of this room, by the name under which others call them."""

from preorders.payments.charging import charge_again, charge_all, charge_late
from preorders.payments.hearing import hear, keep
from preorders.payments.looking import look, look_at_all
from preorders.payments.opening import begin, give_up
from preorders.payments.refunding import refund

__all__ = [
    "begin",
    "charge_again",
    "charge_all",
    "charge_late",
    "give_up",
    "hear",
    "keep",
    "look",
    "look_at_all",
    "refund",
]
