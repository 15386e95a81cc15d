"""What is read about passkeys."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from webapp.accounts.passkeys.models import Passkey


def of_person(session: Session, person_id: int) -> Sequence[Any]:
    """Return a person's passkeys, the oldest first: id, name, dates, credential_id, transports, handle."""
    columns = (Passkey.id, Passkey.name, Passkey.created_at, Passkey.last_used_at)
    keys = (Passkey.credential_id, Passkey.transports, Passkey.handle)
    return session.execute(select(*columns, *keys).where(Passkey.person_id == person_id).order_by(Passkey.id)).all()


def how_many(session: Session, person_id: int) -> int:
    """Return how many passkeys somebody has."""
    return session.scalar(select(func.count()).select_from(Passkey).where(Passkey.person_id == person_id)) or 0


def by_credential(session: Session, credential_id: str) -> Any:
    """Return the passkey of a credential (id, person_id, public_key, handle), or None."""
    columns = (Passkey.id, Passkey.person_id, Passkey.public_key, Passkey.handle)
    return session.execute(select(*columns).where(Passkey.credential_id == credential_id)).first()
