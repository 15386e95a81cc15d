"""The public record of an artist's pick, as page and as JSON."""

from typing import Any

from flask import Response, jsonify, render_template

from contests import queries as contests
from contests.phases import PUBLIC
from contests.queries import ContestRow
from voting import decisions
from webapp.accounts.guards import public_blueprint
from webapp.infra import errors
from webapp.infra.db import db
from webapp.infra.whole import same_for_strangers
from webapp.kernel.now import now
from webapp.kernel.refusal import NotFound

blueprint = public_blueprint("decisions", __name__)


@blueprint.get("/c/<contest_slug>/decision")
@same_for_strangers
def show(contest_slug: str) -> Any:
    """Show who decided what, when, from which shortlist and why; or that nothing is decided yet."""
    contest = _contest(contest_slug)
    page = decisions.build(db.session(), contest)
    if errors.wants_json():
        return jsonify(decisions.as_json(contest, page))
    return render_template("picks/decision.html", contest=contest, page=page)


@blueprint.get("/c/<contest_slug>/decision/<int:pick_id>.json")
def record(contest_slug: str, pick_id: int) -> Response:
    """Give the bytes of one record, whose SHA-256 stands on the page."""
    kept = decisions.of_pick(db.session(), _contest(contest_slug).id, pick_id)
    if kept is None:
        raise NotFound()
    response = Response(kept.text, mimetype="application/json")
    response.set_etag(kept.sha256)
    return response


def _contest(slug: str) -> ContestRow:
    contest = contests.by_slug(db.session(), slug)
    if contest is None or contest.phase(now()) not in PUBLIC:
        raise NotFound()
    return contest
