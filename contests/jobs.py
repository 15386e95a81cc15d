"""Who hears what of contests. Outbox handlers: safe to run twice, as each notice has its dedupe key."""

from typing import Any

from sqlalchemy.orm import Session

from contests import queries
from contests.queries import ContestRow
from webapp.accounts import queries as accounts
from webapp.infra.db import transaction
from webapp.kernel.now import now
from webapp.notices.store import notify


def announce_published(contest_id: int) -> None:
    """Tell the artist's followers of a new contest, unless it was called off meanwhile."""
    with transaction() as session:
        contest = queries.contest(session, contest_id)
        if contest and contest.published_at and not contest.cancelled_at:
            _tell_followers(session, contest, "contest-opened", f"contest-opened:{contest_id}", {})


def announce_rescheduled(contest_id: int, change_id: int) -> None:
    """Tell the followers of new dates and why."""
    with transaction() as session:
        contest, change = queries.contest(session, contest_id), queries.change(session, change_id)
        if contest and change and not contest.cancelled_at:
            dedupe = f"contest-rescheduled:{change_id}"
            _tell_followers(session, contest, "contest-rescheduled", dedupe, {"reason": change.reason})


def announce_cancelled(contest_id: int) -> None:
    """Tell the followers that a contest was called off and why."""
    with transaction() as session:
        contest = queries.contest(session, contest_id)
        if contest and contest.cancelled_at:
            dedupe = f"contest-cancelled:{contest_id}"
            _tell_followers(session, contest, "contest-cancelled", dedupe, {"reason": contest.cancel_reason})


def _tell_followers(session: Session, contest: ContestRow, kind: str, dedupe: str, more: dict[str, Any]) -> None:
    artist = accounts.artist(session, contest.artist_id)
    params = {
        "path": f"/c/{contest.slug}",
        "title": contest.title,
        "artist": artist.name if artist else "",
        **more,
    }
    notify(session, accounts.followers(session, contest.artist_id), kind, dedupe, params, now())
