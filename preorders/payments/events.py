"""Facts about money."""

from dataclasses import dataclass

from webapp.kernel.facts import Fact


@dataclass(frozen=True)
class PaymentArrived(Fact):
    """An order was paid."""

    payment_id: int


@dataclass(frozen=True)
class PaymentFailed(Fact):
    """Money could not be taken; its buyer may still pay."""

    payment_id: int


@dataclass(frozen=True)
class PaymentRefunded(Fact):
    """Money went back to a buyer; `payment_id` is the refund."""

    payment_id: int


@dataclass(frozen=True)
class RefundFailed(Fact):
    """Money could not be given back; staff have to look. `payment_id` is the refund."""

    payment_id: int
