"""Comments and reports of fans, and the takedown form of rights holders."""

from typing import Any

from flask import Response, flash, make_response, redirect, render_template, request, url_for
from flask_babel import get_locale, gettext
from flask_login import current_user
from werkzeug.wrappers import Response as Answer

from contests import queries as contests
from contests.comments import panel, queries, reasons, rules, service
from contests.comments.forms import CommentForm, ReportForm, TakedownForm
from contests.comments.mentions import queries as mentions
from contests.comments.queries import CommentRow
from contests.comments.questions import queries as questions
from contests.phases import PUBLIC
from contests.submissions import queries as designs
from contests.submissions.queries import DesignRow
from webapp.accounts import queries as accounts
from webapp.accounts.guards import members_blueprint
from webapp.infra.db import db
from webapp.infra.limits import limiter, who
from webapp.infra.templating import is_fragment
from webapp.kernel.codes import normalise
from webapp.kernel.now import now
from webapp.kernel.refusal import NotFound

# A rights holder needs no account.
blueprint = members_blueprint("comments", __name__, strangers=("takedown",))


@blueprint.post("/D/<code>/comments")
def post(code: str) -> Answer:
    """Say something about a design, or answer a comment."""
    design, form = _design(code), CommentForm()
    if not form.submitted():
        return _write_again(form, design)
    comment_id = service.post(design.id, current_user.id, form.body.data, form.parent_id.data, now())
    word = _untold() if mentions.of_muted(db.session(), comment_id) else ""
    if is_fragment():
        return make_response(_thread(design, word=word))
    said = queries.comment(db.session(), comment_id)
    if word:
        flash(word, "info")
    if said and said.state == "held":
        flash(gettext("Thank you. A moderator looks at your comment before others see it."), "ok")
    return redirect(_address(code, comment_id))


@blueprint.route("/comments/<int:comment_id>/edit", methods=["GET", "POST"])
def edit(comment_id: int) -> Answer | str:
    """Change one's own comment within the edit window."""
    said = _own(comment_id)
    form = CommentForm(data={"body": said.body_md})
    if form.submitted():
        if service.edit(comment_id, current_user.id, form.body.data, now()):
            flash(_untold(), "info")
        return redirect(_address(said.design_code, comment_id))
    rules.check_edit(said.state, said.created_at, now())
    action = url_for("comments.edit", comment_id=comment_id)
    return _page("comments/write.html", form, action=action, code=said.design_code, editing=True)


@blueprint.post("/comments/<int:comment_id>/withdraw")
def withdraw(comment_id: int) -> Answer:
    """Take one's own comment back."""
    said = _own(comment_id)
    service.withdraw(comment_id, current_user.id, now())
    flash(gettext("You took your comment back."), "ok")
    return redirect(url_for("pages.design", code=said.design_code, _anchor="thread"))


@blueprint.route("/report/<kind>/<int:subject_id>", methods=["GET", "POST"])
def report(kind: str, subject_id: int) -> Answer | str:
    """Say what is wrong with a design, a comment or a question: the reasons are buttons."""
    kind = "submission" if kind == "design" else kind
    back, title = _subject(kind, subject_id)
    form = ReportForm()
    if form.submitted():
        is_new = service.report(kind, subject_id, current_user.id, form.reason.data, form.note.data or "", now())
        thanks = gettext("Thank you. A moderator looks at it soon.")
        flash(thanks if is_new else gettext("You have reported this before. It is being looked at."), "ok")
        return redirect(back)
    return _page("comments/report.html", form, kind=kind, title=title, back=back, reasons=reasons.REPORT)


@blueprint.route("/takedown", methods=["GET", "POST"])
@limiter.limit("10 per hour", key_func=who, methods=["POST"])
def takedown() -> Answer | str:
    """Take a rights holder's notice; needs no account."""
    form = TakedownForm(data={"address": request.args.get("design", "")})
    if form.submitted():
        service.request_takedown(
            form.address.data,
            form.claimant.data,
            form.email.data,
            form.work.data,
            form.statement.data,
            now(),
            locale=str(get_locale() or "en"),
        )
        flash(gettext("We have your notice. The people responsible look at it and write to you."), "ok")
        return redirect(url_for("comments.takedown"))
    return _page("comments/takedown.html", form)


def _design(code: str) -> DesignRow:
    design = designs.design(db.session(), normalise(code))
    if design is None or not designs.is_public(design):
        raise NotFound()
    return design


def _own(comment_id: int) -> CommentRow:
    said = queries.comment(db.session(), comment_id)
    if said is None or said.author_id != current_user.id:
        raise NotFound()
    return said


def _subject(kind: str, subject_id: int) -> tuple[str, str]:
    """Return where it stands and what is reported, in words; raises NotFound for what nobody sees."""
    if kind == "question":
        asked = questions.one(db.session(), subject_id)
        contest = contests.contest(db.session(), asked.contest_id) if asked and asked.state == "visible" else None
        if asked is None or contest is None or contest.phase(now()) not in PUBLIC:
            raise NotFound()
        return asked.path, gettext("A question to %(artist)s", artist=asked.artist_name)
    if kind == "comment":
        said = queries.comment(db.session(), subject_id)
        if said is None or said.state != "visible":
            raise NotFound()
        return url_for("pages.design", code=said.design_code), gettext(
            "A comment on “%(title)s”", title=said.design_title
        )
    design = designs.by_id(db.session(), subject_id) if kind == "submission" else None
    if design is None or not designs.is_public(design):
        raise NotFound()
    return url_for("pages.design", code=design.code), design.title


def _thread(design: DesignRow, form: CommentForm | None = None, word: str = "") -> str:
    moment = now()
    artist_id, phase = panel.phase_of(db.session(), design.contest_id, moment)
    artist = accounts.artist(db.session(), artist_id)
    slug = artist.slug if artist else ""
    talk = panel.talk(db.session(), design, artist_id, slug, phase, current_user, moment, form, word)
    return render_template("comments/thread.html", talk=talk)


def _write_again(form: CommentForm, design: DesignRow) -> Response:
    if is_fragment():
        return make_response(_thread(design, form), 422)
    action = url_for("comments.post", code=design.code)
    return _page("comments/write.html", form, action=action, code=design.code, editing=False)


def _page(template: str, form: Any, **values: Any) -> Response:
    """Render; with faults in the form, as 422."""
    return make_response(render_template(template, form=form, **values), 422 if form.errors else 200)


def _untold() -> str:
    return str(gettext("You have mentioned many people within an hour: not all of them get a notice of this."))


def _address(code: str, comment_id: int) -> str:
    return url_for("pages.design", code=code, _anchor=f"comment-{comment_id}")
