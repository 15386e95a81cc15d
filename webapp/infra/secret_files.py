"""Secrets that come in files: what Docker, Kubernetes, systemd and vaults mount, in place of a variable.

`FANMADE_SECRET_KEY_FILE=/run/secrets/key` stands for `FANMADE_SECRET_KEY` and the text of that file.
"""

from collections.abc import Mapping
from pathlib import Path

FILED = (
    "FANMADE_SECRET_KEY",
    "FANMADE_SECRET_KEY_FALLBACKS",
    "FANMADE_DATABASE_URL",
    "FANMADE_REPLICA_URLS",
    "FANMADE_REDIS_URL",
    "FANMADE_COUNTERS_URL",
    "FANMADE_MAIL_URL",
    "FANMADE_S3_KEY_ID",
    "FANMADE_S3_SECRET",
    "FANMADE_STRIPE_KEY",
    "FANMADE_STRIPE_WEBHOOK_SECRET",
    "FANMADE_METRICS_TOKEN",
    "FANMADE_SENTRY_DSN",
)
"""What may come in a file: all that is secret, or holds a password."""
LARGEST = 16 * 1024  # a secret is a line; whoever names a disk or a log by mistake is told


def read(environ: Mapping[str, str]) -> tuple[dict[str, str], list[str]]:
    """Return `environ` with each NAME_FILE replaced by NAME and the file's text, and what was wrong, a line each.

    Spaces and line ends around the text are left out. No line repeats what a file holds.
    """
    found, faults = dict(environ), []
    for name in FILED:
        place = found.pop(f"{name}_FILE", "").strip()
        if not place:
            continue
        if found.get(name, "").strip():
            faults.append(f"{name}_FILE: {name} is set, too; keep one of them")
            continue
        try:
            found[name] = _text(Path(place))
        except OSError as error:
            faults.append(f"{name}_FILE: {place} can't be read: {error.strerror or 'no file'}")
        except ValueError as error:
            faults.append(f"{name}_FILE: {place} {error}")
    return found, faults


def _text(path: Path) -> str:
    with path.open("rb") as file:
        data = file.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise ValueError("is too large for a secret")
    try:
        text = data.decode().strip()
    except UnicodeDecodeError:
        raise ValueError("is not text in UTF-8") from None
    if not text:
        raise ValueError("is empty")
    if not text.isprintable():
        raise ValueError("holds more than one line, or control characters")
    return text
