"""The local mailbox of an embedded installation, read in the browser."""

import email
import email.policy
import re
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from flask import Response, current_app, render_template, request
from markupsafe import Markup, escape

from webapp.accounts.blueprints import mailbox
from webapp.infra.carriers import mailbox_folder
from webapp.kernel.refusal import NotFound

SHOWN = 100
NAME = re.compile(r"[0-9T]{15}-[0-9a-f-]{36}")
# The page of a mail runs nothing and loads nothing; its links may be followed.
SANDBOX = "sandbox allow-top-navigation allow-popups allow-popups-to-escape-sandbox; default-src 'none'; "
SANDBOX += "style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"


@dataclass(frozen=True)
class Letter:
    """One message of the mailbox, for a list."""

    name: str
    to: str
    subject: str
    at: datetime | None


@mailbox.get("/dev/mail")
def index() -> Any:
    """List the latest messages; `to` narrows to one address."""
    wanted = request.args.get("to", "").strip().lower()
    letters = [_letter(path) for path in _paths()]
    shown = [letter for letter in letters if wanted in letter.to.lower()][:SHOWN]
    return _unkept(
        render_template("accounts/mailbox.html", letters=shown, wanted=wanted, base_url=_settings().base_url)
    )


@mailbox.get("/dev/mail/<name>")
def show(name: str) -> Any:
    """Show one message as text, its links alive."""
    path = _path(name)
    message = _read(path)
    text = _part(message, "plain")
    html = bool(_part(message, "html"))
    return _unkept(render_template("accounts/letter.html", letter=_letter(path), text=_linked(text), html=html))


@mailbox.get("/dev/mail/<name>/html")
def html(name: str) -> Any:
    """Show the HTML part as a page of its own, in a sandbox."""
    response = Response(_part(_read(_path(name)), "html"), mimetype="text/html")
    response.headers["Content-Security-Policy"] = SANDBOX
    response.headers["Cache-Control"] = "no-store"
    return response


def _settings() -> Any:
    return current_app.config["SETTINGS"]


def _folder() -> Path:
    settings = _settings()
    if settings.env != "embedded":
        raise NotFound()
    return mailbox_folder(settings)


def _paths() -> list[Path]:
    return sorted(_folder().glob("*.eml"), reverse=True)[: SHOWN * 5]


def _path(name: str) -> Path:
    path = _folder() / f"{name}.eml"
    if not NAME.fullmatch(name) or not path.is_file():
        raise NotFound()
    return path


def _read(path: Path) -> EmailMessage:
    return email.message_from_bytes(path.read_bytes(), policy=email.policy.default)


def _letter(path: Path) -> Letter:
    message = _read(path)
    date = message["Date"]
    return Letter(path.stem, str(message["To"]), str(message["Subject"]), date.datetime if date else None)


def _part(message: EmailMessage, kind: str) -> str:
    part = message.get_body(preferencelist=(kind,))
    return str(part.get_content()) if part else ""


def _linked(text: str) -> Markup:
    """Return text with its addresses as links; all else is escaped."""
    parts = re.split(r"(https?://[^\s<>\"]+)", text)
    links = (Markup('<a href="{0}">{0}</a>').format(p) if i % 2 else escape(p) for i, p in enumerate(parts))
    return Markup("").join(links)


def _unkept(page: str) -> Any:
    response = current_app.make_response(page)
    response.headers["Cache-Control"] = "no-store"
    return response
