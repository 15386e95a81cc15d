"""Hints to workers that a payment wants to be looked at. The row is the truth; the ticker finds what was not woken."""

from collections.abc import Callable

from webapp.infra import queue


def wake(payment_id: int) -> bool:
    """Ask a worker to look at one payment that is due."""
    return queue.enqueue("outbox", "preorders.payments.jobs.look_at", payment_id)


def wake_now(payment_id: int) -> bool:
    """Ask a worker to look at one payment whether it is due or not: somebody has come back from paying."""
    return queue.enqueue("outbox", "preorders.payments.jobs.look_now", payment_id, first=True)


def wake_all() -> bool:
    """Ask a worker to look at all that is due: many charges must not hold up what people are told."""
    return queue.enqueue("exports", "preorders.payments.jobs.look_at_due")


def wake_event(event_row_id: int) -> bool:
    """Ask a worker to deal with a provider's message: somebody may be waiting at the screen."""
    return queue.enqueue("outbox", "preorders.payments.jobs.hear", event_row_id, first=True)


def waker(payment_id: int) -> Callable[[], object]:
    """Return what wakes a worker for a payment, to be called after a commit."""
    return lambda: wake(payment_id)
