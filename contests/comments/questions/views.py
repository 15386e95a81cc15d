"""Questions of fans: read by everybody, asked and voted for by members."""

from typing import Any

from flask import flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user
from werkzeug.wrappers import Response

from contests import queries as contests
from contests.comments.questions import panel, queries, service
from contests.comments.questions.forms import QuestionForm
from contests.comments.questions.panel import Asked, Place
from contests.comments.questions.queries import QuestionRow
from contests.phases import PUBLIC
from webapp.accounts import queries as accounts
from webapp.accounts.guards import members_blueprint
from webapp.accounts.returning import safe_next
from webapp.infra.db import db
from webapp.infra.device import visitor_seed
from webapp.infra.limits import limiter
from webapp.infra.paging import whole
from webapp.infra.templating import is_fragment
from webapp.kernel.now import now
from webapp.kernel.refusal import NotFound

blueprint = members_blueprint("questions", __name__, strangers=("index", "one"))
MOST_PAGES = 10_000


@blueprint.get("/c/<contest_slug>/questions")
def index(contest_slug: str) -> str:
    """Show what was answered, then what waits, in this visitor's order."""
    place = _place(contest_slug)
    page = min(request.args.get("page", 1, type=whole), MOST_PAGES)
    seed = visitor_seed(f"questions:{place.contest.id}")
    found = panel.listed(db.session(), place.contest.id, current_user.id, seed, page)
    return render_template("questions/index.html", place=place, found=found, form=QuestionForm(formdata=None))


@blueprint.get("/c/<contest_slug>/questions/<int:question_id>")
def one(contest_slug: str, question_id: int) -> Any:
    """Show one question with its answer; a merged one leads to where it is answered."""
    place, row = _place(contest_slug), queries.one(db.session(), question_id)
    if row is None or row.contest_id != place.contest.id:
        raise NotFound()
    if row.state == "visible" and row.merged_into_id:
        row = queries.root_of(db.session(), question_id)
        if row is None:
            raise NotFound()
        return redirect(row.path)
    if row.state == "visible":
        return render_template("questions/one.html", place=place, asked=_asked(row))
    return render_template("questions/one.html", place=place, asked=_unseen(row))


@blueprint.route("/c/<contest_slug>/questions/ask", methods=["GET", "POST"])
@limiter.limit("30 per hour", methods=["POST"])
def ask(contest_slug: str) -> Any:
    """Ask; first see whether somebody else has asked the same."""
    place, form = _place(contest_slug), QuestionForm()
    if not form.submitted():
        page = render_template("questions/ask.html", place=place, form=form)
        return make_response(page, 422 if form.errors else 200)
    words = form.words.data or ""
    alike = service.similar(db.session(), place.contest.id, words) if place.is_open and not form.sure.data else []
    if alike:
        found = panel.seen(db.session(), alike, current_user.id)
        return render_template("questions/similar.html", place=place, form=form, found=found)
    question_id = service.ask(place.contest.id, current_user.id, words, now())
    asked = queries.one(db.session(), question_id)
    if asked and asked.state == "held":
        flash(gettext("Thank you. A moderator looks at your question before others see it."), "ok")
    else:
        flash(gettext("Asked. You are told when there is an answer."), "ok")
    return redirect(url_for("questions.one", contest_slug=place.contest.slug, question_id=question_id))


@blueprint.post("/questions/<int:question_id>/vote")
@limiter.limit("120 per minute")
def vote(question_id: int) -> Any:
    """Vote for a question; with `wish=withdraw` take the vote back, as the same form does once it is pressed."""
    wanted = request.form.get("wish") != "withdraw"
    row = service.vote(question_id, current_user.id, wanted, now())
    if is_fragment():
        return render_template(
            "questions/voted.html", asked=Asked(row, voted=wanted), back=request.form.get("next", "")
        )
    flash(gettext("Your vote counts.") if wanted else gettext("Vote taken back."), "ok")
    back = request.form.get("next") or url_for("questions.index", contest_slug=row.contest_slug)
    return redirect(f"{safe_next(back)}#question-{row.id}")


@blueprint.post("/questions/<int:question_id>/withdraw")
def withdraw(question_id: int) -> Response:
    """Take one's own question back."""
    row = queries.one(db.session(), question_id)
    if row is None or row.author_id != current_user.id:
        raise NotFound()
    service.withdraw(question_id, current_user.id, now())
    flash(gettext("You took your question back."), "ok")
    return redirect(url_for("questions.index", contest_slug=row.contest_slug))


def _place(slug: str) -> Place:
    contest = contests.by_slug(db.session(), slug)
    artist = accounts.artist(db.session(), contest.artist_id) if contest else None
    if contest is None or artist is None or contest.phase(now()) not in PUBLIC:
        raise NotFound()
    return panel.place(contest, artist, current_user, now())


def _asked(row: QuestionRow) -> Asked:
    return panel.seen(db.session(), [row], current_user.id)[0]


def _unseen(row: QuestionRow) -> Asked:
    """Return a question that only its author still sees; raises NotFound for everybody else."""
    if row.author_id == current_user.id:
        for each, reason in queries.own_unseen(db.session(), row.contest_id, row.author_id):
            if each.id == row.id:
                return Asked(each, mine=True, reason=reason)
    raise NotFound()
