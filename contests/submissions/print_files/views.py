"""Where a finalist's author sends the print file, and sees what a printer would say about it."""

import hashlib
from typing import Any

from flask import Blueprint, Response, flash, jsonify, make_response, redirect, render_template, request
from flask_babel import gettext
from flask_login import current_user

from contests import queries as contests
from contests.submissions import failures, originals, queries
from contests.submissions.forms import ACCEPT
from contests.submissions.images.refusals import Unacceptable
from contests.submissions.print_files import queries as print_files
from contests.submissions.print_files import rules as print_rules
from contests.submissions.print_files import service
from contests.submissions.print_files.forms import PrintFileForm
from contests.submissions.print_files.rows import Standing
from contests.submissions.print_view import shown
from contests.submissions.queries import DesignRow
from webapp.accounts.guards import members_blueprint
from webapp.infra.db import db
from webapp.infra.errors import text_of, wants_json
from webapp.infra.limits import limiter
from webapp.infra.templating import is_fragment
from webapp.kernel import codes
from webapp.kernel.now import now
from webapp.kernel.refusal import NotFound, Refused

blueprint: Blueprint = members_blueprint("print_files", __name__)
uploads = limiter.shared_limit("60/hour", scope="uploads", methods=["POST"])
PAGE = "/designs/<code>/print-file"


@blueprint.app_template_global("print_view")
def print_view(reports: list[dict[str, Any]] | None) -> Any:
    """Return stored reports as the print report's template shows them."""
    return shown(reports)


@blueprint.app_template_global("print_standing")
def print_standing(submission_id: int) -> Standing:
    """Return how a design stands for print; three statements."""
    return print_files.standing(db.session(), submission_id)


@blueprint.app_template_global("print_likeness")
def print_likeness(distance: int | None) -> str:
    """Return how like a print file is to the picture people voted for: 'same', 'near', 'other' or ''."""
    return print_rules.likeness(distance)


@blueprint.route(PAGE, methods=["GET", "POST"])
@uploads
def print_file(code: str) -> Any:
    """Show how a design stands for print; a POST sends another file."""
    design, form, status = _own(code), PrintFileForm(), 200
    if request.method == "POST":
        status = 422
        if form.validate():
            try:
                return _goes_on(_send(design, form))
            except (Refused, Unacceptable) as refused:
                if wants_json():
                    raise
                form.picture.errors = [*form.picture.errors, text_of(refused)]
                status = refused.status
        form.key.data = form.key.default()
    return make_response(render_template("print_files/page.html", form=form, **_seen(design)), status)


@blueprint.get(PAGE + "/status")
def status(code: str) -> Any:
    """Tell how far the newest file is: a fragment for htmx, else the page."""
    design = _own(code)
    if not is_fragment():
        return redirect(f"/designs/{design.code}/print-file")
    response = make_response(render_template("print_files/status.html", **_seen(design)))
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.post(PAGE + "/retry")
def retry(code: str) -> Any:
    """Try the newest file again."""
    design = _own(code)
    service.retry(design.id, current_user.id, now())
    return redirect(f"/designs/{design.code}/print-file")


def _send(design: DesignRow, form: PrintFileForm) -> str:
    data = form.picture.data.read()
    key = f"{form.key.data}.{hashlib.sha256(data).hexdigest()[:16]}" if form.key.data else ""
    service.send(design.id, current_user.id, data, form.picture.data.filename or "", now(), key)
    flash(gettext("We have your print file. It is looked at within seconds."), "ok")
    return f"/designs/{design.code}/print-file"


def _seen(design: DesignRow) -> dict[str, Any]:
    standing = print_files.standing(db.session(), design.id)
    contest = contests.contest(db.session(), design.contest_id)
    newest: Any = standing.newest  # reads like a revision
    failed = newest is not None and newest.state == "failed"
    return {
        "design": design,
        "contest": contest,
        "standing": standing,
        "reports": shown(standing.reports),
        "failure": failures.sentence(newest) if newest else "",
        "may_retry": failed and failures.is_ours(newest),
        "accept": ",".join(ACCEPT),
        "max_bytes": originals.limits().bytes,
    }


def _goes_on(path: str) -> Response:
    return jsonify(next=path) if wants_json() else make_response(redirect(path))


def _own(code: str) -> DesignRow:
    """Return a finalist of the reader; others have no such page."""
    design = queries.design(db.session(), codes.normalise(code))
    if design is None or design.author_id != current_user.id or design.withdrawn_at or not design.submitted_at:
        raise NotFound()
    return design
