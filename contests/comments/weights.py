"""How much a report weighs in the queue: it orders what moderators see, and never decides anything."""

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from contests.comments import rules
from contests.comments.holding import queries as standing
from contests.comments.models import Report
from webapp.accounts import queries as accounts

NONE, SOME, MUCH = range(3)
LOOKED_BACK = timedelta(days=30)
IN_VAIN = 3  # reports of that time which moderators found nothing in, with none that they did


def of_reporter(session: Session, person_id: int, now: datetime) -> int:
    """Return NONE for accounts of a day and for those who cry wolf, MUCH for those with standing, else SOME."""
    person = accounts.person(session, person_id)
    if person is None or now - person.created_at < rules.NEW_ACCOUNT:
        return NONE
    kept = Report.outcome.in_((rules.KEEP, "approve"))
    upheld = Report.outcome.in_(("hide", "hold"))
    mine = Report.reporter_id == person_id, Report.at > now - LOOKED_BACK
    row = session.execute(select(func.count().filter(kept), func.count().filter(upheld)).where(*mine)).one()
    if row[0] >= IN_VAIN and not row[1]:
        return NONE
    return MUCH if standing.has_standing(session, person_id, now) else SOME
