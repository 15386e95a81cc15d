"""Quiet hours: when mail may ring at somebody's place, by their own clock. Pure."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

BEGINS, BEGINS_FOR_MINORS, ENDS = 21, 20, 8  # hours of the reader's clock


@dataclass(frozen=True)
class Quiet:
    """Somebody's nights: from the hour `begins` until 8:00 in `zone` (an IANA name; an unknown one counts as UTC)."""

    zone: str
    begins: int = BEGINS

    def opens(self, moment: datetime) -> datetime:
        """Return `moment` when mail may go then, else the end of that night; both aware."""
        local = moment.astimezone(zone_of(self.zone))
        if ENDS <= local.hour < self.begins:
            return moment
        day = local.date() if local.hour < ENDS else local.date() + timedelta(days=1)
        # The wall clock is what counts: a night in which clocks are changed is an hour shorter or longer.
        return datetime.combine(day, time(ENDS), local.tzinfo).astimezone(UTC)


def zone_of(name: str) -> ZoneInfo:
    """Return a zone by its IANA name; UTC for a name nobody knows."""
    try:
        return ZoneInfo(name or "UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")
