"""Names behind an @, in every script; and nothing of what people write becomes more than words."""

from __future__ import annotations

import itertools
import re
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contests.comments.mentions import rules, showing
from webapp.accounts.names import display_name
from webapp.infra import markdown
from webapp.kernel.refusal import Refused

NAMES = {
    rules.fold(each) for each in ("Milja", "Milja Koski", "山田", "O'Neil", "*star*", "a]b", "Ζωή", "علی رضا", "Mo")
}


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("thanks @milja koski!", ["@milja koski"]),  # the longest name that fits
        ("@Milja's, @MILJA: @milja", ["@Milja", "@MILJA", "@milja"]),
        ("@Miljanne me@milja.fi /@milja @@milja", []),  # another word, an address, a path
        ("@山田さん", []),  # no gap says where the name ends: brackets do
        ("@[山田]さん @ΖΩΉ", ["@山田", "@ΖΩΉ"]),
        ("@O’Neil and @[a]b] and @[*star*]", ["@O’Neil", "@a]b", "@*star*"]),
        ("@علی رضا", ["@علی رضا"]),
        ("@\u202emilja @mil\u200bja", ["@\u202emilja", "@mil\u200bja"]),  # signs nobody sees
        ("@[Milja Koski", []),
        ("@ Milja @", []),
    ],
)
def test_names_are_found(words: str, found: list[str]) -> None:
    pieces = rules.cut(words, NAMES)
    assert [piece for piece, marked in pieces if marked] == found
    assert "".join(piece for piece, _ in pieces) == re.sub(r"@\[(.+?)\](?=[^\]]|$)", r"@\1", words) or "[" in words


def test_who_shares_a_name_is_not_mentioned_and_five_are_the_most() -> None:
    assert rules.unambiguous([(1, "Fox"), (2, "ｆｏｘ"), (3, "Wolf"), (4, "\u200b")]) == {"wolf": 3}
    crowd = [f"fan{number}" for number in range(9)]
    assert rules.mentioned(["@fan8 @fan8 @fan1", "@fan2 @fan3 @fan4 @fan5"], crowd) == [
        "fan8",
        "fan1",
        "fan2",
        "fan3",
        "fan4",
    ]
    assert rules.replaced("@Mo, @Moritz and @[mo]", "mo", "a fan") == "@a fan, @Moritz and @a fan"


def test_code_and_links_are_left_alone() -> None:
    html = showing.html(
        "`@Mo` [@Mo](https://e.example) **@Mo**\n\n```\n@Mo\n```\n\n<bdi class=mention>@Mo</bdi>", NAMES
    )
    assert html.count('<bdi class="mention">') == 2 and "<strong><bdi" in html and "&lt;bdi class=mention&gt;" in html
    assert "<bdi" not in showing.html("@Mo", ())


# Ways in that have worked somewhere: markup, addresses, attributes, entities, broken nesting.
VECTORS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "![x](https://e.example/pixel.png)",
    '![x](https://e.example/a.png "t" onload=alert(1))',
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt&colon;alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](vbscript:msgbox)",
    "[x](https://e.example 'onmouseover=alert(1)')",
    '[x](https://e.example/"onmouseover="alert(1))',
    '<https://e.example/"onclick=alert(1)>',
    "<javascript:alert(1)>",
    "[x]: javascript:alert(1)\n\n[x]",
    "[x][y]\n\n[y]: https://e.example/ '\"><script>alert(1)</script>'",
    "```<script>\nalert(1)\n```",
    '``` " onclick=alert(1)\nx\n```',
    "&#60;script&#62;alert(1)&#60;/script&#62;",
    "@[<img src=x onerror=alert(1)>] @Mo<svg onload=alert(1)>",
    '@[Mo" onclick="alert(1)]',
    "<a href=//e.example style=x>y</a><iframe srcdoc=x></iframe>",
    "https://e.example/watch?v=1 www.e.example me@e.example",
]


class Allowed(HTMLParser):
    """Fails at whatever people may not bring into a page."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in markdown.TAGS and tag not in ("img", "script", "svg", "iframe", "style"), tag
        given = dict(attrs)
        if tag == "a":
            assert set(given) <= {"href", "rel"} and given["rel"] == "nofollow noopener ugc"
            assert given.get("href") is None or re.match(r"(https?|mailto):", given["href"] or "")
        else:
            assert not given or (tag == "bdi" and given == {"class": "mention"}), (tag, given)


def test_no_vector_comes_through_and_no_link_unfurls() -> None:
    for vector in VECTORS:
        Allowed().feed(str(showing.html(vector, NAMES)))
    bare = str(markdown.render(VECTORS[-1]))
    assert "<a" not in bare and "https://e.example/watch?v=1" in bare, (
        "an address is words, and nothing is fetched for it"
    )
    assert "<img" not in markdown.render(VECTORS[2]) and 'rel="nofollow noopener ugc"' in markdown.render(
        "[x](http://e.e)"
    )
    assert markdown.plain("I <3 *this* & “that”") == "I <3 this & “that”"


NAUGHTY = st.text(alphabet=st.sampled_from("@[]()<>&\"'`*_\\/:.\n aMoilj’\u202e\u200b\u0301é山😀\u2028"), max_size=80)


@settings(max_examples=150)
@given(st.one_of(NAUGHTY, st.text(max_size=80)), NAUGHTY)
def test_whatever_is_typed_stays_words(before: str, after: str) -> None:
    words = f"{before}@Mo {after}"
    spans = rules.find(words, NAMES)
    assert all(one.end <= two.start for one, two in itertools.pairwise(spans))
    assert all(words[each.start] == "@" and each.name in NAMES for each in spans)
    Allowed().feed(str(showing.html(words, NAMES)))


@settings(max_examples=100)
@given(st.text(min_size=2, max_size=40))
def test_every_name_one_can_have_can_be_mentioned(name: str) -> None:
    try:
        kept = display_name(name)
    except Refused:
        return
    assert [each.name for each in rules.find(f"hi @[{kept}] there", {rules.fold(kept)})] == [rules.fold(kept)]
