"""Every page is there on both kinds of database, and junk in each form and query gets an answer, never a broken page.

All of it is asked by somebody who may do everything.
"""

from __future__ import annotations

import importlib
import io
import itertools
import pkgutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.routing import IntegerConverter, Rule

from contests.submissions.models import Submission
from preorders.models import Drop, Preorder
from tests.house.crowd import Crowd
from tests.house.routes import rules
from tests.tiers import WHOLE
from webapp.infra.db import db
from webapp.infra.forms import Form

JUNK = ("", "x" * 5000, "nul\x00nul", "9" * 40, "½ %(name)s {0} \U0010ffff")
DATABASES = ("sqlite", "postgresql")
"""They take turns at the doors: in an ordinary run each door meets junk on one of them, in a whole run on both."""
LEAVE = {"accounts.sign_out", "accounts.revoke_sessions", "accounts.revoke_session"}  # they end the session that asks


def field_names() -> set[str]:
    """Return the names of the fields of every form of the product."""
    for room in ("webapp", "contests", "voting", "preorders"):
        for module in pkgutil.walk_packages([room], f"{room}."):
            if module.name.rpartition(".")[2].endswith("forms"):
                importlib.import_module(module.name)
    names: set[str] = {"next", "choice", "reason_code", "reason", "wish", "via", "page", "q", "view", "skip", "at", "o"}
    names |= {"stars", "order", "whole", "add", "remove", "one", "other", "winner", "with", "more"}
    names.add("size")
    waiting = list(Form.__subclasses__())
    while waiting:
        form = waiting.pop()
        waiting += form.__subclasses__()
        names |= {name for name in dir(form) if hasattr(getattr(form, name), "field_class")}
    return names


def doors(app: Flask, crowd: Crowd) -> Iterator[tuple[str, str, str]]:
    """Yield (method, address, endpoint) for every route, each with things that exist."""
    design = db.session.scalars(select(Submission.code).order_by(Submission.id)).first()
    order = db.session.scalars(select(Preorder.number)).first()
    known: dict[str, Any] = {
        "artist_slug": "band",
        "code": design,
        "drop_slug": db.session.scalars(select(Drop.slug)).first(),
        "drop_id": crowd.drop_id,
        "number": order,
        "kind": "design",
        "step": "schedule",
    }
    for rule in rules(app):
        for contest in ("v", "s") if {"contest_id", "contest_slug"} & rule.arguments else ("v",):
            values = {name: 1 if _is_whole(rule, name) else known.get(name, 1) for name in rule.arguments}
            values |= {"contest_slug": contest, "contest_id": crowd.contests[contest]}
            values = {name: value for name, value in values.items() if name in rule.arguments}
            for method in sorted((rule.methods or set()) & {"GET", "POST"}):
                address = app.url_map.bind("localhost").build(rule.endpoint, values, method=method)
                yield method, address, rule.endpoint


def _is_whole(rule: Rule, name: str) -> bool:
    return isinstance(rule._converters[name], IntegerConverter) and name != "drop_id"


@pytest.mark.ordinarily("postgres")  # which is the stricter one: of types, of zero bytes
@pytest.mark.timeout(600)
def test_nothing_breaks(app: Flask, client: Any, sign_in: Callable[..., Any], clock: Any, full: bool) -> None:
    from tests.pages.make import NOW

    clock.at(NOW)
    crowd = Crowd()
    crowd.grow(2)
    sign_in(client, crowd.me)
    names, broken = sorted(field_names()), []
    assert len(names) > 60, "the forms were not found"
    junks = itertools.cycle(JUNK)  # each kind comes to hundreds of doors; at each, all kinds in a soak
    turn = DATABASES.index(db.engine.dialect.name)
    for number, (method, address, endpoint) in enumerate(list(doors(app, crowd))):
        if endpoint in LEAVE:
            continue
        tried = JUNK if full else (next(junks),) if WHOLE or number % 2 == turn else ()
        for junk in (None, *tried) if method == "GET" else tried:
            fields = {} if junk is None else dict.fromkeys(names, junk)
            if method == "GET":
                answer = client.get(address, query_string=fields)
            else:
                upload = (io.BytesIO(b"\x89PNG junk"), "x.png")
                answer = client.post(address, data={**fields, "picture": upload}, content_type="multipart/form-data")
            if answer.status_code >= 500 and endpoint != "health.readyz":
                broken.append(f"{method} {address} with {(junk or '')[:20]!r}: {answer.status_code}")
    assert not broken, "\n".join(broken)
