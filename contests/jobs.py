"""Who hears what of contests. Outbox handlers: safe to run twice, as each notice has its dedupe key."""

from collections.abc import Callable
from typing import Any

from contests import news
from contests.news import News
from webapp.accounts import queries as accounts
from webapp.infra.db import transaction
from webapp.kernel.now import now
from webapp.notices.store import notify


def announce_published(contest_id: int) -> None:
    """Tell the artist's followers of a new contest, unless it was called off meanwhile."""
    _tell_followers(news.published, contest_id)


def announce_rescheduled(contest_id: int, change_id: int) -> None:
    """Tell the followers of new dates and why."""
    _tell_followers(news.rescheduled, contest_id, change_id)


def announce_cancelled(contest_id: int) -> None:
    """Tell the followers that a contest was called off and why."""
    _tell_followers(news.cancelled, contest_id)


def _tell_followers(about: Callable[..., News | None], *ids: Any) -> None:
    with transaction() as session:
        told = about(session, *ids)
        if told:
            followers = accounts.followers(session, told.artist_id)
            notify(session, followers, told.kind, told.dedupe, told.params, now())
