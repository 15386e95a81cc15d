"""The gallery of mails, in an embedded installation: each kind in each language, as text and as it looks."""

from typing import Any

from flask import Response, current_app, render_template

from webapp.accounts import guards
from webapp.infra.i18n import LANGUAGES
from webapp.kernel.refusal import NotFound
from webapp.notices import gallery, kinds

blueprint = guards.public_blueprint("mail_gallery", __name__)
# The page of a mail runs nothing, loads nothing, and its links lead nowhere from here.
SANDBOX = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; "
SANDBOX += "form-action 'none'; frame-ancestors 'none'"


@blueprint.get("/dev/mails")
def index() -> Any:
    """List every kind of mail by its subject."""
    _embedded()
    rows = [(name, {locale: gallery.example(name, locale)[0] for locale in LANGUAGES}) for name in gallery.every()]
    return render_template("notices/gallery.html", rows=rows)


@blueprint.get("/dev/mails/<locale>/<name>")
def show(locale: str, name: str) -> Any:
    """Show the text part of one, and how large its HTML is."""
    subject, text, html = _example(locale, name)
    size = len(html.encode())
    return render_template("notices/gallery_mail.html", name=name, locale=locale, subject=subject, text=text, size=size)


@blueprint.get("/dev/mails/<locale>/<name>/html")
def html(locale: str, name: str) -> Any:
    """Show the HTML part as a page of its own, in a sandbox."""
    response = Response(_example(locale, name)[2], mimetype="text/html")
    response.headers["Content-Security-Policy"] = SANDBOX
    response.headers["Cache-Control"] = "no-store"
    return response


def _example(locale: str, name: str) -> tuple[str, str, str]:
    _embedded()
    if locale not in LANGUAGES:
        raise NotFound()
    try:
        return gallery.example(name, locale)
    except (KeyError, kinds.UnknownKind):
        raise NotFound() from None


def _embedded() -> None:
    if current_app.config["SETTINGS"].env != "embedded":
        raise NotFound()
