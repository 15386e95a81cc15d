"""The hour that comes twice, where the clocks go back: which of the two is meant is said by its distance from UTC."""

from datetime import datetime, timedelta


def which(local: datetime) -> str:
    """Return ' (UTC+3)' for an aware time in a named zone that comes twice there, for any other ''."""
    here = local.utcoffset()
    if here is None or here == local.replace(fold=1 - local.fold).utcoffset():
        return ""
    sign, minutes = "+" if here >= timedelta(0) else "−", abs(int(here.total_seconds())) // 60
    return f" (UTC{sign}{minutes // 60}" + (f":{minutes % 60:02})" if minutes % 60 else ")")
