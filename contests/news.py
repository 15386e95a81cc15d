"""What a notice about a contest says, for whoever tells it: followers are told here, those who took part by voting."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from contests import queries
from contests.kinds import DATES, NEW_DATES
from contests.queries import ChangeRow, ContestRow
from webapp.accounts import queries as accounts
from webapp.notices import values


@dataclass(frozen=True)
class News:
    """One thing to tell: the kind of notice, its dedupe key, its params, and the artist it is about."""

    kind: str
    dedupe: str
    params: dict[str, Any]
    artist_id: int


def published(session: Session, contest_id: int) -> News | None:
    """Return the news of a new contest; None when it was called off meanwhile."""
    contest = queries.contest(session, contest_id)
    if contest is None or not contest.published_at or contest.cancelled_at:
        return None
    return _news(session, contest, "contest-opened", contest_id, {})


def rescheduled(session: Session, contest_id: int, change_id: int) -> News | None:
    """Return the news of moved dates, with the reason and the dates; None when it was called off meanwhile."""
    contest, change = queries.contest(session, contest_id), queries.change(session, change_id)
    if contest is None or change is None or contest.cancelled_at:
        return None
    return _news(session, contest, "contest-rescheduled", change_id, {"reason": _why(contest, change)})


def cancelled(session: Session, contest_id: int) -> News | None:
    """Return the news that a contest was called off, with the reason; None when it was not."""
    contest = queries.contest(session, contest_id)
    if contest is None or not contest.cancelled_at:
        return None
    return _news(session, contest, "contest-cancelled", contest_id, {"reason": contest.cancel_reason})


def _news(session: Session, contest: ContestRow, kind: str, number: int, more: dict[str, Any]) -> News:
    artist = accounts.artist(session, contest.artist_id)
    params = {"path": f"/c/{contest.slug}", "title": contest.title, "artist": artist.name if artist else "", **more}
    return News(kind, f"{kind}:{number}", params, contest.artist_id)


def _why(contest: ContestRow, change: ChangeRow) -> Any:
    moved = [
        values.word(DATES[name], at=values.at(datetime.fromisoformat(date), contest.timezone))
        for name, date in change.after.items()
        if date and name in DATES
    ]
    return values.word(NEW_DATES, reason=change.reason, dates=moved) if moved else change.reason
