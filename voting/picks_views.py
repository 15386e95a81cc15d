"""The artist's pick desk: look (blind first), pick, confirm; ten minutes to undo. Three taps on a phone."""

from typing import Any

from flask import flash, g, redirect, render_template
from flask_babel import gettext
from flask_login import current_user
from werkzeug.wrappers import Response

from contests import queries as contests
from contests.queries import ContestRow
from contests.submissions import queries as submissions
from voting import paths, pick_pages, picks_queries, service
from voting.pick_doors import Door
from voting.pick_pages import VoidForm
from webapp.accounts.guards import operator_blueprint, team_blueprint
from webapp.infra.db import db
from webapp.kernel.now import now
from webapp.kernel.refusal import NotFound

blueprint = team_blueprint("picks", __name__, "artist")
voids = operator_blueprint("voids", __name__)
DESK = "/team/<artist_slug>/contests/<int:contest_id>/pick"


@blueprint.get(DESK)
def desk(artist_slug: str, contest_id: int) -> str:
    """Show the desk."""
    return pick_pages.desk(*_at(contest_id))


@blueprint.get(DESK + "/<code>")
def confirm(artist_slug: str, contest_id: int, code: str) -> str:
    """Ask for the reason and the confirmation."""
    return pick_pages.confirm(*_at(contest_id), code)


@blueprint.post(DESK)
def pick(artist_slug: str, contest_id: int) -> Any:
    """Pick the design of `code`."""
    return pick_pages.pick(*_at(contest_id))


@blueprint.post(DESK + "/undo")
def undo(artist_slug: str, contest_id: int) -> Response:
    """Take the pick back while its ten minutes last."""
    return pick_pages.undo(*_at(contest_id))


@blueprint.post(DESK + "/<code>/note")
def note(artist_slug: str, contest_id: int, code: str) -> Response:
    """Keep a note to oneself."""
    return pick_pages.note(*_at(contest_id), code)


@blueprint.post(DESK + "/void")
def ask_void(artist_slug: str, contest_id: int) -> Any:
    """Ask an operator to void the announced pick."""
    (contest, door), form = _at(contest_id), VoidForm()
    standing = picks_queries.standing_pick(db.session(), contest.id)
    if standing is None:
        raise NotFound()
    if not form.submitted():
        return pick_pages.desk(contest, door, form), 422
    service.ask_void(standing.id, current_user.id, form.reason.data, now())
    flash(gettext("Asked. The pick stands until an operator agrees."), "info")
    return redirect(door.base, 303)


@voids.get("/operator/picks")
def index() -> str:
    """List the picks their artists want voided."""
    session = db.session()
    asked = picks_queries.asked_to_void(session)
    cards = submissions.cards(session, [each.submission_id for each in asked])
    return render_template("picks/voids.html", asked=asked, cards=cards)


@voids.post("/operator/picks/<int:pick_id>/void")
def void(pick_id: int) -> Response:
    """Agree to void a pick: its contest goes back to picking."""
    service.void_pick(pick_id, current_user.id, now())
    flash(gettext("The pick is voided, and everybody who took part is told why."), "ok")
    return redirect("/operator/picks", 303)


def _at(contest_id: int) -> tuple[ContestRow, Door]:
    contest = contests.contest(db.session(), contest_id)
    if contest is None or contest.artist_id != g.artist.id:
        raise NotFound()
    return contest, Door(paths.desk(g.artist.slug, contest.id), current_user.id)
