"""Suggesting, and the designer's answers."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext
from flask_login import current_user
from werkzeug.wrappers import Response

from contests.comments import queries as comments
from contests.comments import service as talk
from contests.comments.suggestions import queries, service
from contests.comments.suggestions.forms import AcceptForm, DeclineForm, InviteForm, SuggestionForm
from contests.comments.suggestions.queries import SuggestionRow
from contests.submissions import queries as designs
from webapp.accounts.guards import members_blueprint
from webapp.infra.db import db
from webapp.kernel.codes import normalise
from webapp.kernel.now import now
from webapp.kernel.refusal import NotFound, Refused

blueprint = members_blueprint("suggestions", __name__)


@blueprint.route("/D/<code>/suggest", methods=["GET", "POST"])
def suggest(code: str) -> Any:
    """Say what could be better: the form stands on the design's page, and alone when it has faults."""
    design = designs.design(db.session(), normalise(code))
    if design is None or not designs.is_public(design):
        raise NotFound()
    form = SuggestionForm()
    if not form.submitted():
        status = 422 if form.errors else 200
        return render_template("suggestions/suggest.html", design=design, form=form), status
    comment_id = talk.post(design.id, current_user.id, form.body.data or "", None, now(), pin=form.pin())
    said = comments.comment(db.session(), comment_id)
    if said and said.state == "held":
        flash(gettext("Thank you. A moderator looks at your suggestion before others see it."), "ok")
    else:
        flash(gettext("Thank you. The designer is told."), "ok")
    return redirect(_address(design.code, comment_id))


@blueprint.route("/suggestions/<int:comment_id>/accept", methods=["GET", "POST"])
def accept(comment_id: int) -> Any:
    """Accept a suggestion on one's own design, and offer a share."""
    found, form = _own(comment_id), AcceptForm()
    if not form.submitted():
        return _answer_page(found, form, "suggestions.accept", gettext("Accept"))
    service.accept(comment_id, current_user.id, form.answer.data or "", form.share_bp(), now())
    flash(gettext("Accepted. Say which version has it when you have sent it in."), "ok")
    return redirect(_address(found.code, comment_id))


@blueprint.route("/suggestions/<int:comment_id>/decline", methods=["GET", "POST"])
def decline(comment_id: int) -> Any:
    """Decline a suggestion on one's own design, with a word of why."""
    found, form = _own(comment_id), DeclineForm()
    if not form.submitted():
        return _answer_page(found, form, "suggestions.decline", gettext("Decline"))
    service.decline(comment_id, current_user.id, form.answer.data or "", now())
    flash(gettext("Answered."), "ok")
    return redirect(_address(found.code, comment_id))


@blueprint.post("/suggestions/<int:comment_id>/done")
def done(comment_id: int) -> Response:
    """Close an accepted suggestion with the newest version."""
    found = _own(comment_id)
    number = service.done(comment_id, current_user.id, now())
    flash(gettext("Done in version %(number)s.", number=number), "ok")
    return redirect(_address(found.code, comment_id))


@blueprint.route("/comments/<int:comment_id>/invite", methods=["GET", "POST"])
def invite(comment_id: int) -> Any:
    """Invite who commented on one's own design to share its credit."""
    said = comments.comment(db.session(), comment_id)
    design = designs.by_id(db.session(), said.submission_id) if said and said.state == "visible" else None
    if said is None or design is None or design.author_id != current_user.id:
        raise NotFound()
    form = InviteForm()
    if not form.submitted():
        page = render_template("suggestions/invite.html", form=form, said=said, design=design)
        return page, 422 if form.errors else 200
    service.invite(comment_id, current_user.id, form.share_bp(), form.note.data or "", now())
    flash(gettext("Invited. The share is theirs when they accept it."), "ok")
    return redirect(url_for("pages.design", code=design.code, _anchor="credit"))


def _own(comment_id: int) -> SuggestionRow:
    found = queries.one(db.session(), comment_id)
    if found is None or found.designer_id != current_user.id or found.state != "visible":
        raise NotFound()
    return found


def _answer_page(found: SuggestionRow, form: Any, endpoint: str, submit: str) -> tuple[str, int]:
    said = comments.comment(db.session(), found.comment_id)
    if said is None:
        raise Refused("gone", gettext("The suggestion is no longer there."))
    page = render_template(
        "suggestions/answer.html",
        suggestion=found,
        words=said.body_md,
        form=form,
        action=url_for(endpoint, comment_id=found.comment_id),
        submit=submit,
    )
    return page, 422 if form.errors else 200


def _address(code: str, comment_id: int) -> str:
    return url_for("pages.design", code=code, _anchor=f"comment-{comment_id}")
