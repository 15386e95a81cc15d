"""What is somebody's own answers another member like what is not there: same status, same words, nothing changes.

For each address of the site that names a private thing (a draft, an order, a session, a token …), asked for by a fan
whose it is not, beside the same address with a name that nobody has. Teams' addresses: test_roles.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update
from werkzeug.routing import Rule

from contests.phases import Phase
from tests.house.filling import filled
from tests.house.routes import blueprint_of, rules
from tests.house.test_roles import everything, said
from tests.pages import make
from tests.pages.make import NOW
from webapp.accounts.guards import GUARDS
from webapp.infra.db import Base, db, transaction

pytestmark = pytest.mark.one_db
# What an address names: the table, the column that is shown, and a name that nobody has.
PRIVATE: dict[str, tuple[str, str, Any]] = {
    "code": ("submissions", "code", "ZZZZZ"),
    "number": ("preorders", "number", "ZZZZZZZZ"),
    "entry_id": ("waitlist_entries", "id", 999_999),
    "session_id": ("sessions", "id", 999_999),
    "token_id": ("api_tokens", "id", 999_999),
    "passkey_id": ("passkeys", "id", 999_999),
    "share_id": ("credit_shares", "id", 999_999),
    "subscription_id": ("newsletter_subscriptions", "id", 999_999),
    "act_id": ("moderation_acts", "id", 999_999),
}
MORE = {"part": "front", "said": "yes"}


@pytest.fixture
def theirs(app: Flask, clock: Any) -> dict[str, Any]:
    """The names of somebody's private things; their design is a draft."""
    clock.at(NOW)
    owner = make.person("Owner", age_band="18+")
    artist = make.artist("theirs", artist=owner)
    contest = make.contest(artist, owner, Phase.SUBMITTING, slug="theirs-c")
    design = make.designs(contest, owner, 1)[0]
    mine = {"person_id": owner, "author_id": owner, "artist_id": artist, "contest_id": contest, "submission_id": design}
    values: dict[str, Any] = {}
    with transaction() as session:
        drafts = Base.metadata.tables["submissions"]
        session.execute(update(drafts).where(drafts.c.id == design).values(submitted_at=None, state="pending"))
        mine["drop_id"] = filled(session, "drops", **mine | {"contest_id": None}, slug="theirs-d", published_at=NOW)
        for name, (table, column, _) in PRIVATE.items():
            row = design if table == "submissions" else filled(session, table, **mine, **_wanted(table))
            columns = Base.metadata.tables[table].c
            values[name] = session.scalar(select(columns[column]).where(columns.id == row))
    return values | {"contest_slug": "theirs-c"}


def _wanted(table: str) -> dict[str, Any]:
    return {"address": {}} if table == "preorders" else {}


def named(app: Flask) -> Iterator[tuple[Rule, str, str]]:
    """Yield each rule of no team that names one private thing, with each method, and that name."""
    for rule in rules(app):
        guard = GUARDS.get(blueprint_of(rule), "")
        names = rule.arguments & set(PRIVATE)
        rest = rule.arguments - set(PRIVATE) - set(MORE) - {"contest_slug"}
        if rule.rule.startswith("/receipts/"):  # a number of one's own list: everybody's begins with 1
            continue
        if len(names) == 1 and not rest and not guard.startswith(("team", "operator")):
            for method in sorted((rule.methods or set()) - {"OPTIONS"}):
                yield rule, method, next(iter(names))


def test_foreign_and_unknown_are_one(app: Flask, client: Any, sign_in: Callable, theirs: dict[str, Any]) -> None:
    sign_in(client, make.person("Eve", age_band="18+"))
    before, wrong, asked = everything(), [], set()
    for rule, method, name in named(app):
        answers = []
        for value in (theirs[name], PRIVATE[name][2]):
            values = MORE | {"contest_slug": theirs["contest_slug"], name: value}
            known = {each: values[each] for each in rule.arguments}
            with app.test_request_context():
                url = app.url_map.bind("localhost").build(rule.endpoint, known, method=method)
            answer = client.open(url, method=method, headers={"Accept": "text/html"})
            answers.append(
                (answer.status_code, said(answer).replace(value, "…") if isinstance(value, str) else said(answer))
            )
        asked.add(name)
        if answers[0] != answers[1]:
            wrong.append((method, rule.rule, answers[0][0], answers[1][0]))
        elif answers[0][0] < 400 and not (method != "POST" and answers[0][0] == 308):
            wrong.append((method, rule.rule, answers[0][0], "is let in"))
    assert not wrong, "\n".join(map(str, wrong))
    assert asked == set(PRIVATE)
    db.session.remove()
    assert everything() == before
