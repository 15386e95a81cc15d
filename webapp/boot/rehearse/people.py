"""The invented people of a rehearsal: an operator, an artist and their team, designers, fans."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import timedelta

from flask import Flask
from sqlalchemy.orm import Session

from webapp.accounts import queries, store
from webapp.accounts.login import hash_of
from webapp.accounts.tokens import PREFIX
from webapp.infra.db import transaction
from webapp.kernel.now import now

ARTIST = "rehearsal"
SINCE = timedelta(days=30)  # nobody is new here: what a new account says is held for a moderator
FAN, TEAM = ["read", "submit", "comment", "vote", "preorder"], ["read", "staff"]


@dataclass(frozen=True)
class People:
    """Their tokens. Designers only design; fans comment, vote and buy."""

    artist: str
    staff: str
    designers: list[str]
    fans: list[str]


def settle(app: Flask, designers: int, fans: int) -> People:
    """Make everybody who is not there yet; return their tokens. Safe to run again."""
    with app.app_context(), transaction() as session:
        artist_id = _artist(session)
        operator = _person(app, session, "operator", "Operator", TEAM)
        store.change_person(session, operator.id, is_operator=True)
        artist = _person(app, session, "artist", "The artist", TEAM)
        staff = _person(app, session, "staff", "The team", TEAM)
        for somebody, role in ((artist, "artist"), (staff, "merch_staff"), (staff, "moderator")):
            store.add_member(session, artist_id, somebody.id, role, now())
        makers = [_person(app, session, f"designer{n + 1}", f"Designer {n + 1}", FAN) for n in range(designers)]
        crowd = [_person(app, session, f"fan{n + 1}", f"Fan {n + 1}", FAN) for n in range(fans)]
    return People(artist.token, staff.token, [each.token for each in makers], [each.token for each in crowd])


@dataclass(frozen=True)
class _Somebody:
    id: int
    token: str


def _artist(session: Session) -> int:
    found = queries.artist_by_slug(session, ARTIST)
    return found.id if found else store.add_artist(session, ARTIST, "The Rehearsals", now())


def _person(app: Flask, session: Session, name: str, shown: str, scopes: list[str]) -> _Somebody:
    # Derived, so that a rehearsal that goes on knows them again; worth nothing outside its own database.
    secret = str(app.secret_key).encode()
    token = PREFIX + hmac.new(secret, f"rehearsal|{name}".encode(), hashlib.sha256).hexdigest()
    email = f"{name}@rehearsal.example.org"
    found = queries.person_by_email(session, email)
    if found:
        return _Somebody(found.id, token)
    fields = {"age_band": "18+", "locale": "en", "timezone": "UTC"}
    person_id = store.add_person(session, email, shown, now() - SINCE, **fields)
    store.add_token(session, person_id, "rehearsal", hash_of(token), scopes, now())
    return _Somebody(person_id, token)
