"""What is read about passkeys."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from webapp.accounts.models import Person
from webapp.accounts.passkeys.models import Passkey


def of_person(session: Session, person_id: int) -> Sequence[Any]:
    """Return a person's passkeys, the oldest first: id, name, dates, credential_id, transports, handle."""
    columns = (Passkey.id, Passkey.name, Passkey.created_at, Passkey.last_used_at)
    keys = (Passkey.credential_id, Passkey.transports, Passkey.handle)
    return session.execute(select(*columns, *keys).where(Passkey.person_id == person_id).order_by(Passkey.id)).all()


def how_many(session: Session, person_id: int) -> int:
    """Return how many passkeys somebody has."""
    return session.scalar(select(func.count()).select_from(Passkey).where(Passkey.person_id == person_id)) or 0


def has_second_factor(session: Session, person_id: int) -> bool:
    """Return whether somebody can show more than a code by mail: a passkey, or a password."""
    has_password = select(Person.id).where(Person.id == person_id, Person.password_hash.is_not(None))
    return how_many(session, person_id) > 0 or session.scalar(has_password) is not None


def by_credential(session: Session, credential_id: str) -> Any:
    """Return the passkey of a credential (id, person_id, public_key, handle), or None."""
    columns = (Passkey.id, Passkey.person_id, Passkey.public_key, Passkey.handle)
    return session.execute(select(*columns).where(Passkey.credential_id == credential_id)).first()
