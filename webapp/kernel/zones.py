"""The time zones this machine knows."""

from functools import cache
from zoneinfo import available_timezones


@cache
def zones() -> frozenset[str]:
    """Return the names of all IANA time zones; asked of the file system once, which takes longer than a page."""
    return frozenset(available_timezones())
