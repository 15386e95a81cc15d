"""The map of the whole system on one screen: who serves what, who listens to which fact, what ticks."""

from collections.abc import Callable, Iterable
from pathlib import Path

from flask import Blueprint, Flask
from flask_wtf import CSRFProtect

from contests.submissions import jobs as picture_jobs
from contests.submissions import media
from contests.submissions import tell as design_news
from contests.submissions import views as submissions
from contests.submissions.events import RevisionFailed, RevisionUploaded, SubmissionModerated
from webapp.accounts import login
from webapp.accounts import views as accounts
from webapp.boot import ticker
from webapp.infra import mail, outbox
from webapp.kernel.facts import Fact
from webapp.notices import kinds
from webapp.notices import views as notices

MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations"

BLUEPRINTS: tuple[Blueprint, ...] = (
    *accounts.BLUEPRINTS,
    notices.blueprint,
    submissions.blueprint,
    media.blueprint,
    media.originals,
)

SUBSCRIPTIONS: dict[type[Fact], Iterable[outbox.Handler]] = {
    RevisionUploaded: (picture_jobs.render,),
    RevisionFailed: (design_news.of_failure,),
    SubmissionModerated: (design_news.of_moderation,),
}

kinds.register(*design_news.KINDS)

# name, every so many seconds, what to do
TASKS: list[ticker.Task] = [
    ("outbox", 5, outbox.sweep),
    ("mail", 5, mail.wake),
    ("pictures", 10, picture_jobs.sweep_waiting),
    ("heartbeat", 15, ticker.heartbeat),
]

unread_notices: Callable[[], int] = notices.unread_notices

# Views that are posted to without a form of ours.
EXEMPT = notices.EXEMPT


def install_people(app: Flask) -> None:
    """Install sign-in: who is asking; and see that every notice sent has its words."""
    login.init_app(app)
    kinds.check()


def install_api(app: Flask, csrf: CSRFProtect) -> None:
    """Register the JSON API; its callers bear tokens, so forms' CSRF does not apply."""
