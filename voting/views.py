"""Pages and acts of voters. Every act works as a plain form, for a script of ours, and for htmx."""

from datetime import datetime
from typing import Any

from flask import flash, jsonify, redirect, render_template, request
from flask_babel import gettext
from flask_login import current_user
from werkzeug.wrappers import Response

from contests.phases import COUNTED, VOTING
from voting import answers, ballot_pages, booth, hands, paths, result_page, result_tables, service, tally, what_next
from voting.booth import Booth
from voting.bundle import page as checks
from voting.exposure import telling
from voting.hands import PAIRS, RANK
from voting.integrity import windows
from voting.service import Standing
from webapp.accounts.guards import public_blueprint
from webapp.infra import errors, puzzle, readings
from webapp.infra.db import db
from webapp.infra.device import device_id
from webapp.infra.limits import limiter
from webapp.infra.templating import is_fragment
from webapp.infra.whole import same_for_strangers
from webapp.kernel import codes
from webapp.kernel.now import now
from webapp.kernel.refusal import NotFound, Refused

blueprint = public_blueprint("voting", __name__)


@blueprint.post("/D/<code>/vote")
@puzzle.asked("vote")
@limiter.limit("120 per minute", key_func=answers.voter)
def cast(code: str) -> Any:
    """Give a heart; with `wish=withdraw` take it back, as the same form does once its heart is pressed."""
    if request.form.get("wish") == "withdraw":
        return withdraw(code)
    return _act(code, _cast)


@blueprint.post("/D/<code>/unvote")
@limiter.limit("120 per minute", key_func=answers.voter)
def withdraw(code: str) -> Any:
    """Take a heart back."""
    return _act(code, _withdraw)


@blueprint.get("/c/<contest_slug>/vote")
def focus(contest_slug: str) -> Any:
    """Show what this visitor is asked now: a design, an order or a pair, shuffled for them alone."""
    contest = answers.contest_of(contest_slug)
    moment = now()
    if contest.phase(moment) not in VOTING:
        over = contest.phase(moment) in COUNTED
        return redirect(paths.result(contest.slug) if over else paths.contest(contest.slug), 303)
    phase = contest.phase(moment)
    hand = hands.hand(db.session(), contest, phase, current_user.id, device_id())
    show = {RANK: ballot_pages.rank, PAIRS: ballot_pages.pairs}.get(hand.way, ballot_pages.one_by_one)
    return show(contest, phase, hand)


@blueprint.get("/c/<contest_slug>/ballot")
def ballot(contest_slug: str) -> str:
    """Show what the reader has said: counted, kept, or more hearts than there are."""
    return ballot_pages.mine(answers.contest_of(contest_slug))


@blueprint.get("/c/<contest_slug>/my-ballot")
def my_ballot(contest_slug: str) -> Response:
    """Lead to the ballot by its other name."""
    return redirect(paths.ballot(answers.contest_of(contest_slug).slug), 301)


@blueprint.get("/c/<contest_slug>/result")
@same_for_strangers
def result(contest_slug: str) -> Any:
    """Show the published result, or say when there will be one."""
    contest = answers.contest_of(contest_slug)
    page = result_page.build(db.session(), contest)
    if page.standing is None:
        readings.spoil()
    window = windows.of_contest(db.session(), contest.id) if page.rounds else None
    if errors.wants_json():
        return jsonify(result_page.as_json(contest, page) | windows.as_json(window))
    return render_template(
        "voting/result.html",
        contest=contest,
        page=page,
        closes=contest.picking_at,
        ties=result_page.tied,
        check=checks.build(db.session(), contest.id),
        lot=tally.lot,
        tables=result_tables,
        exposure=telling,
        window=window,
        then=what_next.of_contest(db.session(), contest.id, now()) if page.standing else None,
    )


def _cast(place: Booth, moment: datetime) -> Standing:
    via = request.form.get("via", "gallery")
    device_id()  # what a first vote notes of its browser is read before SQLite's other writers wait for this one
    if current_user.is_authenticated:
        return service.cast_at(place, current_user.id, via, moment)
    return service.cast_pending_at(place, device_id(), via, moment)


def _withdraw(place: Booth, moment: datetime) -> Standing:
    if current_user.is_authenticated:
        return service.withdraw_at(place, current_user.id, moment)
    return service.withdraw_pending_at(place, device_id(), moment)


def _act(code: str, act: Any) -> Any:
    moment = now()  # when the server received it: whatever the database does next, this is what counts
    place = booth.by_code(codes.normalise(code))
    if place is None:
        raise NotFound()
    try:
        standing = act(place, moment)
    except Refused as refused:
        return answers.refused(refused, place.terms.slug, to_ballot=refused.code == "no-hearts-left")
    return _say(place, standing)


def _say(place: Booth, standing: Standing) -> Any:
    text = _words(standing)
    following = paths.own(request.form.get("next", ""), request.host)
    back = answers.came_from() or paths.design(place.code)
    if errors.wants_json():
        then = following or (paths.sign_in(back) if standing.state == "pending" else None)
        body = {"state": standing.state, "left": standing.left, "budget": standing.budget}
        promised = answers.promise(place.terms.slug, standing.kept)
        return jsonify({**body, "message": text, "next": then, "promise": promised})
    if is_fragment():
        via = request.form.get("via", "gallery")
        return render_template("voting/heart.html", code=place.code, title=place.title, state=standing.state, via=via)
    flash(text, "ok" if standing.state == "counted" else "info")
    first_kept = standing.state == "pending" and standing.left == standing.budget - 1
    return redirect(following or (paths.sign_in(back) if first_kept else back), 303)


def _words(standing: Standing) -> str:
    if standing.state == "counted":
        return str(gettext("Voted. Hearts left: %(left)s.", left=standing.left))
    if standing.state == "pending":
        return str(gettext("Vote kept. One more step makes it count."))
    return str(gettext("Vote taken back. Hearts left: %(left)s.", left=standing.left))
