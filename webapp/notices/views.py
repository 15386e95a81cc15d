"""The inbox, what comes by mail, and the way out of it."""

from typing import Any

from flask import current_app, flash, g, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user

from webapp.accounts import guards
from webapp.infra.db import db
from webapp.infra.mail import refusals
from webapp.infra.paging import whole
from webapp.kernel.now import now
from webapp.kernel.refusal import NotFound
from webapp.notices import kinds, paces, queries, sent, service, unsubscribing

blueprint = guards.members_blueprint("notices", __name__, strangers=("unsubscribe", "unread"))
blueprint.add_app_template_global(kinds.words, "notice_words")


def unread_notices() -> int:
    """Return how many notices the reader of this request has not read; 0 for strangers. One statement."""
    if not current_user.is_authenticated:
        return 0
    if "unread_notices" not in g:
        g.unread_notices = queries.unread(current_user.id)
    return int(g.unread_notices)


@blueprint.get("/inbox")
def inbox() -> Any:
    """Show notices, the latest first; showing changes nothing."""
    before = request.args.get("before", type=whole)
    page = queries.inbox(db.session(), current_user.id, before)
    response = make_response(render_template("notices/inbox.html", page=page, newest=before is None))
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.get("/inbox/unread")
def unread() -> Any:
    """Return the badge alone, for the page that asks again and again; empty for somebody signed out meanwhile."""
    response = make_response(render_template("notices/badge.html", count=unread_notices()))
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.post("/inbox/read")
def mark_read() -> Any:
    """Mark what was on the page, and what is older, as read."""
    service.mark_read(current_user.id, request.form.get("up_to", 0, type=whole), now())
    return redirect(url_for("notices.inbox"))


@blueprint.route("/inbox/preferences", methods=["GET", "POST"])
def preferences() -> Any:
    """Show and keep what comes by mail, and how soon; in the inbox stands everything."""
    if request.method == "POST":
        service.set_preferences(current_user.id, _wanted(), now())
        flash(gettext("Saved."), "ok")
        return redirect(url_for("notices.preferences"))
    session = db.session()
    chosen = queries.preferences(session, current_user.id)
    waiting, due_at = queries.waiting(session, current_user.id)
    rows = [(kind, chosen.get(kind.name, kind.pace)) for kind in kinds.choices() if not kind.transactional]
    return render_template(
        "notices/preferences.html",
        topics=kinds.by_topic(rows),
        never=paces.NEVER,
        always=[kind for kind in kinds.choices() if kind.transactional],
        paces=paces.WORDS,
        title_of=kinds.title,
        waiting=waiting,
        due_at=due_at,
        refusal=refusals.of_address(session, current_user.email),
    )


def _wanted() -> dict[str, str]:
    """Return what the form says of each kind; one choice for all of them goes before."""
    every = request.form.get("every", "")
    return {kind.name: every or request.form.get(kind.name, "") for kind in kinds.choices()}


@blueprint.get("/inbox/mails")
def mails() -> Any:
    """Show somebody every mail we have for them: what about, when, and what became of it."""
    before = request.args.get("before", type=whole)
    page = sent.history(db.session(), current_user.id, current_user.email, before)
    refusal = refusals.of_address(db.session(), current_user.email)
    response = make_response(render_template("notices/mails.html", page=page, refusal=refusal, states=sent.STATES))
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.post("/inbox/mails/again")
def try_again() -> Any:
    """Mail to an address again that refused ours, because its owner says it works now."""
    if service.try_again(current_user.id):
        flash(gettext("We mail to your address again."), "ok")
    return redirect(url_for("notices.preferences"))


@blueprint.route("/unsubscribe/<token>", methods=["GET", "POST"])
def unsubscribe(token: str) -> Any:
    """End mails of one kind: a mail program posts here by itself (RFC 8058), a person by the button.

    No cookie, no form token, no redirect: the token in the address is all it takes, and all it can do.
    """
    found = unsubscribing.read(token)
    if found is None:
        raise NotFound()
    if request.method == "POST":
        service.unsubscribe(token, now())
    digest = found[1] == unsubscribing.DIGEST
    title = gettext("News that come together, once a day or once a week") if digest else kinds.title(found[1])
    page = render_template("notices/unsubscribe.html", token=token, title=title, done=request.method == "POST")
    response = current_app.make_response(page)
    response.headers["Cache-Control"] = "no-store"
    return response


# Posted by mail programs, which hold no cookie and no form token of ours.
EXEMPT = (unsubscribe,)
