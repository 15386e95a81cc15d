"""The desk's way from the lock to the last parcel, as one list: what is done, what is next, what stands in its way.

Pure. Lock, charge, address lock, production, ship, done; a drop without payments has no charge.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

NOTICE = timedelta(hours=48)
"""Nobody's order is fixed without having heard it so long before."""


@dataclass(frozen=True)
class Counts:
    """Orders that matter to the steps, each counted up to `MOST`; one more means: more than that."""

    awaiting: int = 0
    to_send: int = 0
    sent: int = 0
    without_address: int = 0
    payment_failed: int = 0


@dataclass(frozen=True)
class Course:
    """The dates of a drop that decide its steps."""

    opens_at: datetime | None
    closes_at: datetime | None
    payment: str
    lock_told_at: datetime | None = None
    locked_at: datetime | None = None
    charged_at: datetime | None = None
    address_locked_at: datetime | None = None
    production_at: datetime | None = None
    shipping_at: datetime | None = None
    closed_at: datetime | None = None
    cancelled_at: datetime | None = None
    goal_missed: bool = False


@dataclass(frozen=True)
class Step:
    """One step: `state` is done, now or next; `blocks` are codes of what stands in its way."""

    name: str
    state: str
    at: datetime | None = None
    count: int = 0
    blocks: tuple[str, ...] = ()


def steps(course: Course, counts: Counts, now: datetime) -> list[Step]:
    """Return the steps in order; exactly one is `now`, unless all are done or the drop was called off."""
    dates = {
        "lock": course.locked_at,
        "charge": course.charged_at,
        "address": course.address_locked_at or course.production_at,
        "production": course.production_at,
        "ship": course.shipping_at if not counts.to_send else None,
        "done": course.closed_at,
    }
    if course.payment != "at_lock":
        del dates["charge"]
    found, open_ = [], course.cancelled_at is None
    for name, at in dates.items():
        if at or (course.production_at and name in ("charge", "address")):
            found.append(Step(name, "done", at))
            continue
        state = "now" if open_ else "next"
        open_ = False
        blocks = _blocks(name, course, counts, now) if state == "now" else ()
        found.append(Step(name, state, None, _concerned(name, counts), blocks))
    return found


def must_tell(course: Course, now: datetime) -> bool:
    """Return whether fixing the orders now would surprise somebody: the window has not ended by itself."""
    return course.closes_at is None or now < course.closes_at


def announce_due(course: Course, now: datetime) -> bool:
    """Return whether the notice before the lock is due: at most 48 hours are left and nobody was told."""
    if course.opens_at is None or course.closes_at is None or course.locked_at or course.cancelled_at:
        return False
    return (
        course.lock_told_at is None and course.opens_at <= now and course.closes_at - NOTICE <= now < course.closes_at
    )


def _concerned(name: str, counts: Counts) -> int:
    if name == "address":
        return counts.without_address
    if name == "done":
        return counts.sent
    return counts.to_send + (counts.awaiting if name == "lock" else 0)


def _blocks(name: str, course: Course, counts: Counts, now: datetime) -> tuple[str, ...]:
    found = {
        "lock": {"not-open": course.opens_at is None or now < course.opens_at, "goal-missed": course.goal_missed},
        "charge": {"goal-missed": course.goal_missed},
        "address": {"addresses": counts.without_address > 0},
        "production": {"failed": counts.payment_failed > 0, "awaiting": counts.awaiting > 0},
        "done": {"to-send": counts.to_send > 0},
    }
    return tuple(code for code, stands in found.get(name, {}).items() if stands)
