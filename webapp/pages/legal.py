"""Privacy, terms, imprint: the operator's own texts, or the defaults; and the files that robots ask for."""

from functools import partial
from pathlib import Path

from flask import Response, current_app, jsonify, make_response, redirect, render_template, url_for

from webapp.infra import markdown, readings
from webapp.infra.i18n import choose_locale
from webapp.infra.settings import Settings
from webapp.infra.templating import asset
from webapp.infra.whole import same_for_strangers
from webapp.pages.blueprint import blueprint

PRIVATE = ("/mine", "/inbox", "/settings", "/team/", "/operator", "/designs/", "/preorders/", "/report/", "/api/")


@blueprint.get("/privacy")
@same_for_strangers
def privacy() -> str:
    """Show what is kept of people, and why."""
    return _page("privacy")


@blueprint.get("/terms")
@same_for_strangers
def terms() -> str:
    """Show the rules of the house."""
    return _page("terms")


@blueprint.get("/imprint")
@same_for_strangers
def imprint() -> str:
    """Show who runs this, and where help is."""
    return _page("imprint")


@blueprint.get("/robots.txt")
def robots() -> Response:
    """Ask robots to stay out of what is somebody's own."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in PRIVATE), ""]
    return make_response("\n".join(lines), {"Content-Type": "text/plain; charset=utf-8"})


@blueprint.get("/favicon.ico")
def favicon() -> Response:
    """Lead browsers that ask for the old name to the icon."""
    return make_response(redirect(asset("favicon.svg"), 301))


@blueprint.get("/manifest.webmanifest")
def manifest() -> Response:
    """Name the site for phones that keep it on their home screen."""
    response = jsonify(
        name="Fanmade",
        short_name="Fanmade",
        start_url=url_for("pages.home"),
        display="browser",
        background_color="#FFFAF2",
        theme_color="#FFFAF2",
        icons=[{"src": asset("favicon.svg"), "sizes": "any", "type": "image/svg+xml"}],
    )
    response.mimetype = "application/manifest+json"
    return response


def _page(name: str) -> str:
    text, who, contact = readings.also(partial(_said, name, choose_locale()))
    if text is not None:
        return render_template("legal/own.html", name=name, words=markdown.render(text))
    return render_template(f"legal/{name}.html", operator_name=who, operator_contact=contact)


def _said(name: str, language: str) -> tuple[str | None, str, str]:
    """Return the operator's text (`privacy.fi.md` for Finnish, else `privacy.md`, else None), name and contact."""
    settings: Settings = current_app.config["SETTINGS"]
    who = settings.operator_name, settings.operator_contact
    for file in (f"{name}.{language}.md", f"{name}.md") if settings.legal_dir else ():
        if (found := Path(settings.legal_dir or "", file)).is_file():
            return found.read_text(encoding="utf-8"), *who
    return None, *who
