"""Personal tokens for the API: shown once, kept as a hash, scoped and revocable."""

import secrets
from datetime import datetime, timedelta

from sqlalchemy import select

from webapp.accounts import queries, store
from webapp.accounts.login import CurrentPerson, hash_of, roles_in, value_of
from webapp.accounts.models import ApiToken, Person, TeamMember
from webapp.infra.db import db, transaction
from webapp.kernel.refusal import N_, NotFound, Refused

SCOPES = ("read", "submit", "comment", "follow", "vote", "preorder", "staff")
PREFIX = "fm_"
MOST = 20
USED_EVERY = timedelta(minutes=10)


def create(person_id: int, name: str, scopes: list[str], now: datetime) -> str:
    """Create a token and return it: it can't be read again. Raises Refused."""
    label = " ".join(name.split())
    if not 1 <= len(label) <= 60:
        raise Refused("token-name", N_("Name the token by what it is for, in at most 60 characters."), 422)
    chosen = [scope for scope in SCOPES if scope in scopes]
    if not chosen or len(chosen) != len(set(scopes)):
        raise Refused("token-scopes", N_("Choose what the token may do."), 422)
    token = PREFIX + secrets.token_urlsafe(32)
    with transaction() as session:
        if len(queries.tokens(session, person_id)) >= MOST:
            raise Refused("too-many-tokens", N_("You have %(most)s tokens. Revoke one first."), 409, most=MOST)
        store.add_token(session, person_id, label, hash_of(token), chosen, now)
    return token


def revoke(person_id: int, token_id: int, now: datetime) -> None:
    """Revoke one of the person's own tokens; raises NotFound."""
    with transaction() as session:
        if not store.revoke_token(session, person_id, token_id, now):
            raise NotFound()


def api_person(token: str, now: datetime) -> tuple[CurrentPerson, frozenset[str]] | None:
    """Return who bears the token and what it may do; None when it is unknown, revoked, or its owner is out.

    The date of its last use is kept to within ten minutes.
    """
    if not token.startswith(PREFIX):
        return None
    rows = db.session.execute(
        select(ApiToken, Person, TeamMember.artist_id, TeamMember.role)
        .join(Person, Person.id == ApiToken.person_id)
        .outerjoin(TeamMember, TeamMember.person_id == Person.id)
        .where(
            ApiToken.token_hash == hash_of(token),
            ApiToken.revoked_at.is_(None),
            Person.suspended_at.is_(None),
            Person.erased_at.is_(None),
        )
    ).all()
    if not rows:
        db.session.rollback()
        return None
    kept: ApiToken = rows[0].ApiToken
    found = value_of(rows[0].Person, roles_in(rows), 0, now)
    token_id, scopes, last = kept.id, frozenset(kept.scopes), kept.last_used_at
    db.session.rollback()
    if last is None or now - last > USED_EVERY:
        with transaction() as session:
            store.touch_token(session, token_id, now)
    return found, scopes
