"""Wall-clock times in one named zone, and the hours that summer time skips or repeats."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from webapp.kernel.refusal import N_, Refused


def to_instant(local: datetime, zone: str) -> datetime:
    """Return the instant of a naive wall-clock time in `zone`.

    A time that occurs twice (clocks go back) means its first occurrence; one that never occurs
    (clocks go forward) raises Refused('no-such-time').
    """
    instant = local.replace(tzinfo=ZoneInfo(zone), fold=0).astimezone(UTC)
    if to_local(instant, zone) != local:
        raise Refused("no-such-time", N_("That time does not exist: the clocks go forward. Choose an hour later."), 422)
    return instant


def to_local(instant: datetime, zone: str) -> datetime:
    """Return the naive wall-clock time of an instant in `zone`."""
    return instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def occurs_twice(local: datetime, zone: str) -> bool:
    """Return whether the clocks go back over this time, so that it comes twice."""
    named = ZoneInfo(zone)
    first, second = local.replace(tzinfo=named, fold=0), local.replace(tzinfo=named, fold=1)
    return first.utcoffset() != second.utcoffset() and to_local(first.astimezone(UTC), zone) == local


def at_hour(start: datetime, zone: str, days: int, hour: int) -> datetime:
    """Return the instant `days` after `start`, at a full hour of `zone`'s clocks, the next that exists."""
    local = to_local(start, zone).replace(hour=hour, minute=0, second=0, microsecond=0) + timedelta(days=days)
    for shift in range(4):
        try:
            return to_instant(local + timedelta(hours=shift), zone)
        except Refused:
            continue
    raise ValueError(f"no hour near {local} exists in {zone}")
