"""The front page: what is going on, and where a reader left off."""

from dataclasses import dataclass
from datetime import datetime

from flask import render_template
from flask_babel import gettext, ngettext
from flask_login import current_user
from sqlalchemy import or_

from contests import queries as contests
from contests.phases import VOTING, Phase
from contests.submissions import queries as submissions
from contests.ways import HEARTS
from preorders import queries as preorders
from voting import queries as voting
from webapp.accounts import queries as people
from webapp.infra.db import db
from webapp.infra.device import device_id, visitor_seed
from webapp.kernel.now import now
from webapp.pages import progress, queries
from webapp.pages.blueprint import blueprint
from webapp.pages.rows import Place

DECIDED = 6


@dataclass(frozen=True)
class Open:
    """Something the reader left open: a sentence, where it goes on, an icon."""

    text: str
    path: str
    icon: str


@blueprint.get("/")
def home() -> str:
    """Show artists, contests that run, drops that are open."""
    moment = now()
    running = _running(moment)
    decided = queries.places(db.session(), contests.in_phase(Phase.DECIDED, moment), limit=DECIDED)
    samples = queries.samples(db.session(), [each.contest.id for each in running], visitor_seed())
    winners = queries.winners(db.session(), [each.contest.id for each in decided])
    drops = preorders.open_drops(db.session(), moment)
    shown = [i for sample in samples.values() for i in sample.ids] + list(winners.values())
    shown += [drop.submission_id for drop in drops if drop.submission_id]
    artists = people.artists(db.session())
    return render_template(
        "pages/home.html",
        running=[each for each in running if each.contest.phase(moment) is not Phase.UPCOMING],
        coming=[each for each in running if each.contest.phase(moment) is Phase.UPCOMING],
        decided=[each for each in decided if each.contest.id in winners],
        samples=samples,
        winners=winners,
        cards=queries.cards(db.session(), shown),
        drops=drops,
        artists=artists,
        artist_by_id={artist.id: artist for artist in artists},
        left_off=_left_off(running, moment),
        moment=moment,
        progress=progress,
    )


def _running(moment: datetime) -> list[Place]:
    """Return what runs, the most urgent phase first and in it what closes first."""
    found = queries.places(db.session(), or_(*(contests.in_phase(phase, moment) for phase in progress.URGENCY)))
    return sorted(found, key=lambda place: progress.urgency(place.contest, moment))


def _left_off(running: list[Place], moment: datetime) -> list[Open]:
    if not current_user.is_authenticated:
        return _pending(running)
    return _unfinished() + _hearts(running, moment)


def _pending(running: list[Place]) -> list[Open]:
    waiting = {row.submission_id for row in voting.pending_rows(db.session(), device_id())}
    if not running or not waiting:
        return []
    text = gettext("Your votes wait for one more step: confirm them with your e-mail address.")
    return [Open(text, "/sign-in?next=/mine", "heart")]


def _unfinished() -> list[Open]:
    found = []
    for design in submissions.by_author(db.session(), current_user.id):
        title = design.title or gettext("untitled")
        if not design.submitted_at:
            text = gettext("“%(title)s” is still a draft: say what it is and send it in.", title=title)
            found.append(Open(text, f"/designs/{design.code}/draft", "pencil"))
        elif design.state == "held":
            text = gettext("The team has a question about “%(title)s”.", title=title)
            found.append(Open(text, design.url, "message-circle"))
    return found[:5]


def _hearts(running: list[Place], moment: datetime) -> list[Open]:
    voting_now = {each.contest.id: each.contest for each in running if each.contest.phase(moment) in VOTING}
    spent = queries.spent_in(db.session(), current_user.id, list(voting_now))
    found = []
    for contest_id, hearts in spent.items():
        if hearts.way == HEARTS and 0 < hearts.spent < hearts.budget:
            contest = voting_now[contest_id]
            text = ngettext(
                "One heart left in “%(title)s”.",
                "%(num)s hearts left in “%(title)s”.",
                hearts.left,
                title=contest.title,
            )
            found.append(Open(text, f"/c/{contest.slug}/designs", "heart"))
    return found
