"""The team's home: every contest and drop of an artist with the next thing to do, by role."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from flask import Response, make_response, render_template
from flask_login import current_user

from contests import queries as contests
from contests.comments.questions import queries as questions
from contests.phases import COUNTED, ENDED, Phase
from contests.queries import ContestRow
from preorders import queries as preorders
from preorders.phases import Phase as DropPhase
from preorders.rows import DropRow
from webapp.accounts import factors
from webapp.accounts import queries as people
from webapp.accounts.models import ROLES
from webapp.accounts.queries import ArtistRow
from webapp.infra.db import db
from webapp.kernel.now import now
from webapp.kernel.refusal import N_, NotFound
from webapp.pages import progress, queries
from webapp.pages.blueprint import blueprint

LINES = 12
SHORTLISTED = COUNTED | {Phase.FINAL}
DONE = {
    "contest.create": N_("began a contest"),
    "contest.edit": N_("changed a draft"),
    "contest.products": N_("changed a draft's products"),
    "contest.kit": N_("changed what fans draw with"),
    "contest.publish": N_("published a contest"),
    "contest.reschedule": N_("moved dates"),
    "contest.cancel": N_("called a contest off"),
    "drop.edit": N_("changed a drop"),
    "drop.caps": N_("changed how many there are"),
    "drop.product": N_("added a product to a drop"),
    "drop.product-removed": N_("took a product out of a drop"),
    "drop.bundle": N_("added a bundle to a drop"),
    "drop.bundle-removed": N_("took a bundle out of a drop"),
    "drop.publish": N_("published a drop"),
    "drop.ship": N_("sent parcels"),
    "drop.cancel": N_("called a drop off"),
    "pick.made": N_("picked a winner"),
    "pick.undone": N_("took a pick back"),
    "pick.made-by-link": N_("sent the link by which the artist picked a winner"),
    "pick.undone-by-link": N_("sent the link by which the artist took a pick back"),
    "pick-link.made": N_("made a link to pick the winner"),
    "pick-link.revoked": N_("took back a link to pick the winner"),
    "preorder.cancel": N_("cancelled an order"),
    "takedown.resolve": N_("answered a rights holder"),
}


@dataclass(frozen=True)
class Done:
    """Something a member of the team did; `words` are English (translated where shown), empty when we have none."""

    at: datetime
    name: str
    words: str
    action: str
    about: str


@dataclass(frozen=True)
class Action:
    """The next thing somebody can do: English words (translated where shown), path, whether it is pressing."""

    text: str
    path: str
    pressing: bool = False


@dataclass(frozen=True)
class Line:
    """A contest of the team: where it is, how many designs, what comes next."""

    contest: ContestRow
    phase: Phase
    until: datetime | None
    shown: int
    waiting: int
    questions: int
    drop: DropRow | None
    actions: list[Action]


@blueprint.get("/team/<artist_slug>")
def team(artist_slug: str) -> Response:
    """Show what the reader's roles are responsible for; for everybody else it does not exist."""
    artist = people.artist_by_slug(db.session(), artist_slug)
    if artist is None or not (current_user.is_operator or current_user.has_role(artist.id, *ROLES)):
        raise NotFound()
    factors.require_strong()
    moment, roles = now(), _roles(artist.id)
    found = contests.of_artist(db.session(), artist.id)
    drops = preorders.of_artist(db.session(), artist.id)
    counts = queries.designs_in(db.session(), [each.id for each in found])
    asked = questions.waiting(db.session(), [each.id for each in found])
    picked = queries.picked(db.session(), [each.id for each in found])
    lines = [
        _line(
            artist,
            each,
            drops,
            (*counts.get(each.id, (0, 0)), asked.get(each.id, 0)),
            each.id in picked,
            roles,
            moment,
        )
        for each in found
    ]
    # What presses comes first, what is over last.
    lines.sort(key=lambda line: (not any(a.pressing for a in line.actions), line.phase in ENDED, -line.contest.id))
    response = make_response(
        render_template(
            "pages/team.html",
            artist=artist,
            roles=roles,
            lines=lines,
            drops=[(drop, drop.phase(moment)) for drop in drops],
            waiting=sum(line.waiting for line in lines),
            reports=queries.open_reports(db.session(), artist.id),
            held=queries.held_comments(db.session(), artist.id),
            members=people.members(db.session(), artist.id),
            followers=len(people.followers(db.session(), artist.id)),
            log=_log(artist.id, found, roles),
            progress=progress,
            drop_draft=DropPhase.DRAFT,
        )
    )
    response.headers["Cache-Control"] = "no-store"
    return response


def _roles(artist_id: int) -> frozenset[str]:
    """Return the reader's roles here; operators stand in for staff and moderators, never for the artist."""
    own = current_user.roles.get(artist_id, frozenset())
    return frozenset(own | {"merch_staff", "moderator"}) if current_user.is_operator else own


def _line(
    artist: ArtistRow,
    contest: ContestRow,
    drops: Iterable[DropRow],
    counts: tuple[int, int, int],
    picked: bool,
    roles: frozenset[str],
    moment: datetime,
) -> Line:
    phase = contest.phase(moment)
    drop = next((each for each in drops if each.contest_id == contest.id), None)
    base = f"/team/{artist.slug}/contests/{contest.id}"
    until = progress.upcoming(contest.schedule, phase)
    drop_draft = f"/team/{artist.slug}/drops/{drop.id}" if drop and drop.phase(moment) is DropPhase.DRAFT else None
    actions = list(_actions(phase, base, picked, drop_draft, roles))
    return Line(contest, phase, until, *counts, drop, actions)


def _actions(phase: Phase, base: str, picked: bool, drop_draft: str | None, roles: frozenset[str]) -> Iterable[Action]:
    """Yield what these roles can do about a contest; `base` is its path among the team's pages."""
    runs_contests = roles & {"artist", "merch_staff"}
    if runs_contests and phase is Phase.DRAFT:
        yield Action(N_("Go on with the draft"), f"{base}/review", True)
    if "artist" in roles and phase is Phase.PICKING:
        yield Action(N_("Look at your pick") if picked else N_("Pick the winner"), f"{base}/pick", not picked)
    if runs_contests and phase is Phase.PICKING:
        yield Action(N_("Pick on a phone"), f"{base}/pick-links")
    if "merch_staff" in roles and drop_draft:
        yield Action(N_("Finish the drop"), drop_draft, True)
    if runs_contests and phase is Phase.LAPSED:
        yield Action(N_("Give it more time"), f"{base}/reschedule", True)
    if runs_contests and phase in (Phase.DRAFT, Phase.UPCOMING, Phase.SUBMITTING, Phase.CRITIQUE):
        yield Action(N_("Kit for the studio"), f"{base}/kit")
    if runs_contests and phase in SHORTLISTED:
        yield Action(N_("Finalists out there"), f"{base}/finalists")
    if runs_contests and phase is not Phase.DRAFT:
        yield Action(N_("Questions of fans"), f"{base}/questions")
        yield Action(N_("Dates and terms"), f"{base}/review")
        yield Action(N_("Funnel"), f"{base}/funnel")


def _log(artist_id: int, found: Iterable[ContestRow], roles: frozenset[str]) -> list[Done]:
    """Return the latest acts; those on a pick are the artist's own until everybody is told."""
    titles = {f"contest:{contest.id}": contest.title for contest in found}
    lines = [
        line
        for line in people.audit_lines(db.session(), artist_id, 3 * LINES)
        if "artist" in roles or not line.action.startswith("pick.")
    ][:LINES]
    names = people.names(db.session(), {line.actor_id for line in lines if line.actor_id})
    return [
        Done(
            line.at, names.get(line.actor_id, ""), DONE.get(line.action, ""), line.action, titles.get(line.subject, "")
        )
        for line in lines
    ]
