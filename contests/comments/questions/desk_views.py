"""Where the artist and their team answer: what most fans want to know stands first, in bands and never in numbers."""

from typing import Any

from flask import flash, g, make_response, redirect, render_template, url_for
from flask_babel import gettext
from flask_login import current_user
from werkzeug.wrappers import Response

from contests import queries as contests
from contests.comments.questions import queries, rules, service
from contests.comments.questions.forms import AnswerForm, MergeForm
from contests.comments.questions.queries import QuestionRow
from contests.models import Contest
from contests.phases import PUBLIC
from webapp.accounts import audit
from webapp.accounts.guards import team_blueprint
from webapp.infra.db import db, transaction
from webapp.kernel.now import now
from webapp.kernel.refusal import NotFound

desk = team_blueprint("question_desk", __name__, "artist", "merch_staff")
ROOT = "/team/<artist_slug>"
ANSWERED = 50


@desk.app_template_global("question_band")
def band(votes: int) -> str:
    """Return how much a question is wanted, in words, for the team's templates."""
    words = {
        0: gettext("no votes yet"),
        1: gettext("a few votes"),
        5: gettext("5 to 19 votes"),
        20: gettext("20 to 99 votes"),
        100: gettext("100 votes or more"),
    }
    return str(words[rules.band(votes)])


@desk.get(f"{ROOT}/contests/<int:contest_id>/questions")
def index(artist_slug: str, contest_id: int) -> str:
    """List what waits for an answer, and what was answered."""
    contest = contests.contest(db.session(), contest_id)
    if contest is None or contest.artist_id != g.artist.id or contest.phase(now()) not in PUBLIC:
        raise NotFound()
    waiting = queries.by_votes(db.session(), contest_id)
    answered = queries.newest(db.session(), Contest.id == contest_id, ANSWERED)
    same = queries.merged(db.session(), [each.row.id for each in waiting] + [each.id for each in answered])
    return render_template(
        "questions/desk.html", contest=contest, waiting=waiting, answered=answered, same=same, most=queries.DESK
    )


@desk.route(f"{ROOT}/questions/<int:question_id>", methods=["GET", "POST"])
def answer(artist_slug: str, question_id: int) -> Any:
    """Answer a question, or change the answer."""
    row = _own(question_id)
    if row.merged_into_id:
        return redirect(url_for("question_desk.answer", artist_slug=artist_slug, question_id=row.merged_into_id))
    form = AnswerForm(data={"body": row.answer.body_md, "replaces": row.answer.number} if row.answer else {})
    if not form.submitted():
        return make_response(_answer_page(row, form), 422 if form.errors else 200)
    role = rules.ARTIST if current_user.has_role(row.artist_id, "artist") else rules.TEAM
    service.answer(question_id, current_user.id, role, form.body.data or "", form.replaces.data or 0, now())
    flash(gettext("Answered. Those who wanted to know are told."), "ok")
    return _back(row)


@desk.post(f"{ROOT}/questions/<int:question_id>/merge")
def merge(artist_slug: str, question_id: int) -> Any:
    """Say that it is the same as another question."""
    row, form = _own(question_id), MergeForm()
    if not form.submitted():
        answering = AnswerForm(formdata=None)
        return make_response(_answer_page(row, answering, gettext("Choose another question of this contest.")), 422)
    service.merge(question_id, form.into_id.data or 0, current_user.id, now())
    _note("question.merge", question_id, into=form.into_id.data)
    flash(gettext("Put together. All votes count there, once for each person."), "ok")
    return _back(row)


@desk.post(f"{ROOT}/questions/<int:question_id>/part")
def part(artist_slug: str, question_id: int) -> Response:
    """Let a merged question stand by itself again."""
    row = _own(question_id)
    service.part(question_id, now())
    _note("question.part", question_id)
    flash(gettext("It stands by itself again, with its votes."), "ok")
    return _back(row)


def _note(act: str, question_id: int, **details: Any) -> None:
    with transaction() as session:
        audit.note(session, now(), current_user.id, g.artist.id, act, f"question:{question_id}", **details)


def _own(question_id: int) -> QuestionRow:
    row = queries.one(db.session(), question_id)
    if row is None or row.artist_id != g.artist.id or row.state != "visible":
        raise NotFound()
    return row


def _answer_page(row: QuestionRow, form: AnswerForm, fault: str = "") -> str:
    alike = [each for each in service.similar(db.session(), row.contest_id, row.words) if each.id != row.id]
    near = {each.id for each in alike}
    every = sorted(set(queries.comparable(db.session(), row.contest_id))) if not row.answer else []
    others = {number: words for number, words in every if number != row.id and number not in near}
    return render_template(
        "questions/answer.html",
        row=row,
        form=form,
        fault=fault,
        alike=alike,
        others=list(others.items())[: queries.DESK],
        versions=queries.versions(db.session(), row.id) if row.answer else [],
    )


def _back(row: QuestionRow) -> Response:
    return redirect(url_for("question_desk.index", artist_slug=row.artist_slug, contest_id=row.contest_id))
