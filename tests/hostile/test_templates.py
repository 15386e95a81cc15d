"""What templates must not do with people's words: call them markup, or take them for a text of ours to translate."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask

pytestmark = pytest.mark.one_db
ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("webapp", "contests", "voting", "preorders")
TRANSLATED = re.compile(r"(?<![\w.])(?:_|gettext)\((?![\"'])([^()]*)")
# `_` takes what it is given for a text of ours, markup and blanks included. All of these are ours, marked with N_.
OURS = {
    *("words", "label", "message", "name", "sentence", "words[phase]", "step.name", "line.words", "action.text"),
    *("states.get", "progress.until_words", "progress.WORDS[phase]", "labels[step.name]", "date_names[name]"),
    *("rule.label", "rule.says", "contest.rule.says", "ways[contest.way].label", "ways[contest.final_way].label"),
    *("rules_of_count[contest.method].label", "rules_of_count[contest.final_method].label"),
    *("word.label", "topic", "report_words[report.reason]", "rules[item.rule]"),
    *("column.label", "template.label", "template.hint", "preset.label", "choice.template.hint"),
}


def test_only_texts_of_ours_are_translated_and_none_is_called_safe() -> None:
    found, safe = set(), []
    for room in ROOMS:
        for path in (ROOT / room).rglob("templates/**/*.html"):
            text = path.read_text()
            found |= {(path.name, each.strip()) for each in TRANSLATED.findall(text)}
            safe += [path.name for _ in re.findall(r"\|\s*safe\b|autoescape\s+false", text)]
    assert {each for each in found if each[1] not in OURS} == set(), "people's names go through `named`, not `_`"
    assert safe == []
    assert len(found) > 20


def test_a_name_is_neither_markup_nor_a_text_with_blanks(app: Flask) -> None:
    typed = '100 % <iframe src=x> %(x)s "Tee"'
    shown = "100 % &lt;iframe src=x&gt; %(x)s &#34;Tee&#34;"
    with app.test_request_context():
        page = app.jinja_env.from_string("{% autoescape true %}{{ name|named }}{% endautoescape %}")
        assert page.render(name=typed) == shown
        product = {"title": typed, "colours": [], "sizes": ["S"], "print_width_cm": 3, "print_height_cm": 4}
        product |= {"max_inks": None, "price_minor": 100, "currency": "EUR"}
        macro = app.jinja_env.get_template("contests/product_list.html").make_module({}).product_list
        assert shown in str(macro([product]))
