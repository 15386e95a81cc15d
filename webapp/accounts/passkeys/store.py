"""Every write on passkeys. The caller's transaction; no commit."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from webapp.accounts.models import Person
from webapp.accounts.passkeys.models import Passkey
from webapp.infra.db import changed, insert_once


def lock(session: Session, person_id: int) -> None:
    """Let one registration of a person go after the other: their number is limited."""
    session.execute(select(Person.id).where(Person.id == person_id).with_for_update())


def add(session: Session, **values: Any) -> bool:
    """Insert a passkey; return False when its credential is known already."""
    return insert_once(session, Passkey, **values) is not None


def use(session: Session, passkey_id: int, count: int, now: datetime) -> bool:
    """Note that a passkey was used, its counter standing at `count`; return False when that went backwards.

    Many never count: zero after zero is right. The condition decides between two uses at once.
    """
    forward = Passkey.sign_count < count if count else Passkey.sign_count == 0
    statement = update(Passkey).where(Passkey.id == passkey_id, forward)
    return bool(changed(session, statement.values(sign_count=count, last_used_at=now)))


def rename(session: Session, person_id: int, passkey_id: int, name: str) -> bool:
    """Rename one of the person's own passkeys; return whether there was one."""
    statement = update(Passkey).where(Passkey.id == passkey_id, Passkey.person_id == person_id)
    return bool(changed(session, statement.values(name=name)))


def remove(session: Session, person_id: int, passkey_id: int) -> bool:
    """Delete one of the person's own passkeys; return whether there was one."""
    statement = delete(Passkey).where(Passkey.id == passkey_id, Passkey.person_id == person_id)
    return bool(changed(session, statement))


def remove_all(session: Session, person_id: int) -> None:
    """Forget every passkey of somebody."""
    session.execute(delete(Passkey).where(Passkey.person_id == person_id))


def offer(session: Session, person_id: int, now: datetime) -> bool:
    """Note that somebody was offered a passkey; return whether it was the first time."""
    statement = update(Person).where(Person.id == person_id, Person.passkey_offered_at.is_(None))
    return bool(changed(session, statement.values(passkey_offered_at=now)))
