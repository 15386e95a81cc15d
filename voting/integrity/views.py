"""The moderators' desk for ballots, its log, and a voter's appeal."""

from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user
from werkzeug.wrappers import Response

from voting.integrity import appeals, deciding, desk, states, words
from voting.integrity.forms import AppealForm
from webapp.accounts import queries as accounts
from webapp.accounts.guards import members_blueprint, team_blueprint
from webapp.infra.db import db
from webapp.infra.errors import text_of
from webapp.infra.limits import limiter
from webapp.infra.paging import page_of
from webapp.kernel.now import now
from webapp.kernel.refusal import Refused

blueprint = team_blueprint("integrity", __name__, "moderator")
own = members_blueprint("appeals", __name__)
ROOT = "/team/<artist_slug>/votes"
# Refusals that are said on the desk itself, which shows what stands now.
LATE = frozenset({"already-decided", "already-proposed", "being-counted", "hold-first", "result-final", "two-people"})
LATE |= {"another-person", "reason-missing", "unknown-reason"}


@blueprint.get(ROOT)
def index(artist_slug: str) -> str:
    """Show what waits: clusters, wishes to reject, appeals."""
    done = _batch(request.args.get("done", ""))
    return render_template(
        "integrity/desk.html",
        desk=desk.build(db.session(), g.artist.id),
        done=desk.batch_of(db.session(), done, current_user.id) if done else None,
        batch=done,
        reasons=states.REASONS,
        words=words,
        me=current_user.id,
    )


@blueprint.get(f"{ROOT}/log")
def log(artist_slug: str) -> str:
    """Show every change of ballots' states, newest first."""
    rows = desk.log(db.session(), g.artist.id, request.args.get("before", 0, type=_whole))
    page = page_of(rows, desk.PER_PAGE, lambda row: row.id)
    names = accounts.names(db.session(), [row.actor_id for row in page.items if row.actor_id])
    return render_template("integrity/acts.html", page=page, names=names, words=words)


@blueprint.post(f"{ROOT}/decide")
def decide(artist_slug: str) -> Response:
    """Hold, reinstate or reject a cluster."""
    form = request.form
    cluster, act = form.get("cluster", 0, type=_whole), form.get("act", "")
    code, said = form.get("reason_code", ""), form.get("words", "")

    def carry_out() -> str:
        batch = deciding.decide(cluster, g.artist.id, current_user.id, act, code, said, now())
        if not batch:
            flash(gettext("Somebody else of the team has to confirm this."), "info")
        return batch

    return _back(carry_out)


@blueprint.post(f"{ROOT}/reject")
def answer_rejection(artist_slug: str) -> Response:
    """Confirm or decline a colleague's wish to reject."""
    wish, agree = request.form.get("wish", 0, type=_whole), request.form.get("agree") == "yes"
    return _back(lambda: deciding.answer_rejection(wish, g.artist.id, current_user.id, agree, now()))


@blueprint.post(f"{ROOT}/undo")
def undo(artist_slug: str) -> Response:
    """Take a batch back."""

    def take_back() -> str:
        deciding.undo(_batch(request.form.get("batch", "")), g.artist.id, current_user.id, now())
        flash(gettext("Taken back."), "ok")
        return ""

    return _back(take_back, "integrity.log" if request.form.get("from") == "log" else "integrity.index")


@blueprint.post(f"{ROOT}/appeal")
def answer_appeal(artist_slug: str) -> Response:
    """Answer an appeal."""
    found, uphold = request.form.get("appeal", 0, type=_whole), request.form.get("uphold") == "yes"

    def carry_out() -> str:
        said = request.form.get("words", "")
        appeals.answer(found, g.artist.id, current_user.id, uphold, said, now())
        flash(gettext("Answered. The voter reads it on their receipts."), "ok")
        return ""

    return _back(carry_out)


@own.route("/receipts/<int:number>/appeal", methods=["GET", "POST"])
@limiter.limit("20 per hour", methods=["POST"])
def appeal(number: int) -> Any:
    """Object to one's own ballot being held or rejected."""
    form = AppealForm()
    fate = appeals.of_person(db.session(), current_user.id, now()).get(number)
    if fate and form.submitted():
        appeals.appeal(number, current_user.id, form.words.data or "", now())
        flash(gettext("Your appeal is with the moderators. The answer comes here."), "ok")
        return redirect(url_for("receipts.mine"), 303)
    if fate is None or not fate.may_appeal:
        return redirect(url_for("receipts.mine"), 303)
    page = render_template("integrity/appeal.html", form=form, fate=fate, words=words)
    return page, (422 if form.errors else 200)


def _back(act: Any, to: str = "integrity.index") -> Response:
    batch = ""
    try:
        batch = act()
    except Refused as refused:
        if refused.code not in LATE:
            raise
        flash(text_of(refused), "warn")
    return redirect(url_for(to, artist_slug=g.artist.slug, done=batch or None), 303)


def _batch(text: str) -> str:
    return text if len(text) == 16 and set(text) <= set("0123456789abcdef") else ""


def _whole(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 16 else 0
