"""Signing in and out."""

from typing import Any

import structlog
from flask import current_app, flash, redirect, render_template, request, session, url_for
from flask_babel import get_locale, gettext
from flask_login import current_user

from webapp.accounts import factors, login, profile, queries, service
from webapp.accounts.blueprints import accounts
from webapp.accounts.consents import terms_hash
from webapp.accounts.forms import AN_ADDRESS, Code, Email, Password, Recovery
from webapp.accounts.guards import is_fresh
from webapp.accounts.hooks import signed_in
from webapp.accounts.passkeys import queries as passkey_queries
from webapp.accounts.passkeys import service as passkeys
from webapp.accounts.passkeys.here import passkeys_here
from webapp.accounts.returning import by_way_of, safe_next
from webapp.accounts.secrets_kept import keyed
from webapp.infra import puzzle
from webapp.infra.db import db, transaction
from webapp.infra.device import device_id
from webapp.infra.errors import text_of
from webapp.infra.i18n import LANGUAGES
from webapp.infra.limits import limiter
from webapp.kernel.now import now
from webapp.kernel.refusal import Refused

PENDING = "signing_in"
log = structlog.get_logger()
# Counted per address typed, so that 40 pupils behind one connection all get in; per connection only against floods.
CODES = "5 per 10 minutes; 20 per day"
GUESSES = "10 per 15 minutes; 50 per day"
FLOOD = "600 per hour"
# A stadium asks for codes from one connection; against programs there is the puzzle, and a code per mailbox.
CROWD = "50000 per hour"


def typed_address() -> str:
    """Return the key a sign-in is counted under: the address typed, hashed, known to us or not."""
    email = request.form.get("email") or session.get(PENDING, {}).get("email", "")
    return "mail:" + keyed("limit", email.strip().lower())[:24]


@accounts.route("/sign-in", methods=["GET", "POST"])
@puzzle.asked("code")
@limiter.limit(CROWD, methods=["POST"])
@limiter.limit(CODES, key_func=typed_address, methods=["POST"])
def sign_in() -> Any:
    """Ask for an address and mail a code to it; `next` is where to go afterwards."""
    target = safe_next(request.values.get("next"))
    if current_user.is_authenticated and not request.values.get("again"):
        return redirect(target)
    form = Email(email=current_user.email) if current_user.is_authenticated else Email()
    if passkeys_here():
        # Browsers then offer a passkey among the addresses they know.
        form.email.render_kw = {**AN_ADDRESS, "autocomplete": "username webauthn"}
    if form.submitted():
        try:
            service.request_code(form.email.data, now(), str(get_locale() or "en"))
        except Refused as refused:
            form.email.errors = [text_of(refused)]
        else:
            session[PENDING] = {"email": form.email.data, "next": target}
            return redirect(url_for("accounts.code"))
    return _show("accounts/sign_in.html", form, next=target, password=Password())


@accounts.route("/sign-in/code", methods=["GET", "POST"])
@limiter.limit(CROWD, methods=["POST"])
@limiter.limit(GUESSES, key_func=typed_address, methods=["POST"])
def code() -> Any:
    """Take the six digits, in the tab that asked for them."""
    pending = session.get(PENDING)
    if not pending:
        return redirect(url_for("accounts.sign_in", next=safe_next(request.args.get("next"))))
    form = Code()
    if form.submitted():
        try:
            entered = service.confirm_code(
                pending["email"],
                form.code.data,
                request.user_agent.string,
                device_id(),
                now(),
                locale=str(get_locale() or "en"),
                text_hash=terms_hash(),
            )
        except Refused as refused:
            form.code.errors = [text_of(refused)]
        else:
            if passkeys_here() and passkeys.offer(entered.person_id, now()):
                flash(url_for("passkeys.index", next=safe_next(pending.get("next"))), "passkey")
            return _let_in(entered, pending.get("next"), factors.CODE)
    return _show("accounts/code.html", form, email=pending["email"], next=safe_next(pending.get("next")))


@accounts.route("/sign-in/password", methods=["GET", "POST"])
@limiter.limit(FLOOD, methods=["POST"])
@limiter.limit(GUESSES, key_func=typed_address, methods=["POST"])
def password() -> Any:
    """Sign in by password, for those who have set one."""
    form, target = Password(), safe_next(request.values.get("next"))
    if form.submitted():
        try:
            entered = service.enter_by_password(
                form.email.data, form.password.data, request.user_agent.string, device_id(), now()
            )
        except Refused as refused:
            form.password.errors = [text_of(refused)]
        else:
            return _let_in(entered, target, factors.PASSWORD)
    return _show("accounts/password.html", form, next=target)


@accounts.route("/sign-in/recovery", methods=["GET", "POST"])
@limiter.limit(FLOOD, methods=["POST"])
@limiter.limit(GUESSES, key_func=typed_address, methods=["POST"])
def recover() -> Any:
    """Sign in by a recovery code, when the mailbox is out of reach."""
    form, target = Recovery(), safe_next(request.values.get("next"))
    if form.submitted():
        try:
            entered = service.enter_by_recovery_code(
                form.email.data, form.code.data, request.user_agent.string, device_id(), now()
            )
        except Refused as refused:
            form.code.errors = [text_of(refused)]
        else:
            return _let_in(entered, target, factors.RECOVERY)
    return _show("accounts/recovery.html", form, next=target)


@accounts.get("/sign-in/fresh")
def fresh_now() -> Any:
    """Say that the sign-in is fresh now: the page to go on with stands open elsewhere."""
    return render_template("accounts/fresh_now.html")


@accounts.get("/sign-in/second")
def second_proof() -> Any:
    """Say that a team's pages want a second proof, and how to show or make one."""
    target = safe_next(request.args.get("next"))
    if not factors.is_wanting():
        return redirect(target)
    me = queries.person(db.session(), current_user.id)
    has_passkey = passkey_queries.how_many(db.session(), current_user.id) > 0
    answer = current_app.make_response(factors.page(bool(me and me.has_password), has_passkey, target))
    answer.headers["Cache-Control"] = "no-store"
    return answer


@accounts.post("/sign-out")
def sign_out() -> Any:
    """End this browser's session."""
    person_id = current_user.id
    with transaction() as db_session:
        login.revoke(db_session, current_user.session_id, current_user.id, now())
    login.leave()
    flash(gettext("You are signed out."), "ok")
    log.info("signed out", person=person_id)
    answer = redirect("/")
    # Votes that wait for the net and drawings that wait to be saved are this person's: the next one has none of them.
    answer.headers["Clear-Site-Data"] = '"storage"'
    return answer


@accounts.post("/language")
def set_language() -> Any:
    """Choose the language: kept on the account, or in this browser."""
    chosen = request.form.get("language", "")
    if chosen in LANGUAGES:
        session["language"] = chosen
        if current_user.is_authenticated:
            profile.set_language(current_user.id, chosen)
    return redirect(safe_next(request.form.get("next")))


def enter_browser(entered: service.Entered, target: str | None, way: str = "") -> Any:
    """Put the session into this browser, let the other rooms know, and go where the person was going.

    The session that this browser had before, as where one signs in again, ends with it. `way` is the proof that
    was shown; one of the last hour by the same person counts beside it.
    """
    session.pop(PENDING, None)
    factors.shown(way, is_fresh() and current_user.id == entered.person_id)
    if current_user.is_authenticated:
        with transaction() as db_session:
            login.revoke(db_session, current_user.session_id, current_user.id, now())
    login.enter(entered.token)
    return redirect(by_way_of(signed_in(entered.person_id, device_id(), now()), target))


def _let_in(entered: service.Entered, target: str | None, way: str) -> Any:
    if entered.is_new:
        flash(gettext("Welcome! Your account is made. You are signed in."), "ok")
    else:
        flash(gettext("You are signed in."), "ok")
    return enter_browser(entered, target, way)


def _show(template: str, form: Any, **values: Any) -> Any:
    page = current_app.make_response(render_template(template, form=form, **values))
    page.headers["Cache-Control"] = "no-store"
    if any(field.errors for field in form):
        page.status_code = 422
    return page
