"""Every page of the product, once with harmless words in each cell and once with others: it is the same page."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask

from tests.hostile import placing, site, skeleton
from tests.house.crowd import Crowd
from tests.house.test_junk import doors
from tests.pages.make import NOW
from webapp.infra.db import transaction

pytestmark = [pytest.mark.one_db, pytest.mark.timeout(400)]
LEAST_PAGES, LEAST_SEEN = 100, 80
BY_WORDS = re.compile(r"/team/band/questions/\d+$")
"""Pages that show more or less by what the words are: which questions are alike."""


@pytest.fixture
def crowd(app: Flask, clock: Any) -> Crowd:
    """A site with something in every table that people write into."""
    clock.at(NOW)
    return site.grown()


def test_no_page_takes_words_for_more_than_words(
    app: Flask, crowd: Crowd, client: Any, sign_in: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("itsdangerous.TimestampSigner.get_timestamp", lambda self: 1_800_000_000)  # one token for all,
    monkeypatch.setattr("webapp.infra.signers.os.urandom", bytes)  # under one mask
    sign_in(client, crowd.me)
    paths = [path for method, path, endpoint in doors(app, crowd) if method == "GET"]
    with transaction() as session:
        cells = placing.places(session)
        before = placing.fill(session, cells, placing.words())
    first = {path: page for path in paths if (page := _page(client, path))}
    with transaction() as session:
        after = placing.fill(session, cells, placing.hostile())
    said = {before[cell]: after[cell] for cell in cells}
    faults: list[str] = []
    seen: set[str] = set()
    for path, old in first.items():
        new = _page(client, path)
        faults += [f"{path}: {fault}" for fault in _compared(path, old, new, said, seen)]
    assert len(first) >= LEAST_PAGES and len(seen) >= LEAST_SEEN, (len(first), len(seen))
    assert not faults, "\n".join(faults)


def _page(client: Any, path: str) -> str:
    answer = client.get(path)
    is_page = answer.status_code == 200 and answer.mimetype == "text/html"
    return answer.text if is_page else ""


def _compared(path: str, old: str, new: str, said: dict[str, str], seen: set[str]) -> Iterator[str]:
    if not new:
        yield "is gone"
        return
    one, other = skeleton.of(old), skeleton.of(new)
    yield from set(other.faults) - set(one.faults)
    if BY_WORDS.search(path):
        return
    yield from (f"less: {each}" for each in (one.parts - other.parts))
    yield from (f"more: {each}" for each in (other.parts - one.parts))
    wanted = Counter[str]()
    for text, times in one.texts.items():
        wanted[skeleton.words(_with(text, said, seen))] += times
    lost, unknown = wanted - other.texts, other.texts - wanted
    short = [_letters(text) for text in unknown]
    for text in lost:
        if not any(_letters(text).startswith(each) or each in _letters(text) for each in short):
            yield f"lost: {text}"


def _letters(text: str) -> str:
    """Return what stays of a text where Markdown is taken off it, and where it is cut short."""
    return "".join(letter for letter in text.removesuffix("...").removesuffix("\u2026") if letter.isalpha())


def _with(text: str, said: dict[str, str], seen: set[str]) -> str:
    """Return a text of the harmless page as it should stand on the other."""
    for word in placing.MARK.findall(text):
        if word in said:
            seen.add(word)
    return placing.MARK.sub(lambda found: said.get(found[0], found[0]), text)
