"""How soon a notice goes by mail, and when a digest is due by its reader's clock. Pure."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

from webapp.infra.mail.quiet import BEGINS, BEGINS_FOR_MINORS, Quiet, zone_of
from webapp.kernel.refusal import N_

AT_ONCE, DAILY, WEEKLY, NEVER = "at-once", "daily", "weekly", "never"
WORDS = {AT_ONCE: N_("At once"), DAILY: N_("Once a day"), WEEKLY: N_("Once a week"), NEVER: N_("Not by mail")}
TOGETHER = (DAILY, WEEKLY)  # these wait for a digest
HOUR = 8  # of the reader's clock: when digests go; weekly ones on Mondays


def next_digest(moment: datetime, zone: str, pace: str) -> datetime:
    """Return when the first digest after `moment` is due in `zone`, for `pace` daily or weekly. In UTC."""
    local = moment.astimezone(zone_of(zone))
    day = local.date()
    while True:
        due = datetime.combine(day, time(HOUR), local.tzinfo).astimezone(UTC)
        if due > moment and (pace == DAILY or day.weekday() == 0):
            return due
        day += timedelta(days=1)


def zone_for(own: str, params: dict[str, Any]) -> str:
    """Return the clock to go by: the reader's own, else the one the dates in a notice were set by, else UTC."""
    dated = (value.get("zone") for value in params.values() if isinstance(value, dict))
    return own or next((zone for zone in dated if zone), "UTC")


def nights(zone: str, *, minor: bool, transactional: bool) -> Quiet | None:
    """Return the nights in which a notice isn't mailed. Adults get what they ordered or run at any hour."""
    if minor:
        return Quiet(zone, BEGINS_FOR_MINORS)
    return None if transactional else Quiet(zone, BEGINS)
