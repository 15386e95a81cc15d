"""Cards as text, kept in the process: a card is written once for all readers, not once for each.

The key holds everything a card's text depends on. What differs by reader, the token in the form of its vote, stands in
the text as TOKEN and is put in when the whole page is joined (`webapp.pages.frames`). What differs by place, how soon
its picture is wanted, is put into a copy: else a new process would write each card three times.
"""

from collections.abc import Sequence
from typing import Any

from flask import render_template
from flask_babel import get_locale

from contests.submissions.queries import CardRow
from voting.hands import Hand
from webapp.infra.db import db
from webapp.pages import queries
from webapp.pages.frames import TOKEN, without_token
from webapp.pages.rows import Face

Parts = tuple[bytes, ...]  # what stands before, between and after the tokens of a text, and TOKEN_HERE in their places
TOKEN_HERE = TOKEN.encode()
MOST = 5000  # texts of some 3 KB each
EAGER = 4  # pictures of a page's first cards are wanted at once
LATER, FIRST = ' loading="lazy"', ' fetchpriority="high"'  # as macros/pictures.html writes them
_kept: dict[tuple[Any, ...], str] = {}
_parts: dict[tuple[Any, ...], tuple[queries.FaceRow, Parts]] = {}  # of the same, and what the database said then


def card_texts(faces: Sequence[Face], slug: str, held: Hand | None, reader_id: int | None, part: bool) -> str:
    """Return the cards of a contest's gallery, one after the other.

    `held` is the reader's ballot, None when there is no vote now. `part` is True where cards come after others.
    What is not kept yet is read in one statement; a design that is hidden meanwhile is left out.
    """
    known = str(get_locale()), slug
    keys = [_key(face, known, held, reader_id) for face in faces]
    texts = [_kept.get(key) for key in keys]
    missing = [key[0] for key, text in zip(keys, texts, strict=True) if text is None]
    if missing:
        cards = queries.cards(db.session(), missing)
        texts = [text or _written(key, cards.get(key[0])) for key, text in zip(keys, texts, strict=True)]
    return "".join(text if part else _at(place, text) for place, text in enumerate(texts) if text)


def _at(place: int, text: str) -> str:
    """Return a card as it stands at a place of a page; in what people wrote, quotation marks are escaped."""
    return text if place >= EAGER else text.replace(LATER, "" if place else FIRST, 1)


def plain_cards(rows: Sequence[queries.FaceRow], slug: str, language: str, way: str) -> list[bytes] | None:
    """Return the cards of `rows` for whoever has given none of them a vote, in parts, as the top of a page.

    way: how one votes, '' when there is no vote now. None when a card has not been written yet.
    """
    found: list[bytes] = []
    for place, row in enumerate(rows):
        parts = _plain(row, slug, language, way, min(place, EAGER))
        if parts is None:
            return None
        found += parts
    return found


def parts_of(text: bytes) -> Parts:
    """Return a text in parts: joined, with a reader's token in the place of each TOKEN_HERE, they are theirs."""
    first, *others = text.split(TOKEN_HERE)
    return (first, *(part for other in others for part in (TOKEN_HERE, other)))


def _plain(row: queries.FaceRow, slug: str, language: str, way: str, place: int) -> Parts | None:
    key = (row[0], slug, language, way, place)
    kept = _parts.get(key)
    if kept is not None and kept[0] == row:
        return kept[1]
    face = queries.face_of(row)
    text = _kept.get((face.id, language, slug, way, None, face.words, face.picture))
    if text is None:
        return None
    if len(_parts) >= MOST:
        _parts.clear()
    _parts[key] = row, parts_of(_at(place, text).encode())
    return _parts[key][1]


def _key(face: Face, known: tuple[str, str], held: Hand | None, reader_id: int | None) -> tuple[Any, ...]:
    way = "" if held is None else "own" if face.author_id == reader_id else held.way
    said = held.values.get(face.id) if held is not None else None
    return (face.id, *known, way, said, face.words, face.picture)


def _written(key: tuple[Any, ...], card: CardRow | None) -> str:
    if card is None:
        return ""
    slug, way, said = key[2:5]
    text = without_token(render_template("pages/card.html", design=card, slug=slug, way=way, said=said))
    if len(_kept) >= MOST:
        _kept.clear()
    _kept[key] = text
    return text
