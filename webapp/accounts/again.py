"""The answer where a sign-in is too old: show that it is you, then go on with what you had typed."""

from typing import Any
from urllib.parse import urlsplit

from flask import Flask, current_app, redirect, render_template, request, url_for
from flask_babel import gettext

from webapp.accounts import factors
from webapp.accounts.guards import StaleSignIn, is_fresh
from webapp.accounts.returning import safe_next
from webapp.infra import errors

UNTOLD = {"csrf_token", "password"}  # what is not written into a page


def init_app(app: Flask) -> None:
    """Answer StaleSignIn, and give pages `is_fresh()` and the way to a fresh sign-in."""
    app.register_error_handler(StaleSignIn, _answer)
    factors.init_app(app)
    app.add_template_global(is_fresh)
    app.add_template_global(sign_in_again)


def sign_in_again(target: str | None = None) -> str:
    """Return the address of the page that asks once more; it leads back to `target`, or to this page."""
    return url_for("accounts.sign_in", again=1, next=target or safe_next(request.full_path.rstrip("?")))


def _answer(refused: StaleSignIn) -> Any:
    text = gettext(refused.message)
    if errors.is_api() or errors.wants_json() or request.headers.get("HX-Request") == "true":
        return errors.answer(refused.status, refused.code, text, next=sign_in_again(_came_from()))
    if request.method in ("GET", "HEAD"):
        # A file: its page is what one comes back to.
        return redirect(sign_in_again(_came_from()))
    fields = [(name, value) for name, value in request.form.items(multi=True) if name not in UNTOLD]
    action = request.full_path.rstrip("?")
    page = render_template("accounts/again.html", text=text, fields=fields, action=action, back=_came_from())
    answer = current_app.make_response((page, refused.status))
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _came_from() -> str:
    parts = urlsplit(request.referrer or "")
    if parts.netloc != request.host:
        return url_for("accounts.settings")
    return safe_next(parts.path + (f"?{parts.query}" if parts.query else ""))
