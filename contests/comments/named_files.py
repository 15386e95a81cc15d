"""The files that must stay as evidence, whatever becomes of the design they belonged to."""

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from contests.comments.models import Escalation
from webapp.infra.named_files import Holder, Named, rows


def _evidence(session: Session) -> Iterator[Named]:
    for row in rows(session, select(Escalation.id, Escalation.evidence).order_by(Escalation.id)):
        yield from (Named(key, row.id, f"evidence of case {row.id}") for key in (row.evidence or {}).get("keys", ()))


HOLDERS = (Holder("evidence", _evidence),)
