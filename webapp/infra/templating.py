"""What every template can use: assets by content hash, filters, and the form-shown-again helper."""

import hashlib
from collections.abc import Callable, MutableMapping
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask, Response, current_app, make_response, render_template, request
from flask.templating import Environment
from flask_babel import get_locale, gettext
from jinja2 import StrictUndefined

from webapp.infra import i18n, markdown
from webapp.kernel.now import now

HASHED = 12  # hex digits of the content hash that stand in an asset's address


class Templates(Environment):
    """Templates that have no globals of their own: the environment's are theirs, without a map of maps between them.

    Such a map is asked in Python, name by name, at each import of a macro: a page has twenty of these.
    """

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """Return the globals of one template, in which `d` comes first."""
        return super().make_globals(d) if d else self.globals


def init_app(app: Flask, unread: Callable[[], int]) -> None:
    """Make templates strict and give them their vocabulary; `unread()` counts the reader's notices."""
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(
        markdown=markdown.render,
        plain=markdown.plain,
        when=i18n.when,
        day=i18n.day,
        money=i18n.money,
        number=i18n.number,
        named=named,
    )
    app.jinja_env.globals.update(asset=asset, picture_url=picture_url, languages=i18n.LANGUAGES, unread_notices=unread)

    @app.context_processor
    def _vocabulary() -> dict[str, Any]:
        return {"locale_code": str(get_locale() or "en"), "now": now()}


def named(name: str) -> str:
    """Return what a thing is called: a name of ours in the reader's language, a team's own as it was typed.

    Templates must not give such a name to `_`, which takes what it is given for a text of ours: markup, with blanks.
    """
    return str(gettext(name)) if name else ""


def asset(path: str) -> str:
    """Return the URL of a static file, cached for ever and never stale.

    All files stand below one hash of them all, so that a module's relative imports and a style
    sheet's fonts are as fresh, and cached as long, as the page that named them.
    """
    return f"{_assets(current_app.root_path)}/{path}"


@cache
def _assets(root: str) -> str:
    return f"/static/{release(Path(root, 'static'))}"


@cache
def release(root: Path) -> str:
    """Return the hash of every file below `root`, by name and content; read once a process."""
    digest = hashlib.sha256()
    for file in sorted(each for each in root.rglob("*") if each.is_file()):
        content = file.read_bytes()
        digest.update(f"{file.relative_to(root).as_posix()}\n{len(content)}\n".encode() + content)
    return digest.hexdigest()[:HASHED]


def picture_url(key: str) -> str:
    """Return where a browser gets a rendition or a share card; its name never changes, so it is cached for ever."""
    return f"{current_app.config['SETTINGS'].media_url}/{key}"


def show_again(endpoint: str, **values: Any) -> Response:
    """Show the page of `endpoint` again, with a bound form among `values`, as 422.

    Pages are named by endpoint, so that a feature need not import the page that holds its form.
    """
    view = current_app.view_functions[endpoint]
    response = make_response(view(**values))
    if response.status_code == 200:
        response.status_code = 422
    return response


def fragment_or_page(fragment: str, page: str, **values: Any) -> str:
    """Render `fragment` for htmx, the whole `page` for everybody else."""
    return render_template(fragment if is_fragment() else page, **values)


def is_fragment() -> bool:
    """Return whether htmx asked for a part of a page."""
    return request.headers.get("HX-Request") == "true" and request.headers.get("HX-Boosted") != "true"
