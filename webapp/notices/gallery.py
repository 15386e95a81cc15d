"""Every kind of mail with an example in it, for those who write or translate mails."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from webapp.infra.mail.rendering import parts
from webapp.notices import kinds, letters, unsubscribing, values

PARAM = re.compile(r"%\((\w+)\)s")
SOON = datetime(2026, 11, 22, 18, 0, tzinfo=UTC)
WORDS: dict[str, Any] = {
    "artist": "The Tide",
    "contest": "Low tide tour tee",
    "title": "Sea wolf",
    "winner": "Sea wolf",
    "name": "Fox 7",
    "number": "T-1042",
    "question": "Will there be a hoodie as well?",
    "words": "Longer sleeves, please",
    "word": "Your line is the strongest I have seen this year.",
    "reason": "The printer is ill.",
    "price": values.money(2990, "EUR"),
}
DATES = {"closes", "until", "decide_by", "opens", "by", "at", "day", "when", "lock_at", "locks"}


def every() -> list[str]:
    """Return the name of each example: a kind of mail, or 'notice:' and a kind of notice."""
    plain = [name for name in letters.LETTERS if name != letters.NOTICE]
    return plain + [f"{letters.NOTICE}:{kind.name}" for kind in kinds.every()]


def example(name: str, locale: str) -> tuple[str, str, str]:
    """Return (subject, text, HTML) of an example; raises KeyError for a name that `every` doesn't list."""
    kind, params = _sample(name)
    return parts(kind, params, locale)


def _sample(name: str) -> tuple[str, dict[str, Any]]:
    mail, _, notice = name.partition(":")
    out = unsubscribing.url(0, mail)  # nobody's
    if notice:
        kind = kinds.get(notice)
        way = "" if kind.transactional else out
        return mail, {"kind": kind.family, "params": _params(kind), "unsubscribe_url": way}
    if mail == letters.DIGEST:
        shown = [kind for kind in kinds.choices() if not kind.transactional][:5]
        items = [{"kind": kind.name, "params": _params(kind)} for kind in shown]
        return mail, {"items": items, "count": 12, "path": "/inbox", "unsubscribe_url": out}
    return mail, letters.LETTERS[mail].sample


def _params(kind: kinds.Kind) -> dict[str, Any]:
    """Return something for each blank in a kind's texts."""
    filled = {blank: _filling(blank) for blank in _blanks(kind)}
    return {**filled, "path": "/inbox", kinds.VARIANT: kind.name}


def _blanks(kind: kinds.Kind) -> Iterator[str]:
    for text in (kind.subject, kind.line, kind.button):
        yield from PARAM.findall(text)


def _filling(blank: str) -> Any:
    if blank in DATES:
        return values.at(SOON, "Europe/Helsinki")
    return WORDS.get(blank, blank.replace("_", " "))
