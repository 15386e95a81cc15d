"""Idempotency keys: the same request sent twice is done once and answered the same."""

from datetime import datetime
from typing import Any

from sqlalchemy import String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from webapp.infra.db import Base, insert_once, primary_key
from webapp.kernel.refusal import N_, Refused


class IdempotencyKey(Base):
    """What a key of one caller has produced; the request's hash guards against reuse for another."""

    __tablename__ = "idempotency_keys"
    __table_args__ = (UniqueConstraint("person_id", "scope", "key"),)
    id: Mapped[int] = primary_key()
    person_id: Mapped[int]
    scope: Mapped[str] = mapped_column(String(40))
    key: Mapped[str] = mapped_column(String(80))
    request_hash: Mapped[str] = mapped_column(String(64))
    subject_id: Mapped[int | None]
    at: Mapped[datetime]


def claim(
    session: Session, person_id: int, scope: str, key: str, request_hash: str, at: datetime
) -> tuple[bool, int | None]:
    """Claim `key` in the caller's transaction; return (new, subject id of the first time).

    Raises Refused('key-reused') when the same key came with another request. The claim and what it
    produces commit together, so a claim that stands has its subject.
    """
    values: dict[str, Any] = {
        "person_id": person_id,
        "scope": scope,
        "key": key,
        "request_hash": request_hash,
    }
    if insert_once(session, IdempotencyKey, **values, at=at):
        return True, None
    row = session.execute(
        select(IdempotencyKey.request_hash, IdempotencyKey.subject_id).where(
            IdempotencyKey.person_id == person_id, IdempotencyKey.scope == scope, IdempotencyKey.key == key
        )
    ).one()
    if row.request_hash != request_hash:
        raise Refused("key-reused", N_("This idempotency key was used for another request."), 422)
    return False, row.subject_id


def fulfil(session: Session, person_id: int, scope: str, key: str, subject_id: int) -> None:
    """Write down what the claimed key produced, in the same transaction."""
    row = session.scalars(
        select(IdempotencyKey).where(
            IdempotencyKey.person_id == person_id, IdempotencyKey.scope == scope, IdempotencyKey.key == key
        )
    ).one()
    row.subject_id = subject_id
