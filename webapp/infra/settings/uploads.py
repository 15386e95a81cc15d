"""How much may be sent, and who looks at it first."""

import re
from typing import Any

from webapp.infra.settings.words import Words

MB = 1024 * 1024


def quotas(words: Words) -> dict[str, Any]:
    """Return what people, networks and contests may take in, by field."""
    most = 100_000_000
    found = {
        "uploads_hour": words.number("FANMADE_UPLOADS_HOUR", 120, 1, most),
        "uploads_hour_bytes": words.number("FANMADE_UPLOADS_HOUR_MB", 600, 1, most) * MB,
        "uploads_day": words.number("FANMADE_UPLOADS_DAY", 500, 1, most),
        "uploads_day_bytes": words.number("FANMADE_UPLOADS_DAY_MB", 2500, 1, most) * MB,
        "uploads_network_bytes": words.number("FANMADE_UPLOADS_NETWORK_MB", 2000, 1, most) * MB,
        "uploads_contest_bytes": words.number("FANMADE_UPLOADS_CONTEST_GB", 200, 1, most) * 1024 * MB,
    }
    largest = words.number("FANMADE_MAX_UPLOAD_MB", 25, 1, 200) * MB
    for name in ("HOUR", "DAY", "NETWORK"):
        field_name = f"uploads_{name.lower()}_bytes"
        if found[field_name] < largest:
            words.faults.append(f"FANMADE_UPLOADS_{name}_MB: less than the largest picture, FANMADE_MAX_UPLOAD_MB")
    return {**found, "disk_reserve": words.number("FANMADE_DISK_RESERVE_MB", 500, 0, most) * MB}


def clamd(words: Words) -> str:
    """Return the address of the scanner; empty without one."""
    address = words.text("FANMADE_CLAMD")
    if address and not re.fullmatch(r"unix:/.+|(\[[0-9a-fA-F:.]+\]|[^\s:/]+):[0-9]{1,5}", address):
        words.faults.append("FANMADE_CLAMD: must be host:port, or unix: and a full path: unix:/run/clamav/clamd.ctl")
    return address
