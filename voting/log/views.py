"""The public log of a contest, the site's signing keys, and a voter's own receipts."""

from typing import Any

from flask import flash, jsonify, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user
from werkzeug.wrappers import Response

from contests import queries as contests
from contests.phases import PUBLIC, VOTING
from contests.submissions import queries as submissions
from voting.integrity import appeals
from voting.integrity import words as integrity_words
from voting.log import keys, opening, page, receipts
from voting.log.page import LogPage
from webapp.accounts.guards import members_blueprint, public_blueprint
from webapp.infra import errors
from webapp.infra.db import db
from webapp.infra.paging import whole
from webapp.infra.whole import same_for_strangers
from webapp.kernel.now import now
from webapp.kernel.refusal import NotFound

blueprint = public_blueprint("log", __name__)
own = members_blueprint("receipts", __name__)


@blueprint.get("/c/<contest_slug>/log")
@same_for_strangers
def contest(contest_slug: str) -> Any:
    """Show the published roots of a contest's rounds and the proofs between them; JSON on request."""
    found = contests.by_slug(db.session(), contest_slug)
    if found is None or found.phase(now()) not in PUBLIC:
        raise NotFound()
    rounds = page.build(db.session(), found.id)
    shown = LogPage(found.slug, found.title, keys.published(db.session()), rounds)
    if errors.wants_json() or request.args.get("as") == "json":
        return jsonify(page.as_json(shown))
    return render_template("log/contest.html", contest=found, page=shown)


@blueprint.get("/.well-known/fanmade-log-key")
def log_key() -> Response:
    """Answer the public keys that have signed promises and roots, the oldest first."""
    return jsonify({"algorithm": "Ed25519", "keys": keys.published(db.session()), "present": keys.public()})


@blueprint.get("/how-votes-are-checked")
@same_for_strangers
def integrity() -> str:
    """Say in plain words what the log proves and what it can't."""
    return render_template("log/integrity.html")


@own.get("/receipts")
def mine() -> Response:
    """Show the reader's ballots: what they say, what was promised, and whether it is in the log yet."""
    found = receipts.of_person(db.session(), current_user.id)
    named = submissions.cards(db.session(), {design for each in found for design in page.designs_of(each)})
    running = {each.slug for each in found if not each.sealed}
    open_now = {row.slug for row in page.contests_of(db.session(), running) if row.phase(now()) in VOTING}
    fates = appeals.of_person(db.session(), current_user.id, now())
    shown = {"receipts": found, "cards": named, "running": open_now, "words": page.in_words}
    response = make_response(render_template("log/receipts.html", **shown, fates=fates, reason=integrity_words.reason))
    response.headers["Cache-Control"] = "no-store"
    return response


@own.get("/receipts/<int:number>/receipt.json")
def receipt(number: int) -> Response:
    """Give a receipt to keep: promise and proof, no choices."""
    body = receipts.as_json(db.session(), current_user.id, number, request.args.get("version", type=whole))
    response = jsonify(body)
    response.headers["Cache-Control"] = "no-store"
    response.headers["Content-Disposition"] = f'attachment; filename="receipt-{number}.json"'
    return response


@own.post("/receipts/<int:number>/open")
def open_ballot(number: int) -> Response:
    """Open a ballot on the spot: it counts no more, and its voter votes anew."""
    opening.open_ballot(number, current_user.id, now())
    flash(gettext("Your ballot is open and counts no more. Please vote anew."), "warn")
    return redirect(url_for("receipts.opened", number=number), 303)


@own.get("/receipts/<int:number>/opened")
def opened(number: int) -> Response:
    """Show what an opened ballot's hash is made of, and how to make it again."""
    found = receipts.opened(db.session(), current_user.id, number)
    cards = submissions.cards(db.session(), page.designs_of(found))
    response = make_response(render_template("log/opened.html", opened=found, cards=cards, words=page.in_words))
    response.headers["Cache-Control"] = "no-store"
    return response
