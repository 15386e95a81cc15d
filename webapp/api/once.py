"""Idempotency keys: a POST sent twice with the same `Idempotency-Key` is done once and answered the same.

The key is claimed inside the use case's own transaction, just before its commit. So the claim and what
it produced stand or fall together, whatever dies; and of two requests at once the database lets one through.
"""

import hashlib
import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import g, request
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from webapp.infra import idempotency
from webapp.infra.db import db, is_beside
from webapp.infra.idempotency import IdempotencyKey
from webapp.kernel.refusal import N_, Refused

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
Find = Callable[[Session], int | None]


class _Known(Exception):
    """Another request with this key was faster."""

    def __init__(self, subject_id: int) -> None:
        super().__init__(subject_id)
        self.subject_id = subject_id


def key() -> str:
    """Return the request's key, '' when there is none; raises Refused for one that can't be kept."""
    value = request.headers.get(HEADER)
    if value is None:
        return ""
    if not (8 <= len(value) <= 80 and value.isascii() and value.isprintable()):
        raise Refused("bad-key", N_("The idempotency key must have 8 to 80 characters."), 422)
    return value


def fingerprint(*parts: Any) -> str:
    """Return what tells one request from another: where it went, and what was in it."""
    told = [request.method, request.path, *parts]
    return hashlib.sha256(json.dumps(told, sort_keys=True, default=str).encode("utf-8", "replace")).hexdigest()


def once(
    scope: str, person_id: int, told: str, now: datetime, act: Callable[[], int | None], find: Find | None = None
) -> int:
    """Do `act` unless this request's key has done it; return the id of what came of it.

    `find` reads that id within the act's transaction; steps that make nothing new have none, and answer 0.
    Raises Refused('key-reused') for a key of another request.
    """
    name = key()
    if not name:
        return _id(act())
    if (known := _recall(scope, person_id, name, told)) is not None:
        return _replayed(known)
    session = db.session()
    claim = _Claim(scope, person_id, name, told, now, find)
    event.listen(session, "before_commit", claim)
    try:
        return _id(act())
    except _Known as known_now:
        return _replayed(known_now.subject_id)
    except Refused:
        # Perhaps because the same request, sent at the same time, has done it already.
        if (known := _recall(scope, person_id, name, told)) is None:
            raise
        return _replayed(known)
    finally:
        event.remove(session, "before_commit", claim)


class _Claim:
    """Writes the key down with the first commit of the use case."""

    def __init__(self, scope: str, person_id: int, name: str, told: str, now: datetime, find: Find | None) -> None:
        self.what = (person_id, scope, name)
        self.told, self.now, self.find = told, now, find
        self.done = False

    def __call__(self, session: Session) -> None:
        """Claim the key in the transaction that is about to commit."""
        if self.done or is_beside(session):
            return
        self.done = True
        new, known = idempotency.claim(session, *self.what, self.told, self.now)
        if not new:
            raise _Known(_id(known))
        idempotency.fulfil(session, *self.what, _id(self.find(session) if self.find else 0))
        session.flush()


def _recall(scope: str, person_id: int, name: str, told: str) -> int | None:
    session = db.session()
    row = session.execute(
        select(IdempotencyKey.request_hash, IdempotencyKey.subject_id).where(
            IdempotencyKey.person_id == person_id, IdempotencyKey.scope == scope, IdempotencyKey.key == name
        )
    ).first()
    session.rollback()
    if row is None:
        return None
    if row.request_hash != told:
        raise Refused("key-reused", N_("This idempotency key was used for another request."), 422)
    return _id(row.subject_id)


def _replayed(subject_id: int) -> int:
    g.api_replayed = True
    return subject_id


def _id(value: int | None) -> int:
    return 0 if value is None else value
