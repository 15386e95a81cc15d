"""What every act of a voter needs around it: who votes, and how the answer is said in each voice."""

from collections.abc import Callable
from typing import Any

from flask import flash, jsonify, redirect, request
from flask_login import current_user
from werkzeug.wrappers import Response

from contests import queries as contests
from contests.phases import PUBLIC
from contests.queries import ContestRow
from voting import paths
from voting.log import promises, receipts
from voting.log.promises import Receipted
from webapp.infra import errors
from webapp.infra.db import db
from webapp.infra.device import device_id
from webapp.infra.templating import is_fragment
from webapp.kernel.now import now
from webapp.kernel.refusal import NotFound, Refused


def voter() -> str:
    """Return whom a limit counts. Never an address: a whole stadium votes from one."""
    return f"person:{current_user.id}" if current_user.is_authenticated else f"device:{device_id()}"


def contest_of(slug: str) -> ContestRow:
    """Return a contest everybody may know of; raises NotFound."""
    contest = contests.by_slug(db.session(), slug)
    if contest is None or contest.phase(now()) not in PUBLIC:
        raise NotFound()
    return contest


def promise(contest_slug: str, kept: Receipted | None = None) -> dict[str, Any] | None:
    """Return what was promised to a signed-in voter: a stranger's vote is promised once it counts.

    `kept` is the version that was just written; without it the ballot's last one is read.
    """
    if not current_user.is_authenticated:
        return None
    if kept:
        return promises.promise(kept).as_json()
    return receipts.latest_promise(db.session(), contest_slug, current_user.id)


def came_from() -> str | None:
    """Return the page of this site that the form stood on; a puzzle between the two says which it was."""
    return paths.own(request.form.get("came_from") or request.referrer or "", request.host)


def following() -> str | None:
    """Return where the form asked to go on, if that is on this site."""
    return paths.own(request.form.get("next", ""), request.host)


def said(state: str, text: str, back: str, slug: str, is_first: bool, more: Callable[[], dict[str, Any]]) -> Response:
    """Answer an act that was done: JSON for our scripts, else back to where the form came from.

    A stranger's first vote goes on to the sign-in that makes it count, unless the form says where to.
    """
    then, back = following(), came_from() or back
    if errors.wants_json():
        then = then or (paths.sign_in(back) if state == "pending" else None)
        return jsonify({"state": state, "message": text, "next": then, **more(), "promise": promise(slug)})
    flash(text, "ok" if state == "counted" else "info")
    return redirect(then or (paths.sign_in(back) if state == "pending" and is_first else back), 303)


def refused(no: Refused, contest_slug: str, to_ballot: bool = False) -> Response:
    """Answer a refusal that the voter can do something about; raises others again, for the page of errors."""
    if no.status not in (409, 422) or is_fragment():
        raise no
    text = errors.text_of(no)
    ballot = paths.ballot(contest_slug) if to_ballot else None
    if errors.wants_json():
        return errors.answer(no.status, no.code, text, next=ballot)
    if no.status == 422 and came_from() is None:
        raise no
    flash(text, "warn")
    return redirect(ballot or came_from() or paths.contest(contest_slug), 303)
