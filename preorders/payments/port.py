"""The port: what this room asks of whoever moves the money, and what comes back.

A call is made outside of any transaction and may be made twice: `Asked.key` makes both the same request.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from preorders.payments.rules import Part


class Unreachable(Exception):
    """Nobody knows whether it happened: ask again later, with the same key."""


class Rejected(Exception):
    """It did not happen and will not, as asked; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class BadSignature(Exception):
    """A message that does not come from the provider, or is too old."""


@dataclass(frozen=True)
class Asked:
    """One payment of ours, as a provider needs to know it: no name, no address.

    `intent` is what a refund gives back, `method` and `customer` what a charge is taken from; `email` is only
    there where a checkout would ask for it.
    """

    payment_id: int
    order: str
    kind: str
    attempt: int
    amount_minor: int
    currency: str
    reference: str | None = None
    intent: str | None = None
    method: str | None = None
    customer: str | None = None
    email: str = ""
    parts: tuple[Part, ...] = ()
    until: datetime | None = None
    return_url: str = ""
    cancel_url: str = ""

    @property
    def key(self) -> str:
        """Return the idempotency key: of our row, and of no other installation's."""
        return f"{self.order}-{self.kind}-{self.attempt}-{self.payment_id}"


@dataclass(frozen=True)
class Answer:
    """Where a payment stands at the provider: open, succeeded, failed or expired; what is None is not known."""

    state: str
    reference: str | None = None
    intent: str | None = None
    method: str | None = None
    customer: str | None = None
    url: str | None = None
    failure: str = ""
    amount_minor: int | None = None  # of a refund: what went back, which is what was left to give back


@dataclass(frozen=True)
class Message:
    """A provider's message: its own id, its type, what it speaks of; a refund's speaks of the payment given back."""

    event_id: str
    type: str
    object_id: str


class Provider(Protocol):
    """Every call may raise Unreachable, those that change something also Rejected."""

    name: str

    def open_checkout(self, asked: Asked) -> Answer:
        """Open a page where the buyer pays now; the answer has its `url`."""

    def open_setup(self, asked: Asked) -> Answer:
        """Open a page where the buyer saves a method to be charged later."""

    def charge(self, asked: Asked) -> Answer:
        """Take the amount from a saved method, without its owner at the screen."""

    def refund(self, asked: Asked) -> Answer:
        """Give all that is left of `asked.intent` back; 'expired' when nothing was left to give."""

    def refunds(self, asked: Asked) -> list[Answer]:
        """Return the refunds of `asked.intent` that were not begun here, oldest first."""

    def expire(self, asked: Asked) -> Answer:
        """Close a page that was opened; the answer says whether it was used before."""

    def fetch(self, asked: Asked) -> Answer | None:
        """Return where the payment stands now, found by its reference or else by our own marks; None: unknown."""

    def read_event(self, body: bytes, signature: str) -> Message:
        """Return the message in a webhook's body; raises BadSignature."""
