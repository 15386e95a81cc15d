"""Acts of voters who rate, rank or compare. Each works as a plain form, and for our scripts as JSON."""

from typing import Any

from flask import request
from flask_babel import gettext
from flask_login import current_user

from contests.queries import ContestRow
from voting import answers, hand_queries, hands, paths, queries, ranking, service
from voting.hands import RANK
from voting.marks import PAIRS
from voting.service import Marked
from webapp.accounts.guards import public_blueprint
from webapp.infra import puzzle
from webapp.infra.db import db
from webapp.infra.device import device_id
from webapp.infra.limits import limiter
from webapp.kernel import codes
from webapp.kernel.now import now
from webapp.kernel.refusal import N_, NotFound, Refused

blueprint = public_blueprint("marks", __name__)
KEPT = N_("Vote kept. One more step makes it count.")


@blueprint.post("/designs/<code>/stars")
@puzzle.asked("vote")
@limiter.limit("120 per minute", key_func=answers.voter)
def rate(code: str) -> Any:
    """Give a design `stars` (0 to 5), or `none` to have no opinion of it any more."""
    moment = now()  # when the server received it: whatever the database does next, this is what counts
    design = queries.named(db.session(), codes.normalise(code))
    if design is None:
        raise NotFound()
    via = request.form.get("via", "gallery")
    try:
        stars = _stars(request.form.get("stars", ""))
        if current_user.is_authenticated:
            done = service.rate(design.id, current_user.id, stars, via, moment)
        else:
            done = service.rate_pending(design.id, device_id(), stars, via, moment)
    except Refused as no:
        return answers.refused(no, design.contest_slug)
    text = gettext("No opinion any more.") if stars is None else _saved(done)
    back = paths.design(design.code)
    return answers.said(done.state, text, back, design.contest_slug, len(done.choices) == 1, lambda: {"stars": stars})


@blueprint.post("/c/<contest_slug>/rank")
@puzzle.asked("vote")
@limiter.limit("240 per minute", key_func=answers.voter)
def rank(contest_slug: str) -> Any:
    """Let the ballot be an order: what the form lists (`whole`, `order`), or the present one, after one act on it.

    The acts are `add`, `remove`, `up` and `down`, each with a design's code.
    """
    moment, contest = now(), answers.contest_of(contest_slug)
    try:
        order, names = _order(contest)
        if current_user.is_authenticated:
            done = service.rank(contest.id, current_user.id, order, request.form.get("via", "gallery"), moment)
        else:
            done = service.rank_pending(contest.id, device_id(), order, request.form.get("via", "gallery"), moment)
    except Refused as no:
        return answers.refused(no, contest.slug, to_ballot=no.code == "too-many-ranked")
    text = _saved(done) if done.choices else gettext("Your list is empty now.")

    def more() -> dict[str, Any]:
        known = names | hand_queries.codes_of(db.session(), set(done.choices) - names.keys())
        return {"order": [known[each] for each in done.choices]}

    return answers.said(done.state, text, paths.focus(contest.slug), contest.slug, len(done.choices) == 1, more)


@blueprint.post("/c/<contest_slug>/pair")
@puzzle.asked("vote")
@limiter.limit("240 per minute", key_func=answers.voter)
def compare(contest_slug: str) -> Any:
    """Say which of the designs `one` and `other` is better (`winner`, a code), or skip them (empty)."""
    moment, contest = now(), answers.contest_of(contest_slug)
    try:
        one, other, winner = _compared(contest)
        if current_user.is_authenticated:
            done = service.compare(contest.id, current_user.id, one, other, winner, moment)
        else:
            done = service.compare_pending(contest.id, device_id(), one, other, winner, moment)
    except Refused as no:
        return answers.refused(no, contest.slug)
    return _pair_said(contest, done, _saved(done) if winner else gettext("Skipped."))


@blueprint.post("/c/<contest_slug>/pair/undo")
@limiter.limit("240 per minute", key_func=answers.voter)
def uncompare(contest_slug: str) -> Any:
    """Forget the pair of `one` and `other`, or the one met last where none is named."""
    moment, contest = now(), answers.contest_of(contest_slug)
    try:
        pair = _pair(contest) if request.form.get("one") else None
        if current_user.is_authenticated:
            done = service.uncompare(contest.id, current_user.id, moment, pair)
        else:
            done = service.uncompare_pending(contest.id, device_id(), moment, pair)
    except Refused as no:
        return answers.refused(no, contest.slug)
    return _pair_said(contest, done, gettext("Taken back."))


def _stars(text: str) -> int | None:
    if text == "none":
        return None
    if text not in ("0", "1", "2", "3", "4", "5"):
        raise Refused("bad-stars", N_("Give 0 to 5 stars."), 422)
    return int(text)


def _order(contest: ContestRow) -> tuple[list[int], dict[int, str]]:
    """Return the order that is asked for, and the codes of what it names, by id.

    What left the contest meanwhile leaves the order, too; only what is asked to come onto it must be there.
    """
    act = next((act for act in ranking.ACTS if act in request.form), None)
    wanted = codes.normalise(request.form[act]) if act else ""
    listed = [codes.normalise(each) for each in request.form.getlist("order")[:99]]
    known = hand_queries.in_the_vote(db.session(), contest.id, [*listed, wanted])
    if act == "add" and wanted not in known:
        raise Refused("not-in-the-vote", N_("This design is not in the vote."), 404)
    if "whole" in request.form:
        order = [known[each] for each in listed if each in known]
    else:
        mine = hands.hand(db.session(), contest, contest.phase(now()), current_user.id, device_id())
        order = list(mine.choices) if mine.way == RANK else []
    if act and wanted in known:
        order = ranking.changed(order, act, known[wanted])
    return order, {each: code for code, each in known.items()}


def _pair(contest: ContestRow) -> tuple[int, int]:
    one, other = (codes.normalise(request.form.get(name, "")) for name in ("one", "other"))
    known = hand_queries.in_the_vote(db.session(), contest.id, [one, other])
    if not {one, other} <= known.keys():
        raise Refused("not-in-the-vote", N_("This design is not in the vote."), 404)
    return known[one], known[other]


def _compared(contest: ContestRow) -> tuple[int, int, int | None]:
    one, other = _pair(contest)
    better = codes.normalise(request.form.get("winner", ""))
    sides = {codes.normalise(request.form["one"]): one, codes.normalise(request.form["other"]): other}
    if better and better not in sides:
        raise Refused("bad-pair", N_("Choose one of the two designs, or skip."), 422)
    return one, other, sides.get(better)


def _pair_said(contest: ContestRow, done: Marked, text: str) -> Any:
    back = paths.focus(contest.slug)
    return answers.said(done.state, text, back, contest.slug, False, lambda: {"kind": PAIRS, "met": len(done.trail)})


def _saved(done: Marked) -> str:
    return str(gettext(KEPT) if done.state == "pending" else gettext("Saved."))
