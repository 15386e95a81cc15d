"""Foreign things named in the body of a form, not in its address: nothing of another team's changes, and nothing of
this team's comes to point at it.

Each unsafe door of a team is knocked at by somebody with every role there, with every field by which a form names a
row, and the rows of another artist in it.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from tests.house.filling import filled
from tests.house.routes import UNSAFE
from tests.house.test_roles import TRACES, Team, address, doors
from tests.pages.make import NOW
from webapp.infra.db import Base, db, transaction

pytestmark = pytest.mark.one_db
ROOT = Path(__file__).resolve().parents[2]
# Fields that name rows, and the table; a new one is written here. `item` is a kind and a number, see below.
FIELDS = {
    "act_id": "moderation_acts",
    "appeal": "ballot_appeals",
    "batch": "ballot_acts",
    "cluster": "signal_clusters",
    "contest": "contests",
    "design": "submissions",
    "drop": "drops",
    "first": "products",
    "into_id": "questions",
    "one": "submissions",
    "order": "preorders",
    "other": "submissions",
    "parent_id": "comments",
    "person": "people",
    "person_id": "people",
    "second": "products",
    "winner": "submissions",
    "wish": "ballot_rejections",
}
# Fields whose names sound like it, and what they are.
NO_ROWS = {
    "id": "a passkey's own name",
    "index": "the place of a step",
    "keep": "places of one's own hearts, of a fan",
    "quiet_days": "days",
    "rank_places": "places",
    "unpaid": "how many were counted",
    "up_to": "the last line that was seen",
}
ROUNDS: list[dict[str, Any]] = [
    {
        "choice": "approve",
        "act": "hold",
        "action": "ship",
        "which": "",
        "agree": "reject",
        "uphold": "yes",
        "outcome": "kept",
    },
    {
        "choice": "hide",
        "act": "reject",
        "action": "cancel",
        "which": "",
        "agree": "reinstate",
        "uphold": "no",
        "reason_code": "rude",
    },
    {"choice": "reject", "action": "resend", "act": "cancel", "reason_code": "spam", "remove": "1", "again": "1"},
]
WORDS = dict.fromkeys(("reason", "note", "words", "text", "name", "title"), "Some plain words that say why")
Rows = dict[str, dict[Any, str]]


def every_row() -> Rows:
    """Return each row of each table, by its number."""
    with db.engine.connect() as connection:
        return {
            name: {row.id: repr(row) for row in connection.execute(select(table))}
            for name, table in Base.metadata.tables.items()
            if "id" in table.c and name not in TRACES
        }


def body(rows: Rows) -> dict[str, Any]:
    """Return the fields with the numbers of these rows."""
    named: dict[str, Any] = {field: max(rows[table]) for field, table in FIELDS.items() if rows.get(table)}
    kinds = {"submission": "submissions", "comment": "comments", "question": "questions", "person": "people"}
    named["item"] = [f"{kind}:{number}" for kind, table in kinds.items() for number in rows.get(table, ())]
    return WORDS | named


def team(slug: str) -> tuple[Team, Rows]:
    """Make a team with a row of all that is named, and return it with what was made."""
    before = every_row()
    made = Team(slug)
    with transaction() as session:
        owner = {"contest_id": made.values["contest_id"], "drop_id": made.values["drop_id"]}
        artists = Base.metadata.tables["artists"]
        owner["artist_id"] = session.scalar(select(artists.c.id).where(artists.c.slug == slug))
        design = session.scalar(
            select(Base.metadata.tables["submissions"].c.id).where(
                Base.metadata.tables["submissions"].c.contest_id == owner["contest_id"]
            )
        )
        rounds = Base.metadata.tables["rounds"]
        standing = session.scalar(select(rounds.c.id).where(rounds.c.contest_id == owner["contest_id"]))
        owner["round_id"] = standing or filled(session, "rounds", **owner)
        for table in (
            "comments",
            "moderation_acts",
            "questions",
            "products",
            "signal_clusters",
            "ballot_rejections",
            "ballot_appeals",
        ):
            if not set(every_ids(session, table)) - set(before.get(table, ())):
                filled(session, table, **owner, submission_id=design, person_id=made.boss, author_id=made.boss, at=NOW)
    after = every_row()
    return made, {name: {k: v for k, v in rows.items() if k not in before[name]} for name, rows in after.items()}


def every_ids(session: Any, table: str) -> list[int]:
    return list(session.scalars(select(Base.metadata.tables[table].c.id)))


def pointing(rows: Rows, foreign: Rows, known: Rows) -> list[tuple[str, int, str]]:
    """Return the rows, new or changed since `known`, that point at a foreign one, with the column."""
    found = []
    with db.engine.connect() as connection:
        for name, table in Base.metadata.tables.items():
            keys = [(key.parent.name, key.column.table.name) for key in table.foreign_keys]
            fresh = {number for number, text in rows.get(name, {}).items() if known[name].get(number) != text}
            if not fresh or (name in foreign and fresh <= set(foreign[name])):
                continue
            for row in connection.execute(select(table).where(table.c.id.in_(fresh))):
                found += [(name, row.id, column) for column, to in keys if getattr(row, column) in foreign.get(to, {})]
    return found


def knocked(app: Flask, client: Any, at: Team, fields: dict[str, Any]) -> Iterator[tuple[str, int]]:
    """Send the fields to each unsafe door of the team; yield the rule and what it answered."""
    for rule, method, _, _ in doors(app):
        if method in UNSAFE:
            for more in ROUNDS:
                answer = client.open(address(app, rule, at.slug, at.values), method=method, data=fields | more)
                yield rule.rule, answer.status_code


def test_what_a_body_names_of_another_team_stays_as_it_is(
    app: Flask, new_client: Callable, sign_in: Callable, clock: Any
) -> None:
    clock.at(NOW)
    ours, _ = team("ours")
    _, foreign = team("theirs")
    client = new_client()
    sign_in(client, ours.boss)
    before = every_row()
    assert len(list(knocked(app, client, ours, body(foreign)))) > 200
    db.session.remove()
    after = every_row()
    for name, rows in foreign.items():
        for number in rows:
            assert after[name].get(number) == before[name][number], f"{name} {number} of the other team has changed"
    assert pointing(after, foreign, before) == []


def test_the_same_bodies_change_what_is_ones_own(
    app: Flask, new_client: Callable, sign_in: Callable, clock: Any
) -> None:
    """The control: with own rows in them these bodies do get through."""
    clock.at(NOW)
    ours, own = team("ours")
    client = new_client()
    sign_in(client, ours.boss)
    before = every_row()
    list(knocked(app, client, ours, body(own)))
    db.session.remove()
    after = every_row()
    touched = {name for name in after if after[name] != before[name]}
    assert {"audit_log", "ballot_appeals", "moderation_acts"} <= touched, sorted(touched)


def test_every_field_that_names_a_row_is_known_here() -> None:
    """Fields read by number, or named like rows, in views and forms."""
    found = set()
    for room in ("webapp", "contests", "voting", "preorders"):
        for path in (ROOT / room).rglob("*.py"):
            text = path.read_text("utf-8")
            if "/api/" not in path.as_posix():
                found |= set(re.findall(r'form\.get(?:list)?\(\s*"(\w+)"[^)]*type=_?whole', text))
                found |= set(re.findall(r'form(?:\.get|\.getlist)?[(\[]\s*"(\w*_?id|order|item)"', text))
            if path.name.endswith("forms.py"):
                for node in ast.walk(ast.parse(text)):
                    if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                        name = node.targets[0].id
                        found |= {name} if name.endswith("_id") or _chooses_a_number(node.value) else set()
    assert found - set(FIELDS) - set(NO_ROWS) - {"item"} == set()


def _chooses_a_number(field: ast.expr) -> bool:
    text = ast.unparse(field)
    return "SelectField" in text and "coerce=int" in text
