"""Downloads: the bundle for everybody, the full ballots for an auditor with leave."""

import tempfile
from typing import Any, BinaryIO, cast

from flask import Response, make_response, render_template, request, send_file, url_for
from flask_login import current_user

from contests import queries as contests
from contests.phases import PUBLIC
from voting.bundle import audit, making
from webapp.accounts.guards import operator_blueprint, public_blueprint, require_fresh
from webapp.infra.db import db
from webapp.infra.errors import text_of
from webapp.infra.paging import whole
from webapp.infra.storage import storage
from webapp.kernel.now import now
from webapp.kernel.refusal import NotFound, Refused

IN_MEMORY = 1024 * 1024
blueprint = public_blueprint("bundle", __name__)
audits = operator_blueprint("audits", __name__)


@blueprint.get("/c/<contest_slug>/results.zip")
def results(contest_slug: str) -> Any:
    """Give the results bundle, the latest; there is none before the last round is counted."""
    contest = contests.by_slug(db.session(), contest_slug)
    if contest is None or contest.phase(now()) not in PUBLIC:
        raise NotFound()
    kept = making.standing(db.session(), contest.id)
    if kept is None:
        raise NotFound()
    try:
        response = make_response(storage().get(making.key(kept.sha256)))
    except FileNotFoundError:
        raise NotFound() from None
    response.mimetype = "application/zip"
    response.headers["Content-Disposition"] = f'attachment; filename="{contest.slug}-results.zip"'
    response.set_etag(kept.sha256)
    return response.make_conditional(request)


@audits.get("/operator/audits")
def index(error: str = "", link: str = "") -> Any:
    """Show who was given full ballots, and give leave to somebody new."""
    exports = audit.granted(db.session())
    sealed = audit.sealed_contests(db.session())
    page = render_template(
        "bundle/audits.html", exports=exports, contests=sealed, error=error, link=link, moment_now=now()
    )
    response = make_response(page, 422 if error else 200)
    response.headers["Cache-Control"] = "no-store"
    return response


@audits.post("/operator/audits")
def grant() -> Any:
    """Give leave for a week; the address is shown once."""
    require_fresh()
    contest_id = request.form.get("contest", type=whole) or 0
    auditor, reason = request.form.get("auditor", ""), request.form.get("reason", "")
    try:
        token = audit.grant(contest_id, auditor, reason, current_user.id, now())
    except Refused as refused:
        return index(error=text_of(refused))
    return index(link=url_for("bundle.audit_page", token=token, _external=True))


@blueprint.get("/audit/<token>")
def audit_page(token: str) -> Response:
    """Show an auditor what the address gives, until when; one button takes it."""
    export = audit.find(db.session(), token, now())
    contest = contests.contest(db.session(), export.contest_id)
    response = make_response(render_template("bundle/audit.html", export=export, contest=contest, token=token))
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@blueprint.post("/audit/<token>")
def take(token: str) -> Response:
    """Hand out every ballot and salt, once it is written down who takes them."""
    contest = audit.take(token, now())
    # Written whole first, beyond some memory to a nameless file: what breaks on the way is an error, not half a file.
    file = cast(BinaryIO, tempfile.SpooledTemporaryFile(max_size=IN_MEMORY))  # noqa: SIM115
    file.writelines(audit.lines(db.session(), contest))
    file.seek(0)
    name = f"{contest.slug}-audit.jsonl"
    response = send_file(file, mimetype="application/x-ndjson", as_attachment=True, download_name=name)
    response.headers["Cache-Control"] = "no-store"
    return response
