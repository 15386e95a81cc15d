"""The artist's pick desk: look (blind first), pick, confirm; ten minutes to undo. Three taps on a phone."""

from typing import Any

from flask import flash, g, redirect, render_template, request
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from werkzeug.wrappers import Response
from wtforms import TextAreaField
from wtforms.validators import Length

from contests import queries as contests
from contests.queries import ContestRow
from contests.submissions import queries as submissions
from voting import paths, pick_desk, picks_queries, rules, service
from webapp.accounts.guards import operator_blueprint, team_blueprint
from webapp.infra.db import db
from webapp.infra.errors import text_of
from webapp.infra.forms import Form, strip
from webapp.kernel import codes
from webapp.kernel.now import now
from webapp.kernel.refusal import NotFound, Refused

blueprint = team_blueprint("picks", __name__, "artist")
voids = operator_blueprint("voids", __name__)
DESK = "/team/<artist_slug>/contests/<int:contest_id>/pick"


class PickForm(Form):
    """Why this one. Required by the rule when it is not the fans' first choice."""

    reason = TextAreaField(
        _l("Why this one?"),
        [Length(max=rules.REASON_LENGTH)],
        filters=[strip],
        description=_l("The fans read this beside the winner. A sentence or two is enough."),
    )


class VoidForm(Form):
    """Why an announced pick can't stand."""

    reason = TextAreaField(
        _l("Why can't this pick stand?"),
        [Length(min=1, max=rules.REASON_LENGTH)],
        filters=[strip],
        description=_l("Everybody reads this. An operator has to agree before it happens."),
    )


@blueprint.get(DESK)
def desk(artist_slug: str, contest_id: int) -> str:
    """Show the finalists side by side; `blind=0` shows names and votes, `colour` the cloth behind them."""
    contest = _contest(contest_id)
    page = pick_desk.build(db.session(), contest, request.args, now())
    return render_template("picks/desk.html", contest=contest, desk=page, void_form=VoidForm(formdata=None))


@blueprint.get(DESK + "/<code>")
def confirm(artist_slug: str, contest_id: int, code: str) -> Any:
    """Ask for the reason and the confirmation."""
    return _confirm(_contest(contest_id), code, PickForm(formdata=None))


@blueprint.post(DESK)
def pick(artist_slug: str, contest_id: int) -> Any:
    """Pick the design of `code`."""
    contest, form = _contest(contest_id), PickForm()
    code = request.form.get("code", "")
    design = submissions.design(db.session(), codes.normalise(code))
    if design is None or design.contest_id != contest.id:
        raise NotFound()
    if form.submitted():
        try:
            service.pick(contest.id, design.id, current_user.id, form.reason.data or "", now())
            flash(gettext("Picked. Nobody is told yet: you can undo it for ten minutes."), "ok")
            return redirect(paths.desk(artist_slug, contest.id), 303)
        except Refused as refused:
            if refused.status != 422:
                raise
            form.reason.errors = [text_of(refused)]
    return _confirm(contest, code, form), 422


@blueprint.post(DESK + "/undo")
def undo(artist_slug: str, contest_id: int) -> Response:
    """Take the pick back while its ten minutes last."""
    contest = _contest(contest_id)
    standing = picks_queries.standing_pick(db.session(), contest.id)
    if standing is None:
        raise NotFound()
    service.undo_pick(standing.id, current_user.id, now())
    flash(gettext("Undone. Nobody heard of it; pick again whenever you are ready."), "ok")
    return redirect(paths.desk(artist_slug, contest.id), 303)


@blueprint.post(DESK + "/void")
def ask_void(artist_slug: str, contest_id: int) -> Any:
    """Ask an operator to void the announced pick."""
    contest, form = _contest(contest_id), VoidForm()
    standing = picks_queries.standing_pick(db.session(), contest.id)
    if standing is None:
        raise NotFound()
    if not form.submitted():
        page = pick_desk.build(db.session(), contest, request.args, now())
        return render_template("picks/desk.html", contest=contest, desk=page, void_form=form), 422
    service.ask_void(standing.id, current_user.id, form.reason.data, now())
    flash(gettext("Asked. The pick stands until an operator agrees."), "info")
    return redirect(paths.desk(artist_slug, contest.id), 303)


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


def _contest(contest_id: int) -> ContestRow:
    contest = contests.contest(db.session(), contest_id)
    if contest is None or contest.artist_id != g.artist.id:
        raise NotFound()
    return contest


def _confirm(contest: ContestRow, code: str, form: PickForm) -> str:
    page = pick_desk.build(db.session(), contest, request.args, now())
    wanted = codes.normalise(code)
    finalist = next((each for each in page.finalists if each.card.code == wanted), None)
    if finalist is None or not page.may_pick:
        raise NotFound()
    return render_template("picks/confirm.html", contest=contest, desk=page, finalist=finalist, form=form)
