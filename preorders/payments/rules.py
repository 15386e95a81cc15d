"""What is asked of a provider, when, and for how long. Values in, values out."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

LEAST_HOLD = timedelta(minutes=30)  # a checkout can't be open for less
LONGEST_CHECKOUT = timedelta(hours=23)
SLACK = timedelta(seconds=60)  # between our clock and the provider's
TIME_TO_FIX = timedelta(days=7)  # after a failed charge, until the team may call the order off
LEASE = timedelta(minutes=2)  # longer than a request to the provider with its repetition
BACK_OFF = (60, 300, 900, 3600)  # seconds between looks at something open; the last one repeats
HELD = ("reserved", "part-shipped", "shipped")


@dataclass(frozen=True)
class Part:
    """A line of what is paid, in words, in minor units."""

    words: str
    amount_minor: int


def parts_of(
    lines: Iterable[tuple[str, int]], shipping: Part, tax: Part, tax_included: bool, total_minor: int, whole: str
) -> tuple[Part, ...]:
    """Return the lines a checkout shows; they add up to the total, else there is the one line `whole`."""
    parts = [Part(words, amount) for words, amount in lines]
    parts += [shipping] if shipping.amount_minor else []
    parts += [tax] if tax.amount_minor and not tax_included else []
    if sum(part.amount_minor for part in parts) != total_minor or any(part.amount_minor < 0 for part in parts):
        return (Part(whole, total_minor),)
    return tuple(parts)


def hold_until(expires_at: datetime | None, placed_at: datetime) -> datetime:
    """Return until when an order that is being paid keeps its pieces: 30 minutes at least, however short the hold."""
    least = placed_at + LEAST_HOLD
    return max(expires_at, least) if expires_at else least


def checkout_until(hold: datetime | None, now: datetime) -> datetime:
    """Return when a checkout opened now ends: with the hold, within what providers allow.

    One that would outlive its hold is closed when the hold ends.
    """
    earliest, latest = now + LEAST_HOLD + SLACK, now + LONGEST_CHECKOUT
    return min(max(hold or latest, earliest), latest)


def next_look(tries: int, now: datetime, hold: datetime | None = None) -> datetime:
    """Return when something open is looked at again, after `tries` looks.

    `hold` is until when the order of a page keeps its pieces: the page is closed at that moment, and they wait
    for nothing else.
    """
    following = now + timedelta(seconds=BACK_OFF[min(tries, len(BACK_OFF) - 1)])
    if hold is None:
        return following
    return min(following, hold) if hold > now else now + timedelta(seconds=BACK_OFF[0])
