"""Every write about following and public pages. Callers own the transaction."""

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from webapp.accounts.following.models import Following, Profile
from webapp.infra.db import changed, insert_once


def add(session: Session, person_id: int, kind: str, subject_id: int, now: datetime) -> bool:
    """Let somebody follow a thing; return False when they did already."""
    made = insert_once(session, Following, person_id=person_id, kind=kind, subject_id=subject_id, since=now)
    return made is not None


def remove(session: Session, person_id: int, kind: str, subject_id: int) -> bool:
    """End the following; return whether there was one."""
    which = (Following.person_id == person_id, Following.kind == kind, Following.subject_id == subject_id)
    return bool(changed(session, delete(Following).where(*which)))


def forget_subject(session: Session, kind: str, subject_id: int) -> int:
    """End every following of a thing; return how many there were."""
    return changed(session, delete(Following).where(Following.kind == kind, Following.subject_id == subject_id))


def add_profile(session: Session, person_id: int, code: str, now: datetime) -> bool:
    """Open somebody's page at a code; return False when they have one, or the code is another's."""
    return insert_once(session, Profile, person_id=person_id, code=code, since=now) is not None


def remove_profile(session: Session, person_id: int) -> bool:
    """Close somebody's page; return whether there was one."""
    return bool(changed(session, delete(Profile).where(Profile.person_id == person_id)))
