"""All checks of an audit, in an order in which what one repairs is not what the next complains of."""

from collections.abc import Iterator

import structlog

from webapp.boot.audit import counters, files, stranded, told, work
from webapp.boot.audit.findings import Check, Finding, Plan
from webapp.infra.db import db

CHECKS: tuple[tuple[str, Check], ...] = (
    (files.CHECK, files.look),
    (told.CHECK, told.look),
    (stranded.CHECK, stranded.look),
    (counters.STOCK, counters.look_at_stock),
    (counters.VOTES, counters.look_at_votes),
    (work.CHECK, work.look),
)
NAMES = tuple(name for name, _ in CHECKS)
log = structlog.get_logger()


def audit(plan: Plan) -> Iterator[tuple[str, list[Finding]]]:
    """Yield each check's name and what it found; a check that breaks is a finding of its own."""
    for name, check in CHECKS:
        yield name, list(_looked(name, check, plan))


def _looked(name: str, check: Check, plan: Plan) -> Iterator[Finding]:
    try:
        yield from check(plan)
    except Exception as error:  # one part away must not hide what the others say
        db.session.rollback()
        log.exception("audit could not look", check=name)
        said = str(error).splitlines()[0][:160] if str(error) else ""
        yield Finding(name, f"could not be looked at: {type(error).__name__} {said}", todo="fanmade doctor says why")
    finally:
        db.session.remove()
