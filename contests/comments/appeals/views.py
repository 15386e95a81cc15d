"""An author's page of what was decided about theirs, and the team's page of appeals."""

from flask import flash, g, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user
from werkzeug.wrappers import Response

from contests.comments import items
from contests.comments.appeals import queries, service
from contests.comments.appeals.forms import AppealForm
from contests.submissions import rules as design_rules
from webapp.accounts.guards import members_blueprint, team_blueprint
from webapp.infra.db import db
from webapp.infra.errors import text_of
from webapp.infra.limits import limiter
from webapp.kernel.now import now
from webapp.kernel.refusal import NotFound, Refused

own = members_blueprint("second_look", __name__)
team = team_blueprint("act_appeals", __name__, "moderator")
ROOT = "/team/<artist_slug>/moderation/appeals"


@own.get("/second-look")
def mine() -> str:
    """List what was hidden or held of the reader's, each with its reason."""
    rows = queries.of_person(db.session(), current_user.id)
    return render_template("appeals/mine.html", rows=rows, why=why, act_names=items.act_names())


@own.route("/second-look/<int:act_id>", methods=["GET", "POST"])
@limiter.limit("20 per hour", methods=["POST"])
def one(act_id: int) -> Response:
    """Show why something is not shown; ask for a second look, or read the answer."""
    judged = queries.one(db.session(), act_id)
    if judged is None or judged.author_id != current_user.id:
        raise NotFound()
    form = AppealForm()
    if form.submitted():
        service.ask(act_id, current_user.id, form.text.data, now())
        flash(gettext("Thank you. Somebody who did not decide first looks at it and writes to you."), "ok")
        return redirect(url_for("second_look.one", act_id=act_id))
    page = render_template("appeals/one.html", judged=judged, form=form, why=why, act_names=items.act_names())
    return make_response(page, 422 if form.errors else 200)


@team.get(ROOT)
def index(artist_slug: str) -> str:
    """List the appeals that wait for an answer."""
    rows = queries.of_team(db.session(), g.artist.id)
    return render_template("appeals/team.html", rows=rows, why=why, act_names=items.act_names())


@team.post(f"{ROOT}/<int:appeal_id>")
def answer(artist_slug: str, appeal_id: int) -> Response:
    """Grant or decline one."""
    form = request.form
    choice, words = form.get("choice", ""), form.get("answer", "")
    try:
        service.answer(appeal_id, g.artist.id, current_user.id, choice, words, now(), current_user.is_operator)
        flash(gettext("Answered. The author is told."), "ok")
    except Refused as refused:
        if refused.code not in ("already-decided", "another-person", "escalated", "reason-missing"):
            raise
        flash(text_of(refused), "warn")
    return redirect(url_for("act_appeals.index", artist_slug=artist_slug))


def why(judged: queries.Judged) -> str:
    """Return the reason of an act as its reader's language has it, then the moderator's own words."""
    standard = design_rules.REASONS.get(judged.reason_code, "") if judged.subject_kind == "submission" else ""
    sentence = gettext(standard) if standard and standard not in judged.reason else ""
    return " ".join(part for part in (sentence, judged.reason) if part)
