"""Every kind of mail with such words in every blank: nothing but words, no further header, the same text on arrival."""

from __future__ import annotations

import email
import email.policy
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from email.message import EmailMessage
from typing import Any

import pytest
from flask import Flask

from tests.hostile import placing, sample, skeleton
from tests.house.filling import filled
from tests.pages import make
from webapp.infra.db import transaction
from webapp.infra.mail import rendering
from webapp.infra.mail.models import OutgoingMail
from webapp.infra.markdown import TAGS
from webapp.newsletters.models import Letter
from webapp.notices import gallery

pytestmark = [pytest.mark.one_db, pytest.mark.timeout(400)]
BLANKS = frozenset(gallery.WORDS) - {"price"} | {
    "artist",
    "contest",
    "design",
    "nick",
    "sender",
    "reason",
    "browser",
    "system",
    "asked",
}
"""Params that hold somebody's words, or a program's that is not ours."""
ROUNDS = 12 if sample.SOAK else 1


def test_no_mail_takes_words_for_more_than_words(app: Flask) -> None:
    faults, filled_in = [], 0
    for _ in range(ROUNDS):
        hostile = placing.hostile(_)
        for name in _kinds():
            kind, params = gallery._sample(name)
            said: dict[str, str] = {}
            old = _sent(kind, _filled(params, placing.words(), hostile, said, False))
            new = _sent(kind, _filled(params, placing.words(), hostile, said, True))
            filled_in += len(said)
            faults += [f"{name}: {fault}" for fault in _differences(old, new, said)]
    assert not faults, "\n".join(faults)
    assert filled_in > 30


def test_a_letter_of_an_artist_is_as_it_was_written(app: Flask) -> None:
    artist_id = make.artist("band", artist=make.person("Me"))
    harmless, faults = placing.words(), []
    texts = [text for text in map(sample.kept, sample.some(25, seed=3)) if text]
    said = {next(harmless): text for text in texts}
    for word, text in said.items():
        old, new = (_letter(artist_id, each) for each in (word, text))
        one, other = skeleton.of(_html(old)), skeleton.of(_html(new))
        faults += [f"{text!r}: {fault}" for fault in other.faults if " style=" not in fault]
        faults += [f"{text!r}: {each}" for each in _elements(other) - _elements(one) - TAGS]
        assert skeleton.words(str(new["Subject"])) == str(old["Subject"]).replace(word, skeleton.words(text[:150]))
        assert one.texts[word] and other.texts[skeleton.words(text[:150])]
        assert skeleton.words(text[:2000]) in skeleton.words(_text(new))
    assert not faults, "\n".join(faults)


def _kinds() -> list[str]:
    """Every kind with templates of its own, and some of the many that share one."""
    notices = [name for name in gallery.every() if ":" in name]
    others = [name for name in gallery.every() if ":" not in name]
    return others + (notices if sample.SOAK else notices[::4])


def _elements(found: skeleton.Skeleton) -> set[str]:
    return {part.split(" ")[0] for part in found.parts}


def _letter(artist_id: int, text: str) -> EmailMessage:
    with transaction() as session:
        words = {"subject": text[:150], "preheader": text[:150], "body_md": text[:2000], "button_text": text[:60]}
        more = {"state": "draft", "segment": {}, "picture": "", "button_path": "/c/v", "locale": "en"}
        number = filled(session, Letter.__tablename__, artist_id=artist_id, **words, **more)
    return _sent("letter", {"letter": number, "trial": False, "out": "/newsletter/out/x"})


def _filled(value: Any, words: Iterator[str], hostile: Iterator[str], said: dict[str, str], bad: bool) -> Any:
    """Return params with words in their blanks; the same place gets the same word in both turns."""

    def fill() -> str:
        word = next(words)
        said.setdefault(word, next(hostile)[:300].strip() or "x") if word not in said else None
        return said[word] if bad else word

    if isinstance(value, list):
        return [_filled(each, words, hostile, said, bad) for each in value]
    if not isinstance(value, dict):
        return value
    done = {}
    for name, each in value.items():
        is_words = name in BLANKS and isinstance(each, str)
        lines = name in BLANKS and isinstance(each, list)
        done[name] = fill() if is_words else [fill()] if lines else _filled(each, words, hostile, said, bad)
    return done


def _sent(kind: str, params: dict[str, Any]) -> EmailMessage:
    """Return a mail as it arrives."""
    row = OutgoingMail(kind=kind, params=params, address="fan@example.org", locale="en", message_id="<1@example.org>")
    row.created_at = datetime(2027, 3, 1, tzinfo=UTC)
    raw = rendering.render(row).as_bytes()
    return email.message_from_bytes(raw, policy=email.policy.default)  # type: ignore[return-value]


def _differences(old: EmailMessage, new: EmailMessage, said: dict[str, str]) -> Iterator[str]:
    if old.keys() != new.keys():
        yield f"headers {new.keys()}"
    wanted = skeleton.words(_replaced(str(old["Subject"]), said))
    if (found := skeleton.words(str(new["Subject"]))) != wanted:
        yield f"subject {found!r}, not {wanted!r}"
    wanted = skeleton.words(_replaced(_text(old), said))
    if skeleton.words(_text(new)) != wanted:
        yield f"text {skeleton.words(_text(new))!r}, not {wanted!r}"
    one, other = skeleton.of(_html(old)), skeleton.of(_html(new))
    yield from set(other.faults) - set(one.faults)
    yield from (f"parts {each}" for each in (other.parts - one.parts) + (one.parts - other.parts))
    told = Counter(skeleton.words(_replaced(text, said)) for text in one.texts.elements())
    yield from (f"lost {each!r}" for each in told - other.texts)
    yield from (f"new {each!r}" for each in other.texts - told)


def _replaced(text: str, said: dict[str, str]) -> str:
    return placing.MARK.sub(lambda found: said.get(found[0], found[0]), text)


def _text(message: EmailMessage) -> str:
    part = message.get_body(preferencelist=("plain",))
    assert part is not None
    return str(part.get_content())


def _html(message: EmailMessage) -> str:
    part = message.get_body(preferencelist=("html",))
    assert part is not None
    return str(part.get_content())
