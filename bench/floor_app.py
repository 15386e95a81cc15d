"""The floor: bare Flask endpoints that do the least the product must do, on a database of the same schema.

Run under the same server as the product. Reads FLOOR_DATABASE and FLOOR_CONTEST.
"""

import json
import os
import secrets
import uuid
from datetime import UTC, datetime
from typing import Any

from flask import Flask, render_template_string, request
from sqlalchemy import bindparam, text

from bench.scene import WIDTHS, engine_of
from webapp.infra import db as database

app = Flask(__name__)
engine = engine_of(os.environ["FLOOR_DATABASE"])
CONTEST = int(os.environ["FLOOR_CONTEST"])

PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Designs</title></head><body><ul>
{% for c in cards %}<li><a href="/D/{{ c.code }}"><picture>
<source type="image/avif" srcset="{% for w in widths %}/media/{{ c.code }}-{{ w }}.avif {{ w }}w, {% endfor %}">
<img src="/media/{{ c.code }}-360.jpg" width="360" height="450" alt="{{ c.alt }}"
 srcset="{% for w in widths %}/media/{{ c.code }}-{{ w }}.jpg {{ w }}w, {% endfor %}">
</picture><h2>{{ c.title }}</h2></a>
<form method="post" action="/D/{{ c.code }}/vote"><button>Vote</button></form></li>{% endfor %}</ul></body></html>"""

CARDS = text(
    "SELECT s.code, s.title, s.alt, r.renditions, p.display_name FROM submissions s"
    " JOIN revisions r ON r.id = s.current_revision_id JOIN people p ON p.id = s.author_id"
    " WHERE s.contest_id = :contest AND s.state = 'approved' ORDER BY s.id LIMIT 24"
)
PERSON = text(
    "SELECT s.*, p.*, t.artist_id, t.role FROM sessions s JOIN people p ON p.id = s.person_id"
    " LEFT JOIN team_members t ON t.person_id = p.id"
    " WHERE p.id = :person AND s.revoked_at IS NULL AND p.suspended_at IS NULL AND p.erased_at IS NULL"
)
NAMED = text(
    "SELECT s.id, s.code, s.title, c.slug FROM submissions s JOIN contests c ON c.id = s.contest_id"
    " WHERE s.id = :design"
)
DESIGN = text(
    "SELECT s.contest_id, s.author_id, s.current_revision_id AS revision, s.state FROM submissions s"
    " WHERE s.id = :design"
)
ROUND = text(
    "SELECT id, kind, budget, sealed_at, closed_at, method, places, root FROM rounds"
    " WHERE contest_id = :contest AND kind = 'open'"
)
SHARED = text("SELECT pg_advisory_xact_lock_shared(4101, :contest)")
BALLOT = "SELECT id, spent, version FROM ballots WHERE round_id = :round AND voter_id = :person"
NEW_BALLOT = text(
    "INSERT INTO ballots (round_id, voter_id, spent, version, number, state, trail)"
    " VALUES (:round, :person, 0, 0, :number, 'counted', '[]') ON CONFLICT DO NOTHING RETURNING id"
)
TRACE = text(
    "INSERT INTO voting_features (round_id, ballot_id, prefix, device, agent, received_at)"
    " VALUES (:round, :ballot, 'p', 'd', 'a', :now)"
)
VOTE = text(
    "INSERT INTO votes (round_id, voter_id, submission_id, revision_id, state, value, via, received_at, at)"
    " VALUES (:round, :person, :design, :revision, 'counted', 1, 'link', :now, :now)"
    " ON CONFLICT DO NOTHING RETURNING id"
)
SPEND = text(
    "UPDATE ballots SET spent = spent + 1, version = version + 1 WHERE id = :ballot AND spent < :budget"
    " RETURNING spent, version"
)
LEDGER = text(
    "INSERT INTO ballot_versions (ballot_id, round_id, version, choices, added, removed, salt, at)"
    " VALUES (:ballot, :round, :version, :choices, :added, '[]', :salt, :now)"
)
PROMISED = text(
    "SELECT c.id, r.kind, b.number, v.version, v.choices, v.salt, v.at FROM contests c"
    " JOIN rounds r ON r.contest_id = c.id JOIN ballots b ON b.round_id = r.id"
    " JOIN ballot_versions v ON v.ballot_id = b.id AND v.version = b.version"
    " WHERE c.id = :contest AND b.voter_id = :person ORDER BY r.kind LIMIT 1"
)


def writing() -> Any:
    """Open a writing transaction, immediate on SQLite as the product's are."""
    database._writing.set(True)
    return engine.begin()


@app.get("/hello")
def hello() -> str:
    """The server itself."""
    return "hello"


@app.get("/gallery")
def gallery() -> str:
    """One query, one template, 24 cards."""
    with engine.connect() as connection:
        cards = connection.execute(CARDS, {"contest": CONTEST}).all()
    return render_template_string(PAGE, cards=cards, widths=WIDTHS)


@app.post("/vote/<int:person>/<int:design>")
def vote(person: int, design: int) -> str:
    """The statements of a vote and nothing else: who, what, ballot, vote, budget, ledger; one commit; the promise."""
    now = datetime.now(UTC).replace(tzinfo=None)
    with engine.connect() as connection:
        connection.execute(PERSON, {"person": person}).all()
        connection.execute(NAMED, {"design": design}).one()
    with writing() as connection:
        found = connection.execute(DESIGN, {"design": design}).one()
        connection.execute(text("SELECT * FROM contests WHERE id = :contest"), {"contest": CONTEST}).one()
        postgres = engine.dialect.name == "postgresql"
        if postgres:
            connection.execute(SHARED, {"contest": 2 * CONTEST})
        poll = connection.execute(ROUND, {"contest": CONTEST}).one()
        mine = {"round": poll.id, "person": person}
        kept = connection.execute(text(BALLOT + (" FOR UPDATE" if postgres else "")), mine).first()
        ballot = kept.id if kept else _new_ballot(connection, mine, now)
        values = {**mine, "design": design, "revision": found.revision, "now": now}
        if connection.execute(VOTE, values).scalar():
            _spend(connection, ballot, poll, mine, design, now)
    with engine.connect() as connection:
        connection.execute(PROMISED, {"contest": CONTEST, "person": person}).one()
    return "ok"


def _new_ballot(connection: Any, mine: dict[str, int], now: datetime) -> int:
    ballot = connection.execute(NEW_BALLOT, {**mine, "number": secrets.randbits(53)}).scalar_one()
    connection.execute(TRACE, {"round": mine["round"], "ballot": ballot, "now": now})
    return int(ballot)


def _spend(connection: Any, ballot: int, poll: Any, mine: dict[str, int], design: int, now: datetime) -> None:
    spent = connection.execute(SPEND, {"ballot": ballot, "budget": poll.budget}).one()
    voted = text("SELECT submission_id FROM votes WHERE round_id = :round AND voter_id = :person")
    choices = json.dumps(sorted(connection.execute(voted, mine).scalars()))
    kept = {"ballot": ballot, "round": poll.id, "version": spent.version, "now": now, "salt": secrets.token_hex(16)}
    connection.execute(LEDGER, {**kept, "choices": choices, "added": json.dumps([design])})


@app.post("/preorder/<int:person>")
def preorder(person: int) -> tuple[str, int]:
    """One conditional update, one order with its line."""
    now = datetime.now(UTC).replace(tzinfo=None)
    variant = int(request.args["variant"])
    with writing() as connection:
        took = connection.execute(text("UPDATE drops SET reserved = reserved + 1 WHERE reserved < edition_cap"))
        if not took.rowcount:
            return "sold out", 409
        connection.execute(text("UPDATE variants SET reserved = reserved + 1 WHERE id = :id"), {"id": variant})
        order = connection.execute(
            text(
                "INSERT INTO preorders (drop_id, person_id, number, idempotency_key, state, email, name, address,"
                " pieces, total_minor, currency, placed_at, cancel_reason, tracking)"
                " SELECT id, :person, :number, :number,"
                " 'reserved', 'a@example.org', 'A', '{}', 1, 2900, 'EUR', :now, '', '' FROM drops RETURNING id"
            ).bindparams(bindparam("number")),
            {"person": person, "number": uuid.uuid4().hex[:10], "now": now},
        ).scalar_one()
        connection.execute(
            text(
                "INSERT INTO preorder_lines (preorder_id, variant_id, quantity, price_minor)"
                " VALUES (:order, :id, 1, 2900)"
            ),
            {"order": order, "id": variant},
        )
    return "ok", 201
