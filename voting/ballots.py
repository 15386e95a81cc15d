"""The one act of the ballot page that needs an account: choosing which hearts to keep."""

from flask import flash, redirect, request
from flask_babel import gettext
from flask_login import current_user
from werkzeug.wrappers import Response

from contests import queries as contests
from voting import paths, service
from webapp.accounts.guards import members_blueprint
from webapp.accounts.returning import safe_next
from webapp.infra.db import db
from webapp.infra.paging import whole
from webapp.kernel.now import now
from webapp.kernel.refusal import NotFound

blueprint = members_blueprint("ballots", __name__)


@blueprint.post("/c/<contest_slug>/ballot")
def choose(contest_slug: str) -> Response:
    """Let the ballot be what is ticked; who chose on the way from signing in goes on to where they were going."""
    contest = contests.by_slug(db.session(), contest_slug)
    if contest is None:
        raise NotFound()
    service.choose(contest.id, current_user.id, request.form.getlist("keep", type=whole), now())
    flash(gettext("Your hearts are as you chose them."), "ok")
    return redirect(safe_next(request.form.get("next") or paths.ballot(contest.slug)), 303)
