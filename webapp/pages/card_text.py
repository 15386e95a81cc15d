"""Cards as text, kept in the process: a card is written once for all readers, not once for each.

The key holds everything a card's text depends on. What differs by reader, the token in the form of its
vote, is put in afterwards.
"""

from typing import Any

from flask import render_template
from flask_babel import get_locale
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup

from contests.submissions.queries import CardRow
from contests.ways import HEARTS, RANK

MOST = 5000  # texts of some 3 KB each
TOKEN = "\x00token\x00"
WITH_FORM = (HEARTS, RANK)
_kept: dict[tuple[Any, ...], str] = {}


def card_text(design: CardRow, slug: str, way: str, said: int | None, first: bool, eager: bool) -> Markup:
    """Return a card of the gallery of a contest.

    `way` is the kind of ballot, '' when there is no vote now, 'own' for the reader's own design. `said` is what
    the reader's ballot says of the design: 1 for a heart, its stars, its place on the list; None for nothing.
    `first` and `eager` say how soon its picture is wanted.
    """
    key = (str(get_locale()), slug, way, said, first, eager, *_content(design))
    text = _kept.get(key)
    token = generate_csrf() if way in WITH_FORM else ""
    if text is None:
        text = render_template(
            "pages/card.html", design=design, slug=slug, way=way, said=said, first=first, eager=eager
        )
        if len(_kept) >= MOST:
            _kept.clear()
        text = text.replace(token, TOKEN) if token else text
        _kept[key] = text
    return Markup(text.replace(TOKEN, token) if token else text)  # escaped by the template


def _content(design: CardRow) -> tuple[Any, ...]:
    sizes = tuple((each["w"], each["h"], each["avif"], each["jpeg"]) for each in design.renditions)
    return design.code, design.title, design.alt, design.author_name, design.placeholder, sizes
