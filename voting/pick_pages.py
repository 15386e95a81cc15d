"""What both doors to the pick desk show and do: the desk, the confirmation, the pick, undo, notes to oneself."""

from typing import Any

from flask import flash, redirect, render_template, request
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import TextAreaField
from wtforms.validators import Length

from contests.queries import ContestRow
from contests.submissions import queries as submissions
from contests.submissions.queries import DesignRow
from voting import guarded, pick_desk, pick_rules, picks_queries, rules, service
from voting.pick_doors import Door
from webapp.infra.db import db
from webapp.infra.errors import text_of
from webapp.infra.forms import Form, strip
from webapp.kernel import codes
from webapp.kernel.now import now
from webapp.kernel.refusal import NotFound, Refused

WORD = "word-"  # before a design's code: the field for a kind word to its maker


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


def desk(contest: ContestRow, door: Door, void_form: VoidForm | None = None) -> str:
    """Show the finalists side by side; `blind=0` shows the evidence, `colour` the cloth behind them."""
    page = pick_desk.build(db.session(), contest, request.args, door.owner, now())
    form = void_form or VoidForm(formdata=None)
    lengths = {"note_length": pick_rules.NOTE_LENGTH}
    return render_template("picks/desk.html", contest=contest, desk=page, door=door, void_form=form, **lengths)


def confirm(contest: ContestRow, door: Door, code: str) -> str:
    """Ask for the reason and the confirmation."""
    return _confirm(contest, door, code, PickForm(formdata=None), {}, "")


def pick(contest: ContestRow, door: Door) -> Any:
    """Pick the design of the posted `code`."""
    form, code = PickForm(), request.form.get("code", "")
    design, words, fault = _design(contest, code), _words(), ""
    if form.submitted():
        by_code = {each.card.code: each.card.id for each in _finalists(contest, door)}
        try:
            sent = {by_code.get(to, 0): text for to, text in words.items()}
            service.pick(
                contest.id,
                design.id,
                door.person_id,
                form.reason.data or "",
                now(),
                link_id=door.link_id,
                words={to: text for to, text in sent.items() if to != design.id},
            )
            flash(gettext("Picked. Nobody is told yet: you can undo it for ten minutes."), "ok")
            return redirect(door.base, 303)
        except Refused as refused:
            if refused.status != 422:
                raise
            if refused.code == "word-too-long":
                fault = text_of(refused)
            else:
                form.reason.errors = [text_of(refused)]
    return _confirm(contest, door, code, form, words, fault), 422


def undo(contest: ContestRow, door: Door) -> Response:
    """Take the pick back while its ten minutes last."""
    standing = picks_queries.standing_pick(db.session(), contest.id)
    if standing is None:
        raise NotFound()
    service.undo_pick(standing.id, door.person_id, now(), link_id=door.link_id)
    flash(gettext("Undone. Nobody heard of it; pick again whenever you are ready."), "ok")
    return redirect(door.base, 303)


def note(contest: ContestRow, door: Door, code: str) -> Response:
    """Keep a note to oneself on a finalist."""
    design = _design(contest, code)
    service.note_to_self(contest.id, design.id, door.owner, request.form.get("note", ""), now())
    flash(gettext("Your note is kept. Nobody else sees it."), "ok")
    view = {name: request.args[name] for name in ("blind", "colour", "a", "b") if name in request.args}
    return redirect(door.desk(view) + f"#note-{design.code}", 303)


def _words() -> dict[str, str]:
    """Return the posted words by the code of their design."""
    found = {name[len(WORD) :]: strip(text) for name, text in request.form.items() if name.startswith(WORD)}
    return {codes.normalise(code): text for code, text in found.items() if text}


def _design(contest: ContestRow, code: str) -> DesignRow:
    design = submissions.design(db.session(), codes.normalise(code))
    if design is None or design.contest_id != contest.id:
        raise NotFound()
    return design


def _finalists(contest: ContestRow, door: Door) -> list[pick_desk.Finalist]:
    return pick_desk.build(db.session(), contest, {}, door.owner, now()).finalists


def _confirm(contest: ContestRow, door: Door, code: str, form: PickForm, words: dict[str, str], fault: str) -> str:
    page = pick_desk.build(db.session(), contest, request.args, door.owner, now())
    wanted = codes.normalise(code)
    finalist = next((each for each in page.finalists if each.card.code == wanted), None)
    if finalist is None or not page.may_pick:
        raise NotFound()
    guarded.require_licence(db.session(), finalist.card.id)
    return render_template(
        "picks/confirm.html",
        contest=contest,
        desk=page,
        door=door,
        finalist=finalist,
        form=form,
        words=words,
        fault=fault,
        word=WORD,
        word_length=pick_rules.WORD_LENGTH,
    )
