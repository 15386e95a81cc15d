"""Every text field of every form: a text is kept as it was typed, or refused in a sentence; nothing else."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict
from wtforms import PasswordField, StringField
from wtforms.form import BaseForm, FormMeta

from tests.hostile import sample, skeleton
from webapp.infra.forms import Form

pytestmark = [pytest.mark.one_db, pytest.mark.timeout(400)]
SHAPED = {"country", "price", "royalty", "royalty_amount", "brand_colour", "colour", "slug", "code", "share"}
"""Fields that make something else of what is typed: a country's letters, an amount, a colour."""
COUNT = 400 if sample.SOAK else 8


def fields() -> Iterator[tuple[type[Any], str]]:
    """Yield (form, name) of each field that takes a text."""
    for room in ("webapp", "contests", "voting", "preorders"):
        for module in pkgutil.walk_packages([room], f"{room}."):
            importlib.import_module(module.name)
    from contests.forms import ProductForm

    waiting: list[FormMeta] = [ProductForm, *Form.__subclasses__()]
    while waiting:
        form = waiting.pop()
        waiting += form.__subclasses__()
        for name in dir(form):
            made = getattr(form, name)
            kind = getattr(made, "field_class", None)
            if kind and issubclass(kind, StringField) and not issubclass(kind, PasswordField):
                yield form, name


def test_every_field_keeps_a_text_or_refuses_it(app: Flask) -> None:
    texts, faults, asked = ["nul\x00within", *sample.some(COUNT, seed=7)], [], 0
    by_form: dict[type[Any], list[str]] = {}
    for form, name in fields():
        by_form.setdefault(form, []).append(name)
    for form, names in by_form.items():
        asked += len(names)
        faults += [f"{form.__name__}.{fault}" for fault in _faults(app, form, names, texts)]
    assert asked > 80
    assert not faults, "\n".join(faults)


def _needed(form: type[BaseForm]) -> list[str]:
    """What a form can't be made without: lists of what to choose from."""
    parameters = inspect.signature(form.__init__).parameters.values()
    plain = [each for each in parameters if each.kind is each.POSITIONAL_OR_KEYWORD and each.default is each.empty]
    return [each.name for each in plain if each.name != "self"]


def _faults(app: Flask, form: type[BaseForm], names: list[str], texts: list[str]) -> Iterator[str]:
    with app.test_request_context(method="POST"):
        for text in texts:
            made: Any = form(*[()] * len(_needed(form)), formdata=MultiDict(dict.fromkeys(names, text)))
            for name in names:
                yield from (f"{name} {fault}" for fault in _fault(made, made[name], name, text))


def _fault(form: Any, field: Any, name: str, text: str) -> Iterator[str]:
    if isinstance(field.data, str) and "\x00" in field.data:
        yield "keeps a NUL"
    if name not in SHAPED and field.data not in (sample.kept(text), text.replace("\x00", "")):
        yield f"keeps {field.data!r} of {text!r}"
    shown = skeleton.of(str(field()))
    if sum(shown.parts.values()) > 1 or shown.faults:
        yield f"shows {shown} of {text!r}"
    field.validate(form)
    if field.errors and not all(str(error).strip() for error in field.errors):
        yield f"refuses {text!r} without a word"
