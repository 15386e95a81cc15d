"""Pages and acts of voters. Every act works as a plain form, for a script of ours, and for htmx."""

from datetime import datetime
from typing import Any

from flask import flash, jsonify, redirect, render_template, request
from flask_babel import gettext
from flask_login import current_user
from werkzeug.wrappers import Response

from contests import queries as contests
from contests.phases import COUNTED, PUBLIC, VOTING
from contests.queries import ContestRow
from contests.submissions import queries as submissions
from voting import paths, queries, result_page, result_tables, rules, service, tally
from voting.bundle import page as checks
from voting.focus import step
from voting.log import receipts
from voting.queries import NamedRow
from voting.service import Standing
from webapp.accounts.guards import public_blueprint
from webapp.infra import errors
from webapp.infra.db import db
from webapp.infra.device import device_id, visitor_seed
from webapp.infra.limits import limiter
from webapp.infra.templating import is_fragment
from webapp.kernel import codes
from webapp.kernel.now import now
from webapp.kernel.refusal import NotFound, Refused

blueprint = public_blueprint("voting", __name__)


def _voter() -> str:
    # Never by address: a whole stadium votes from one.
    return f"person:{current_user.id}" if current_user.is_authenticated else f"device:{device_id()}"


@blueprint.post("/D/<code>/vote")
@limiter.limit("120 per minute", key_func=_voter)
def cast(code: str) -> Any:
    """Give a heart; with `wish=withdraw` take it back, as the same form does once its heart is pressed."""
    if request.form.get("wish") == "withdraw":
        return withdraw(code)
    return _act(code, _cast)


@blueprint.post("/D/<code>/unvote")
@limiter.limit("120 per minute", key_func=_voter)
def withdraw(code: str) -> Any:
    """Take a heart back."""
    return _act(code, _withdraw)


@blueprint.get("/c/<contest_slug>/vote")
def focus(contest_slug: str) -> Any:
    """Show one big design at a time, in this visitor's own fair order."""
    contest = _contest(contest_slug)
    moment = now()
    if contest.phase(moment) not in VOTING:
        over = contest.phase(moment) in COUNTED
        return redirect(paths.result(contest.slug) if over else paths.contest(contest.slug), 303)
    hearts = queries.standing(db.session(), contest.id, current_user.id, device_id())
    here = step(
        db.session(), contest, contest.phase(moment), current_user.id, hearts, visitor_seed(), request.args.get("at")
    )
    return render_template("voting/focus.html", contest=contest, hearts=hearts, here=here, closes=_closes(contest))


@blueprint.get("/c/<contest_slug>/ballot")
def ballot(contest_slug: str) -> str:
    """Show the reader's own hearts: counted, kept, or more than there are hearts for."""
    contest = _contest(contest_slug)
    hearts = queries.standing(db.session(), contest.id, current_user.id, device_id())
    cards = submissions.cards(db.session(), hearts.voted | hearts.pending)
    poll = queries.current_round(db.session(), contest.id)
    return render_template(
        "voting/ballot.html",
        contest=contest,
        hearts=hearts,
        cards=sorted(cards.values(), key=lambda card: (card.id in hearts.pending, card.title, card.code)),
        is_open=contest.phase(now()) in VOTING and not (poll and poll.sealed_at),
        may_choose=bool(current_user.is_authenticated and hearts.pending and not (poll and poll.sealed_at)),
        sign_in=paths.sign_in(paths.ballot(contest.slug)),
        closes=_closes(contest),
    )


@blueprint.get("/c/<contest_slug>/result")
def result(contest_slug: str) -> Any:
    """Show the published result, or say when there will be one."""
    contest = _contest(contest_slug)
    page = result_page.build(db.session(), contest)
    if errors.wants_json():
        return jsonify(result_page.as_json(contest, page))
    return render_template(
        "voting/result.html",
        contest=contest,
        page=page,
        closes=contest.picking_at,
        ties=result_page.tied,
        check=checks.build(db.session(), contest.id),
        lot=tally.lot,
        tables=result_tables,
    )


def _cast(design: NamedRow, moment: datetime) -> Standing:
    via = request.form.get("via", "gallery")
    if current_user.is_authenticated:
        return service.cast(design.id, current_user.id, via, moment)
    return service.cast_pending(design.id, device_id(), via, moment)


def _withdraw(design: NamedRow, moment: datetime) -> Standing:
    if current_user.is_authenticated:
        return service.withdraw(design.id, current_user.id, moment)
    return service.withdraw_pending(design.id, device_id(), moment)


def _act(code: str, act: Any) -> Any:
    moment = now()  # when the server received it: whatever the database does next, this is what counts
    design = queries.named(db.session(), codes.normalise(code))
    if design is None:
        raise NotFound()
    try:
        standing = act(design, moment)
    except Refused as refused:
        return _say_no(refused, design.contest_slug)
    return _say(design, standing)


def _say(design: NamedRow, standing: Standing) -> Any:
    text = _words(standing)
    following = paths.own(request.form.get("next", ""), request.host)
    back = _back(design)
    if errors.wants_json():
        then = following or (paths.sign_in(back) if standing.state == "pending" else None)
        body = {"state": standing.state, "left": standing.left, "budget": standing.budget}
        return jsonify({**body, "message": text, "next": then, "promise": _promise(design)})
    if is_fragment():
        via = request.form.get("via", "gallery")
        return render_template("voting/heart.html", code=design.code, title=design.title, state=standing.state, via=via)
    flash(text, "ok" if standing.state == "counted" else "info")
    first_kept = standing.state == "pending" and standing.left == standing.budget - 1
    return redirect(following or (paths.sign_in(back) if first_kept else back), 303)


def _promise(design: NamedRow) -> dict[str, Any] | None:
    """Return what was promised to a signed-in voter: a stranger's vote is promised once it counts."""
    if not current_user.is_authenticated:
        return None
    return receipts.latest_promise(db.session(), design.contest_slug, current_user.id)


def _say_no(refused: Refused, contest_slug: str) -> Response:
    if refused.status != 409 or is_fragment():
        raise refused
    text = errors.text_of(refused)
    to_ballot = paths.ballot(contest_slug) if refused.code == "no-hearts-left" else None
    if errors.wants_json():
        return errors.answer(409, refused.code, text, next=to_ballot)
    flash(text, "warn")
    return redirect(to_ballot or paths.own(request.referrer or "", request.host) or paths.contest(contest_slug), 303)


def _words(standing: Standing) -> str:
    if standing.state == "counted":
        return str(gettext("Voted. Hearts left: %(left)s.", left=standing.left))
    if standing.state == "pending":
        return str(gettext("Vote kept. One more step makes it count."))
    return str(gettext("Vote taken back. Hearts left: %(left)s.", left=standing.left))


def _back(design: NamedRow) -> str:
    return paths.own(request.referrer or "", request.host) or paths.design(design.code)


def _contest(slug: str) -> ContestRow:
    contest = contests.by_slug(db.session(), slug)
    if contest is None or contest.phase(now()) not in PUBLIC:
        raise NotFound()
    return contest


def _closes(contest: ContestRow) -> datetime | None:
    kind = rules.kind_in(contest.phase(now()))
    return rules.closes_at(kind, contest.schedule)
