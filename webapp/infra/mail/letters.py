"""Leased rows made ready to go; what can't be rendered, or is not wanted any more, is put aside."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog

from webapp.infra.carriers import Envelope
from webapp.infra.db import db
from webapp.infra.mail import outcomes
from webapp.infra.mail.moulds import Moulds
from webapp.infra.mail.quiet import Quiet
from webapp.infra.mail.refusals import refusing
from webapp.infra.mail.rendering import envelope

log = structlog.get_logger()


@dataclass(frozen=True)
class Letter:
    """A leased message, ready to go."""

    id: int
    attempts: int
    created_at: datetime
    message: Envelope
    quiet: Quiet | None

    def rests_until(self, moment: datetime) -> datetime | None:
        """Return when its reader's night ends; None by day, and for what goes at any time."""
        opens = self.quiet.opens(moment) if self.quiet else moment
        return opens if opens > moment else None


def ready(rows: Sequence[Any], moulds: Moulds) -> list[Letter]:
    """Render leased rows; one that can't be rendered is put back and does not hold up the others.

    What the reader need not get is left unsent when their address refuses our mail.
    """
    unwanted = _unwanted(rows)
    found = []
    for row in rows:
        if row.id in unwanted:
            continue
        try:
            found.append(Letter(row.id, row.attempts, row.created_at, envelope(row, moulds), _quiet(row)))
        except Exception as error:  # whatever a template or a header may raise
            log.exception("mail can't be rendered", mail=row.id, kind=row.kind)
            outcomes.put_back(row.id, row.attempts, row.created_at, error)
    outcomes.drop_these(unwanted)
    return found


def _unwanted(rows: Sequence[Any]) -> set[int]:
    optional = [row for row in rows if row.optional]
    if not optional:
        return set()
    refused = refusing(db.session(), (row.address for row in optional))
    db.session.rollback()
    return {row.id for row in optional if row.address in refused}


def _quiet(row: Any) -> Quiet | None:
    return None if row.quiet_from is None else Quiet(row.zone, row.quiet_from)
