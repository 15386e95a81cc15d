"""The team's page of a drop's royalties with its export, and a person's own statements."""

from flask import flash, g, make_response, redirect, render_template, url_for
from flask_babel import gettext
from flask_login import current_user
from werkzeug.wrappers import Response

from contests.submissions.credits.rules import percent
from preorders import queries as drops
from preorders.rows import DropRow
from preorders.royalties import queries, service, statement_files
from preorders.royalties.account import account
from webapp.accounts import audit
from webapp.accounts.guards import members_blueprint, require_fresh, team_blueprint
from webapp.infra.db import db, transaction
from webapp.kernel.now import now
from webapp.kernel.refusal import NotFound

team = team_blueprint("royalties", __name__, "merch_staff", url_prefix="/team/<artist_slug>/drops")
own = members_blueprint("earnings", __name__)


@team.get("/<int:drop_id>/royalties")
def of_drop(artist_slug: str, drop_id: int) -> str:
    """What is owed, to whom, and how it adds up."""
    drop = _this_drop(drop_id)
    return render_template(
        "royalties/drop.html", drop=drop, account=account(db.session(), drop), percent=percent, role_word=role_word
    )


@team.post("/<int:drop_id>/royalties/export")
def export(artist_slug: str, drop_id: int) -> Response:
    """The statements as CSV for people; who took it is logged."""
    require_fresh()
    drop = _this_drop(drop_id)
    found = account(db.session(), drop)
    moment = now()
    with transaction() as session:
        details = {"rows": len(found.lines), "persons": len(found.lines)}
        audit.note(session, moment, current_user.id, drop.artist_id, "royalty.export", f"drop:{drop_id}", **details)
    answer = make_response(statement_files.as_csv(found, drop))
    answer.headers["Content-Type"] = "text/csv; charset=utf-8"
    answer.headers["Content-Disposition"] = f'attachment; filename="{drop.slug}-royalties-{moment:%Y%m%d-%H%M}.csv"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


@team.post("/<int:drop_id>/royalties/<int:statement_id>/paid")
def paid(artist_slug: str, drop_id: int, statement_id: int) -> Response:
    """Note that a statement was paid out."""
    require_fresh()
    service.paid_out(statement_id, _this_drop(drop_id).artist_id, current_user.id, now())
    flash(gettext("Noted."), "ok")
    return redirect(url_for("royalties.of_drop", artist_slug=artist_slug, drop_id=drop_id))


@own.get("/royalties")
def mine() -> str:
    """What the reader's designs and shares have earned."""
    rows = queries.of_person(db.session(), current_user.id)
    return render_template("royalties/mine.html", rows=rows, percent=percent, role_word=role_word)


def role_word(role: str) -> str:
    """Return what a share is for, in the reader's language."""
    words = {
        "designer": gettext("Designer"),
        "co-author": gettext("Co-author"),
        "suggestion": gettext("Suggested something that is in it"),
    }
    return str(words[role])


def _this_drop(drop_id: int) -> DropRow:
    drop = drops.drop(db.session(), drop_id)
    if drop is None or drop.artist_id != g.artist.id:
        raise NotFound()
    return drop
