"""The audit log: what teams and operators did. Append-only."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from webapp.accounts.models import AuditLine


def note(
    session: Session,
    at: datetime,
    actor_id: int | None,
    artist_id: int | None,
    action: str,
    subject: str = "",
    **details: Any,
) -> None:
    """Write one line in the caller's transaction, e.g. note(s, now, 3, 1, 'contest.publish', 'contest:7')."""
    session.add(
        AuditLine(at=at, actor_id=actor_id, artist_id=artist_id, action=action, subject=subject, details=details)
    )
