"""The operators' list of what may be against the law."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user
from werkzeug.wrappers import Response

from contests.comments import escalations
from webapp.accounts.guards import operator_blueprint
from webapp.infra.db import db
from webapp.kernel.now import now

blueprint = operator_blueprint("escalations", __name__)
ROOT = "/operator/escalations"


@blueprint.get(ROOT)
def index() -> str:
    """Show what was handed over: words and names of files; pictures are not shown here."""
    return render_template("moderation/escalations.html", rows=escalations.rows(db.session()))


@blueprint.post(f"{ROOT}/<int:escalation_id>")
def close(escalation_id: int) -> Response:
    """Write down what was done."""
    escalations.close(escalation_id, current_user.id, request.form.get("outcome", ""), now())
    flash(gettext("Written down. It stays hidden, and its files stay."), "ok")
    return redirect(url_for("escalations.index"))
