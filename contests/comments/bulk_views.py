"""Floods: all of one account or of one rule on one page, one decision, one undo; and the team's list of words."""

from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from flask_login import current_user
from werkzeug.wrappers import Response

from contests.comments import bulk, reasons, verdicts
from contests.comments.holding import lists
from contests.comments.holding import queries as holding_queries
from contests.comments.holding import rules as holding
from contests.comments.moderation_views import ROOT
from webapp.accounts import queries as accounts
from webapp.accounts.guards import team_blueprint
from webapp.infra.db import db
from webapp.infra.errors import text_of
from webapp.infra.paging import whole
from webapp.kernel.now import now
from webapp.kernel.refusal import NotFound, Refused

blueprint = team_blueprint("floods", __name__, "moderator")


@blueprint.get(f"{ROOT}/many")
def preview(artist_slug: str) -> str:
    """Show everything that one decision would be about."""
    found, what = _chosen()
    return render_template(
        "moderation/many.html",
        found=found,
        what=what,
        reasons=reasons.COMMENT,
        person=request.args.get("person", type=whole),
        rule=request.args.get("rule", ""),
    )


@blueprint.post(f"{ROOT}/many")
def decide(artist_slug: str) -> Response:
    """Carry out one decision about all that stayed ticked."""
    form = request.form
    code, note = form.get("reason_code", ""), form.get("note", "")
    choice = "reject" if code else form.get("choice", "")
    reason = verdicts.words(db.session(), current_user.id, {}, "", note)
    try:
        act_id, count = bulk.decide(g.artist.id, current_user.id, form.getlist("item"), choice, code, reason, now())
    except Refused as refused:
        if refused.code not in ("already-decided", "how-many"):
            raise
        flash(text_of(refused), "warn")
        return redirect(request.full_path)
    flash(ngettext("%(num)s thing decided.", "%(num)s things decided at once.", count), "ok")
    return redirect(url_for("moderation.queue", artist_slug=artist_slug, done=act_id))


@blueprint.route(f"{ROOT}/words", methods=["GET", "POST"])
def words(artist_slug: str) -> Response | str | tuple[str, int]:
    """Show and change the words that hold a comment here."""
    own, with_house = holding_queries.word_list(db.session(), g.artist.id)
    if request.method == "GET":
        return _words_page(own, with_house)
    typed, with_house = request.form.get("words", ""), request.form.get("with_house") == "y"
    try:
        lists.save(g.artist.id, current_user.id, typed, with_house, now())
    except Refused as refused:
        return _words_page(typed, with_house, text_of(refused)), 422
    flash(gettext("Kept. New comments are held by this list from now on."), "ok")
    return redirect(url_for("floods.words", artist_slug=artist_slug))


def _words_page(own: str, with_house: bool, fault: str = "") -> str:
    return render_template(
        "moderation/words.html", own=own, with_house=with_house, fault=fault, house=lists.house(), rules=holding.HOLDING
    )


def _chosen() -> tuple[list[bulk.Candidate], str]:
    """Return what the address asks for, and what it is called; raises NotFound."""
    person_id, rule = request.args.get("person", type=whole), request.args.get("rule", "")
    if rule in holding.HOLDING:
        return bulk.of_rule(db.session(), rule, g.artist.id), gettext(holding.HOLDING[rule])
    if person_id is None:
        raise NotFound()
    found: list[Any] = bulk.of_account(db.session(), person_id, g.artist.id)
    if not found:
        return [], gettext("All of one account")
    name = accounts.names(db.session(), [person_id]).get(person_id, accounts.A_FAN)
    return found, gettext("All of the account “%(name)s”", name=name)
