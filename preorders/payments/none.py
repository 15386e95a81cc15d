"""No provider: an invoice follows, and nothing can be paid here."""

from preorders.payments.port import Answer, Asked, BadSignature, Message, Unreachable


class NoProvider:
    """Stands in where no key is set. What was begun while there was one waits for it."""

    name = "none"

    def open_checkout(self, asked: Asked) -> Answer:
        """Refuse: there is nobody to pay to."""
        raise Unreachable("no payment provider is set up")

    open_setup = charge = refund = expire = open_checkout

    def fetch(self, asked: Asked) -> Answer | None:
        """Refuse: nobody knows."""
        raise Unreachable("no payment provider is set up")

    def refunds(self, asked: Asked) -> list[Answer]:
        """Refuse: nobody knows."""
        raise Unreachable("no payment provider is set up")

    def read_event(self, body: bytes, signature: str) -> Message:
        """Refuse: nobody may write to us."""
        raise BadSignature("no payment provider is set up")
