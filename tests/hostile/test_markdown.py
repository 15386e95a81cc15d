"""Markdown of all these texts: only allowed elements, and every letter that is no mark of Markdown is still there."""

from __future__ import annotations

from html import unescape

from tests.hostile import sample, skeleton
from webapp.infra.markdown import plain, render

MARKS = frozenset("[](){}<>&\\`\x00")
"""What may begin a link, an entity, code, or a sign that typography replaces."""


def test_no_text_becomes_more_than_a_few_elements() -> None:
    faults, rendered = [], 0
    for text in sample.every():
        page = str(render(text))
        found = skeleton.of(f'<div class="prose">{page}</div>')
        faults += [f"{text!r}: {fault}" for fault in found.faults]
        faults += [f"{text!r} ends the box" for part in found.parts if not part.startswith("div ")]
        if not MARKS & set(text):
            rendered += 1
            faults += [f"{text!r} became {page!r}"] if _letters(text) not in _letters("".join(found.prose)) else []
    assert not faults, "\n".join(faults[:50])
    assert rendered > 400


def test_plain_words_are_no_markup_and_keep_what_markup_would_need_escaped() -> None:
    assert plain('Tom & Jerry <3 "x" **<b>**') == "Tom & Jerry <3 “x” <b>"
    for text in sample.every():
        words = plain(text, 10_000)
        assert words == unescape(words) or "&" in text, repr(text)


def _letters(text: str) -> str:
    return "".join(letter for letter in text if letter.isalnum())
