"""The public page of what was decided, and how fast."""

from datetime import timedelta

from flask import render_template
from flask_babel import format_timedelta, gettext

from contests.comments import reasons, transparency
from contests.comments.holding.rules import HOLDING
from contests.submissions.rules import REASONS
from webapp.accounts.guards import public_blueprint
from webapp.infra.db import db
from webapp.infra.whole import same_for_strangers
from webapp.kernel.now import now
from webapp.kernel.refusal import N_

blueprint = public_blueprint("transparency", __name__)
_PLAIN = {"escalated": N_("A second moderator takes a look at it first.")}


@blueprint.get("/transparency")
@same_for_strangers
def index() -> str:
    """Show the last twelve months."""
    found = transparency.months(db.session(), now())
    return render_template("moderation/transparency.html", months=found, few=transparency.FEW, said=said, time=_time)


def said(code: str) -> str:
    """Return what a reason code says, to people who read it of others."""
    if code.startswith("rule:"):
        return str(gettext("Held by a rule: %(rule)s", rule=gettext(HOLDING.get(code[5:], N_("another rule")))))
    # Comments and questions share their codes: what is said of both is said in the words for comments.
    for table in (_PLAIN, REASONS, reasons.COMMENT, reasons.SUSPENDED, reasons.ESCALATED):
        if code in table:
            return str(gettext(table[code]))
    return str(gettext("Something else"))


def _time(span: timedelta) -> str:
    return str(format_timedelta(span, threshold=1.5))
