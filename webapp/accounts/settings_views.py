"""What people see and change of their own account."""

from typing import Any

from flask import current_app, flash, redirect, render_template, request, session, url_for
from flask_babel import get_locale, gettext
from flask_login import current_user

from webapp.accounts import login, names, profile, queries, teams, tokens
from webapp.accounts.blueprints import accounts
from webapp.accounts.forms import Code, Name, NewEmail, NewPassword, Place, Token
from webapp.accounts.guards import require_fresh
from webapp.accounts.returning import safe_next
from webapp.infra.db import db
from webapp.infra.errors import text_of
from webapp.infra.limits import limiter
from webapp.kernel.now import now
from webapp.kernel.refusal import NotFound, Refused

NEW_EMAIL = "new_email"
A_FEW = "10 per hour"


@accounts.get("/settings")
def settings(**forms: Any) -> Any:
    """Show everything there is to set; `forms` holds one that was refused."""
    me = queries.person(db.session(), current_user.id)
    assert me is not None
    values = {
        "me": me,
        "sessions": queries.open_sessions(db.session(), me.id, now() - login.longest(current_user)),
        "codes_left": queries.recovery_codes_left(db.session(), me.id),
        "fresh": current_user.fresh_until > now(),
        "name_form": Name(formdata=None, display_name=me.display_name),
        "place_form": Place(formdata=None, obj=me),
        "email_form": NewEmail(formdata=None),
        "password_form": NewPassword(formdata=None),
        **forms,
    }
    return _private(render_template("accounts/settings.html", **values), 422 if forms else 200)


@accounts.post("/settings/name")
def change_name() -> Any:
    """Set the name others see."""
    form = Name()
    if not form.submitted():
        return settings(name_form=form)
    try:
        name = profile.change_name(current_user.id, form.display_name.data)
    except Refused as refused:
        form.display_name.errors = [text_of(refused)]
        return settings(name_form=form)
    if current_user.minor and names.reads_like_full_name(name):
        flash(gettext("That reads like your full name, and everybody sees it. A nickname keeps you safer."), "info")
    return _saved("name")


@accounts.post("/settings/place")
def change_place() -> Any:
    """Set language, time zone, country and the mail at sign-ins."""
    form = Place()
    if not form.submitted():
        return settings(place_form=form)
    profile.change_place(
        current_user.id, form.locale.data, form.timezone.data, form.country.data, form.tell_sign_ins.data
    )
    session["language"] = form.locale.data
    return _saved("place")


@accounts.post("/settings/email")
@limiter.limit(A_FEW)
def change_email() -> Any:
    """Mail a code to the new address."""
    require_fresh()
    form = NewEmail()
    if not form.submitted():
        return settings(email_form=form)
    try:
        address = profile.request_email_change(current_user.id, form.email.data, str(get_locale() or "en"), now())
    except Refused as refused:
        form.email.errors = [text_of(refused)]
        return settings(email_form=form)
    session[NEW_EMAIL] = address
    return redirect(url_for("accounts.confirm_email"))


@accounts.route("/settings/email/code", methods=["GET", "POST"])
@limiter.limit("30 per hour", methods=["POST"])
def confirm_email() -> Any:
    """Take the code that went to the new address."""
    address = session.get(NEW_EMAIL)
    if not address:
        return redirect(url_for("accounts.settings"))
    form = Code()
    if form.submitted():
        try:
            profile.confirm_email_change(current_user.id, address, form.code.data, current_user.session_id, now())
        except Refused as refused:
            form.code.errors = [text_of(refused)]
        else:
            session.pop(NEW_EMAIL)
            flash(gettext("Your new address is confirmed. Other browsers are signed out."), "ok")
            return redirect(url_for("accounts.settings"))
    page = render_template("accounts/confirm_email.html", form=form, email=address)
    return _private(page, 422 if form.code.errors else 200)


@accounts.post("/settings/password")
@limiter.limit(A_FEW)
def set_password() -> Any:
    """Set or take away the password."""
    require_fresh()
    if request.form.get("remove"):
        profile.set_password(current_user.id, None, current_user.session_id, now())
        flash(gettext("Your password is gone. You sign in by a code."), "ok")
        return redirect(url_for("accounts.settings") + "#password")
    form = NewPassword()
    if not form.submitted():
        return settings(password_form=form)
    try:
        profile.set_password(current_user.id, form.password.data, current_user.session_id, now())
    except Refused as refused:
        form.password.errors = [text_of(refused)]
        return settings(password_form=form)
    flash(gettext("Your password is set. Other browsers are signed out."), "ok")
    return redirect(url_for("accounts.settings") + "#password")


@accounts.post("/settings/recovery-codes")
@limiter.limit(A_FEW)
def recovery_codes() -> Any:
    """Make ten fresh codes and show them this once."""
    require_fresh()
    return _private(render_template("accounts/recovery_codes.html", codes=profile.new_recovery_codes(current_user.id)))


@accounts.post("/settings/sessions/<int:session_id>/revoke")
def revoke_session(session_id: int) -> Any:
    """Sign one browser out."""
    profile.revoke_session(current_user.id, session_id, now())
    flash(gettext("That browser is signed out."), "ok")
    return redirect(url_for("accounts.settings") + "#sessions")


@accounts.post("/settings/sessions/revoke")
def revoke_sessions() -> Any:
    """Sign every other browser out."""
    profile.revoke_other_sessions(current_user.id, current_user.session_id, now())
    flash(gettext("Every other browser is signed out."), "ok")
    return redirect(url_for("accounts.settings") + "#sessions")


@accounts.route("/settings/tokens", methods=["GET", "POST"], endpoint="tokens")
@limiter.limit(A_FEW, methods=["POST"])
def tokens_page() -> Any:
    """List the tokens for the API; make one and show it this once."""
    form, made = Token(), None
    if request.method == "POST":
        require_fresh()
    if form.submitted():
        try:
            made = tokens.create(current_user.id, form.name.data, form.scopes.data, now())
            form = Token(formdata=None)
        except Refused as refused:
            form.name.errors = [text_of(refused)]
    kept = queries.tokens(db.session(), current_user.id)
    page = render_template("accounts/tokens.html", form=form, made=made, tokens=kept)
    return _private(page, 422 if form.errors else 200)


@accounts.post("/settings/tokens/<int:token_id>/revoke")
def revoke_token(token_id: int) -> Any:
    """Revoke one token."""
    tokens.revoke(current_user.id, token_id, now())
    flash(gettext("The token no longer works."), "ok")
    return redirect(url_for("accounts.tokens"))


@accounts.post("/a/<artist_slug>/follow")
def follow(artist_slug: str) -> Any:
    """Follow an artist; a ticked box asks for news by mail as well."""
    artist = queries.artist_by_slug(db.session(), artist_slug)
    if artist is None:
        raise NotFound()
    teams.follow(artist.id, current_user.id, bool(request.form.get("newsletter")), now())
    flash(gettext("You follow %(artist)s now.", artist=artist.name), "ok")
    return redirect(safe_next(request.form.get("next") or url_for("pages.artist", artist_slug=artist.slug)))


@accounts.post("/a/<artist_slug>/unfollow")
def unfollow(artist_slug: str) -> Any:
    """Stop following an artist."""
    artist = queries.artist_by_slug(db.session(), artist_slug)
    if artist is None:
        raise NotFound()
    teams.unfollow(artist.id, current_user.id, now())
    flash(gettext("You no longer follow %(artist)s.", artist=artist.name), "ok")
    return redirect(safe_next(request.form.get("next") or url_for("pages.artist", artist_slug=artist.slug)))


def _saved(anchor: str) -> Any:
    flash(gettext("Saved."), "ok")
    return redirect(url_for("accounts.settings") + f"#{anchor}")


def _private(page: str, status: int = 200) -> Any:
    response = current_app.make_response((page, status))
    response.headers["Cache-Control"] = "no-store"
    return response
