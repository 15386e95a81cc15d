"""Role × route, from the URL map: who holds no role for an artist finds nothing of theirs, at any door of a team.

For each route of the teams' blueprints, with the numbers of rows that are there: a person with one role of this
artist's team, a person with every role of another one, and such a person who names a foreign thing behind their own
artist, or behind their own contest or drop. What is not theirs answers like what is not there, and nothing changes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.routing import Rule

from contests.phases import Phase
from tests.house.filling import filled
from tests.house.routes import blueprint_of, rules
from tests.pages import make
from tests.pages.make import NOW
from webapp.accounts.guards import GUARDS
from webapp.accounts.models import ROLES, TeamMember
from webapp.infra.db import Base, db, transaction

pytestmark = pytest.mark.one_db
# What the numbers and words of an address name: the table, and the column that is shown. A new one is written here.
NAMED = {
    "contest_id": ("contests", "id"),
    "drop_id": ("drops", "id"),
    "code": ("submissions", "code"),
    "number": ("preorders", "number"),
    "invitation_id": ("invitations", "id"),
    "member_id": ("team_members", "id"),
    "item_id": ("kit_items", "id"),
    "appeal_id": ("act_appeals", "id"),
    "link_id": ("pick_links", "id"),
    "product_id": ("products", "id"),
    "bundle_id": ("bundles", "id"),
    "batch_id": ("order_batches", "id"),
    "view_id": ("saved_views", "id"),
    "template_id": ("export_templates", "id"),
    "export_id": ("exports", "id"),
    "import_id": ("parcel_imports", "id"),
    "pack_id": ("production_packs", "id"),
    "question_id": ("questions", "id"),
    "letter_id": ("newsletter_letters", "id"),
    "statement_id": ("royalty_statements", "id"),
}
PLAIN = {"step": "basics", "part": "front"}
OUTER = ("contest_id", "drop_id")  # what other names stand behind
# What a request leaves without having changed anything: that somebody was here.
TRACES = {"sessions"}


class Team:
    """An artist with a row of everything that an address can name, and somebody with every role."""

    def __init__(self, slug: str) -> None:
        self.slug = slug
        self.boss = make.person(f"Boss {slug}".replace(" ", "-"), age_band="18+")
        artist_id = make.artist(slug, artist=self.boss, merch_staff=self.boss, moderator=self.boss)
        contest_id = make.contest(artist_id, self.boss, Phase.PICKING, slug=f"{slug}-p")
        design = make.designs(contest_id, self.boss, 1)[0]
        owner = {"artist_id": artist_id, "contest_id": contest_id, "submission_id": design}
        with transaction() as session:
            owner["drop_id"] = filled(
                session, "drops", **owner | {"contest_id": None}, slug=f"drop-{slug}", published_at=NOW, timezone="UTC"
            )
            owner["preorder_id"] = filled(session, "preorders", **owner, person_id=self.boss, address={})
            self.values: dict[str, Any] = dict(PLAIN)
            for name, (table, column) in NAMED.items():
                known = {"contests": contest_id, "drops": owner["drop_id"], "submissions": design}
                known["team_members"] = session.scalar(select(TeamMember.id).where(TeamMember.artist_id == artist_id))
                row_id = known.get(table) or (
                    owner["preorder_id"] if table == "preorders" else filled(session, table, **owner)
                )
                rows = Base.metadata.tables[table]
                self.values[name] = session.scalar(select(rows.c[column]).where(rows.c.id == row_id))


@pytest.fixture
def teams(app: Flask, clock: Any) -> tuple[Team, Team]:
    """Two artists."""
    clock.at(NOW)
    return Team("ours"), Team("theirs")


def doors(app: Flask) -> Iterator[tuple[Rule, str, str, set[str]]]:
    """Yield each rule of a team's blueprint with each of its methods, its names and who may come in."""
    for rule in rules(app):
        guard = GUARDS.get(blueprint_of(rule), "")
        if guard.startswith("team:"):
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                yield rule, method, rule.endpoint, set(guard.removeprefix("team:").split(","))


def address(app: Flask, rule: Rule, artist: str, values: dict[str, Any]) -> str:
    """Return the rule's address with these values."""
    named = {"artist_slug": artist} | {name: values[name] for name in rule.arguments if name != "artist_slug"}
    with app.test_request_context():
        return str(app.url_map.bind("localhost").build(rule.endpoint, named, method=next(iter(rule.methods or ()))))


def said(answer: Any) -> str:
    """Return a page without its own address and its tokens."""
    return re.sub(r'(content|value|href|action)="[^"]*"', "", answer.get_data(as_text=True))


def everything() -> dict[str, list[Any]]:
    """Return every row of the database, but for the traces of being here."""
    with db.engine.connect() as connection:
        return {
            name: sorted(map(repr, connection.execute(select(table))))
            for name, table in Base.metadata.tables.items()
            if name not in TRACES
        }


def test_every_name_in_a_teams_address_is_known_here(app: Flask) -> None:
    names = {name for rule, *_ in doors(app) for name in rule.arguments}
    assert names == {"artist_slug", *NAMED, *PLAIN}


def test_a_role_opens_its_own_doors_only(app: Flask, new_client: Callable, sign_in: Callable, teams: Any) -> None:
    ours, _ = teams
    wrong = []
    for role in ROLES:
        member = make.person(f"Only-{role}", age_band="18+")
        with transaction() as session:
            artists = Base.metadata.tables["artists"]
            artist_id = session.scalar(select(artists.c.id).where(artists.c.slug == ours.slug))
            filled(session, "team_members", artist_id=artist_id, person_id=member, role=role)
        client = new_client()
        sign_in(client, member)
        before = everything()
        for rule, method, _, allowed in doors(app):
            if role not in allowed:
                answer = client.open(address(app, rule, ours.slug, ours.values), method=method)
                if answer.status_code != 404:
                    wrong.append((role, method, rule.rule, answer.status_code))
        assert everything() == before
    assert not wrong, "\n".join(map(str, wrong))


@pytest.mark.parametrize("where", ["their artist", "our artist", "our contest or drop"])
def test_what_is_another_teams_is_not_there(
    app: Flask, new_client: Callable, sign_in: Callable, teams: Any, where: str
) -> None:
    ours, theirs = teams
    client = new_client()
    sign_in(client, ours.boss)
    before, wrong, asked = everything(), [], 0
    nowhere = said(client.get("/team/nobody/people"))
    for rule, method, _, _ in doors(app):
        artist = theirs.slug if where == "their artist" else ours.slug
        outer = {name: ours.values[name] for name in OUTER} if where == "our contest or drop" else {}
        foreign = rule.arguments - {"artist_slug", *PLAIN, *outer}
        if where != "their artist" and not (foreign and (not outer or rule.arguments & outer.keys())):
            continue
        values = theirs.values | outer
        asked += 1
        answer = client.open(address(app, rule, artist, values), method=method)
        if answer.status_code != 404:
            wrong.append((method, rule.rule, answer.status_code))
        elif method == "GET" and said(answer) != nowhere:
            wrong.append((method, rule.rule, "another page than for what is not there"))
    assert not wrong, "\n".join(map(str, wrong))
    assert asked > 10
    assert everything() == before
