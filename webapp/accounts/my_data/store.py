"""Every write on requests for one's own data, and the leases of their worker. The caller's transaction; no commit."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from webapp.accounts.models import Person
from webapp.accounts.my_data.models import DataRequest
from webapp.infra.db import changed, insert_once

ERASED: dict[str, Any] = {
    "email": None,
    "display_name": "",
    "timezone": "",
    "age_band": None,
    "age_told_at": None,
    "country": None,
    "password_hash": None,
    "tell_sign_ins": False,
    "passkey_offered_at": None,
    "trusted_at": None,
    "suspended_reason": "",
}
"""What is left of a person: a number, the language of the receipt, and when it was."""


def ask(session: Session, person_id: int, kind: str, now: datetime) -> int:
    """Insert a request, or return the one that stands already."""
    fresh = insert_once(
        session,
        DataRequest,
        person_id=person_id,
        kind=kind,
        standing=True,
        asked_at=now,
        attempts=0,
        failure="",
        bytes=0,
        receipt={},
    )
    if fresh is not None:
        return fresh
    standing = (DataRequest.person_id == person_id, DataRequest.kind == kind, DataRequest.standing.is_(True))
    return session.scalars(select(DataRequest.id).where(*standing)).one()


def mark_erasing(session: Session, person_id: int, now: datetime) -> bool:
    """Let nobody sign in as the person, and nothing new be theirs; return False when that stood already."""
    statement = update(Person).where(Person.id == person_id, Person.erased_at.is_(None))
    return bool(changed(session, statement.values(erased_at=now)))


def empty_person(session: Session, person_id: int) -> None:
    """Take every word about the person out of their row."""
    statement = update(Person).where(Person.id == person_id, Person.erased_at.is_not(None))
    changed(session, statement.values(**ERASED))


def add_nobody(session: Session, now: datetime) -> int:
    """Insert a row of people for nobody, to unlink things to; return its id. Its day says little about whose."""
    day = now.replace(hour=0, minute=0, second=0, microsecond=0)
    row = Person(email=None, display_name="", locale="en", created_at=day, erased_at=day)
    session.add(row)
    session.flush()
    return row.id


def take(session: Session, request_id: int, now: datetime, length: timedelta) -> bool:
    """Lease a standing request that nobody works on; return whether it is ours."""
    free = or_(DataRequest.lease_until.is_(None), DataRequest.lease_until <= now)
    statement = update(DataRequest).where(DataRequest.id == request_id, DataRequest.standing.is_(True), free)
    return bool(changed(session, statement.values(lease_until=now + length, attempts=DataRequest.attempts + 1)))


def finish(session: Session, request_id: int, attempt: int, now: datetime, **values: Any) -> bool:
    """Mark our request done; return False when another worker has taken it meanwhile."""
    values |= {"done_at": now, "standing": None, "lease_until": None, "failure": ""}
    return bool(changed(session, _ours(request_id, attempt).values(**values)))


def fail(session: Session, request_id: int, attempt: int, code: str) -> bool:
    """Mark our request failed for good: the person may ask again."""
    return bool(changed(session, _ours(request_id, attempt).values(failure=code, standing=None, lease_until=None)))


def put_back(session: Session, request_id: int, attempt: int, until: datetime, code: str = "") -> bool:
    """Let our request wait until a moment; `code` says what stopped it."""
    return bool(changed(session, _ours(request_id, attempt).values(lease_until=until, failure=code)))


def forget_file(session: Session, request_id: int, file_key: str) -> bool:
    """Note that the file of an export is gone."""
    same = (DataRequest.id == request_id, DataRequest.file_key == file_key)
    return bool(changed(session, update(DataRequest).where(*same).values(file_key=None)))


def end_letter(session: Session, request_id: int) -> None:
    """Note that the mail with an erasure's receipt is gone."""
    of_it = (DataRequest.id == request_id, DataRequest.kind == "erase")
    changed(session, update(DataRequest).where(*of_it).values(expires_at=None))


def end_exports(session: Session, person_id: int) -> None:
    """End the person's exports that are being made: an attempt more, and their worker finds them taken."""
    theirs = (DataRequest.person_id == person_id, DataRequest.kind == "export", DataRequest.standing.is_(True))
    values = {"standing": None, "failure": "erased", "attempts": DataRequest.attempts + 1}
    changed(session, update(DataRequest).where(*theirs).values(**values))


def _ours(request_id: int, attempt: int) -> Any:
    mine = (DataRequest.id == request_id, DataRequest.attempts == attempt, DataRequest.standing.is_(True))
    return update(DataRequest).where(*mine)
