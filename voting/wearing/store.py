"""Every write of wishes to wear a design. The unique constraints decide races: a person has one wish per design."""

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from voting.wearing.models import WouldWear
from voting.wearing.queries import owner
from webapp.infra.db import changed, insert


def keep(
    session: Session,
    submission_id: int,
    contest_id: int,
    person_id: int | None,
    device_id: str,
    size: str,
    received_at: datetime,
) -> None:
    """Write a wish, or another size into the one that stands, unless what stands was said later."""
    whose = {"person_id": person_id} if person_id else {"device_id": device_id}
    row = {"submission_id": submission_id, "contest_id": contest_id, "size": size, "received_at": received_at}
    statement = insert(session, WouldWear).values(**row, **whose)
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["submission_id", *whose],
            set_={"size": size, "received_at": received_at},
            where=WouldWear.received_at <= received_at,
        )
    )


def take_back(session: Session, submission_id: int, person_id: int | None, device_id: str) -> int:
    """Remove a wish; return how many there were."""
    mine = delete(WouldWear).where(WouldWear.submission_id == submission_id, owner(person_id, device_id))
    return changed(session, mine)


def forget(session: Session, wish_id: int) -> None:
    """Remove a browser's wish once it is a person's, or can't be."""
    changed(session, delete(WouldWear).where(WouldWear.id == wish_id))
