"""The floor: bare Flask endpoints that do the least the product must do, on a database of the same schema.

Run under the same server as the product. Reads FLOOR_DATABASE and FLOOR_CONTEST. The statements of a vote are the
product's own objects, so that both always run the same; a test compares what the two send.
"""

import os
import secrets
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from typing import Any

from flask import Flask, render_template_string
from markupsafe import Markup
from sqlalchemy import Connection, Insert, insert, text

from bench.scene import WIDTHS, engine_of
from preorders.models import Preorder
from voting import booth, locks, queries, store
from voting.integrity import traces
from voting.models import Ballot, Vote
from webapp.accounts import login
from webapp.infra import db as database
from webapp.infra import short_ways
from webapp.infra.db import Base

app = Flask(__name__)
engine = engine_of(os.environ["FLOOR_DATABASE"])
CONTEST = int(os.environ["FLOOR_CONTEST"])

LIST = """<ul>
{% for c in cards %}<li><a href="/D/{{ c.code }}"><picture>
<source type="image/avif" srcset="{% for w in widths %}/media/{{ c.code }}-{{ w }}.avif {{ w }}w, {% endfor %}">
<img src="/media/{{ c.code }}-360.jpg" width="360" height="450" alt="{{ c.alt }}"
 srcset="{% for w in widths %}/media/{{ c.code }}-{{ w }}.jpg {{ w }}w, {% endfor %}">
</picture><h2>{{ c.title }}</h2></a>
<form method="post" action="/D/{{ c.code }}/vote"><button>Vote</button></form></li>{% endfor %}</ul>"""
TOP = '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Designs</title></head><body>'
LAYOUT, PAGE = f"{TOP}{{{{ cards }}}}</body></html>", f"{TOP}{LIST}</body></html>"

CARDS = text(
    "SELECT s.code, s.title, s.alt, r.renditions, p.display_name FROM submissions s"
    " JOIN revisions r ON r.id = s.current_revision_id JOIN people p ON p.id = s.author_id"
    " WHERE s.contest_id = :contest AND s.state = 'approved' ORDER BY s.id LIMIT 24"
)

ORDER = insert(Preorder)


@contextmanager
def writing() -> Iterator[Connection]:
    """Open a writing transaction, immediate on SQLite as the product's are."""
    token = database._writing.set(True)
    try:
        with engine.begin() as connection:
            yield connection
    finally:
        database._writing.reset(token)


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


@app.get("/gallery/frag")
def fragment() -> str:
    """The same cards, written once for all, in a layout that is rendered for each reader."""
    return render_template_string(LAYOUT, cards=_cards())


@cache
def _cards() -> Markup:
    with engine.connect() as connection:
        cards = connection.execute(CARDS, {"contest": CONTEST}).all()
    return Markup(render_template_string(LIST, cards=cards, widths=WIDTHS))


@app.post("/vote/<session>/<code>")
def vote(session: str, code: str) -> str:
    """The product's own statements of a fan's first vote, one after the other, and nothing else."""
    now = datetime.now(UTC)
    with short_ways.alone(engine) as connection:
        person = connection.execute(login._ASKING, {"token_hash": session}).one().id
        design = connection.execute(booth._BY_CODE, {"wanted": code}).one()
    with writing() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(locks._SHARE, {"round": 2 * design.contest_id})
        poll = connection.execute(queries._ROUND_OF, {"contest": design.contest_id, "kind": "open"}).one()
        mine = {"round_id": poll.id, "voter_id": person}
        if connection.execute(store._MY_BALLOT, mine).first():
            return "voted before"
        _write(connection, mine, design, poll, now)
    return "ok"


def _write(connection: Connection, mine: dict[str, Any], design: Any, poll: Any, now: datetime) -> None:
    kept = {**mine, "spent": 0, "version": 0, "number": secrets.randbits(53)}
    ballot = connection.execute(_new(connection, Ballot), kept).scalar_one()
    seen = {"round_id": poll.id, "ballot_id": ballot, "prefix": "p", "device": "d", "agent": "a", "received_at": now}
    connection.execute(traces._KEEPING, seen)
    choice = {"submission_id": design.id, "revision_id": design.current_revision_id, "state": "counted", "via": "link"}
    connection.execute(_new(connection, Vote), {**mine, **choice, "received_at": now, "at": now}).scalar_one()
    spent = connection.execute(store._SPEND, {"ballot_id": ballot, "hearts": 1, "most": poll.budget}).one()
    voted = connection.execute(queries._VOTED, {"round": poll.id, "voter": mine["voter_id"]}).scalars()
    version = {"ballot_id": ballot, "round_id": poll.id, "version": spent.version, "choices": sorted(voted)}
    version |= {"added": [design.id], "removed": [], "salt": secrets.token_hex(16), "at": now}
    connection.execute(store._VERSION, version)


def _new(connection: Connection, model: type[Base]) -> Insert:
    return database._insert_once(connection.dialect.name, model)


@app.post("/preorder/<int:person>")
def preorder(person: int) -> tuple[str, int]:
    """One conditional update, one insert."""
    now = datetime.now(UTC)
    with writing() as connection:
        took = connection.execute(text("UPDATE drops SET reserved = reserved + 1 WHERE reserved < edition_cap"))
        if not took.rowcount:
            return "sold out", 409
        number = uuid.uuid4().hex[:10]
        values = {"drop_id": 1, "person_id": person, "number": number, "idempotency_key": number, "address": {}}
        money = {"items_minor": 2900, "total_minor": 2900, "currency": "EUR"}
        connection.execute(ORDER, {**values, **money, "email": "a@example.org", "pieces": 1, "placed_at": now})
    return "ok", 201
