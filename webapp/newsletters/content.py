"""From a letter to the words of a mail: what its templates show, and how large it gets."""

import re
from dataclasses import dataclass
from email.utils import parseaddr
from typing import Any
from urllib.parse import urlsplit

from flask import current_app, g
from markupsafe import Markup
from sqlalchemy.orm import Session

from webapp.accounts import queries as accounts
from webapp.infra import markdown
from webapp.infra.db import db
from webapp.infra.mail.rendering import parts
from webapp.infra.settings import Settings
from webapp.newsletters import queries, shelf, tokens
from webapp.newsletters.queries import LetterRow

LARGEST = 30 * 1024  # bytes of HTML; some mail programs cut a message off at about three times that
KIND = "letter"
OWN = re.compile(r'<a href="(/[^/"][^"]*|/)"')  # in a text, a "<" is escaped
UNSUBSCRIBE = "/newsletter/out/"


@dataclass(frozen=True)
class Words:
    """What the templates of a letter show; `button_url` is '' when it has none."""

    artist: str
    artist_path: str
    subject: str
    preheader: str
    body: Markup
    text: str
    picture: shelf.Picture | None
    button_text: str
    button_url: str


EXAMPLE = 0  # stands for a letter in the gallery of mails


def words_of(letter_id: int) -> Words:
    """Return the words of a letter as it stands now; raises LookupError when there is none."""
    if letter_id == EXAMPLE:
        return _example()
    read: dict[int, Words] = g.setdefault("letter_words", {})  # subject, text and HTML of one mail are asked for apart
    if letter_id not in read:
        row = queries.letter(db.session(), letter_id)
        if row is None:
            raise LookupError(f"no letter {letter_id}")
        read[letter_id] = words(db.session(), row)
    return read[letter_id]


def _example() -> Words:
    text = "The shirt is printed, **thirty** of you drew for it, and we wear it on stage.\n\nSee you at the harbour!"
    body = markdown.render(text)
    return Words(
        "The Tide", "/a/the-tide", "It is here", "And it is blue.", body, text, None, "See the shirt",
        f"{base_url()}/drops/club-tee",
    )  # fmt: skip


def words(session: Session, row: LetterRow) -> Words:
    """Return the words of a letter."""
    artist = accounts.artist(session, row.artist_id)
    assert artist is not None
    base = _settings().base_url
    path = f"{row.button_path}?letter={row.id}" if row.button_path else ""
    return Words(
        artist=artist.name,
        artist_path=f"/a/{artist.slug}",
        subject=row.subject,
        preheader=row.preheader,
        body=Markup(OWN.sub(rf'<a href="{base}\1"', str(markdown.render(row.body_md)))),  # cleaned by an allow-list
        text=row.body_md,
        picture=shelf.picture(session, row.picture),
        button_text=row.button_text,
        button_url=f"{base}{path}" if path else "",
    )


def params(row: LetterRow, slug: str, subscription_id: int, *, trial: bool = False) -> dict[str, Any]:
    """Return what is kept with a mail of a letter: which one, and the way out of it."""
    token = tokens.way_out(subscription_id, row.id)
    mailbox = _settings().list_mailbox
    found: dict[str, Any] = {"letter": row.id, "list_id": _id(slug)}
    found["unsubscribe_url"] = f"{base_url()}{UNSUBSCRIBE}{token}"
    if mailbox:
        found["unsubscribe_mail"] = f"mailto:{mailbox}?subject={token}"
    return {**found, "trial": trial}


def rendered(row: LetterRow, slug: str) -> tuple[str, str, str]:
    """Return (subject, text, HTML) of a letter as it would go now; its way out leads nobody out."""
    return parts(KIND, params(row, slug, tokens.NOBODY), row.locale)


def base_url() -> str:
    """Return the public address of the site."""
    return _settings().base_url


def size(html: str) -> int:
    """Return how large a letter's HTML is, in bytes."""
    return len(html.encode())


def _id(slug: str) -> str:
    """Return what names the list (RFC 2919): the artist's, in the domain of the site."""
    host = urlsplit(_settings().base_url).hostname or parseaddr(_settings().mail_from)[1].rpartition("@")[2]
    return f"{slug}.newsletter.{host}"


def _settings() -> Settings:
    found: Settings = current_app.config["SETTINGS"]
    return found
