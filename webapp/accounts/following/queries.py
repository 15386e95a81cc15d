"""Every SELECT about following, but `accounts.queries.followers_of`; and about public pages."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, func, select
from sqlalchemy.orm import Session

from webapp.accounts.following import rules
from webapp.accounts.following.models import Following, Profile
from webapp.accounts.models import Follow, Person


@dataclass(frozen=True)
class FollowingRow:
    """One thing that somebody follows."""

    kind: str
    subject_id: int
    since: datetime


@dataclass(frozen=True)
class ProfileRow:
    """A public page that is open: never who it belongs to in any other way than by name."""

    person_id: int
    code: str
    name: str
    unlisted: bool


def of_person(session: Session, person_id: int) -> list[FollowingRow]:
    """Return what somebody follows, artists as well, the latest first. Two statements."""
    rows = [
        FollowingRow(row.kind, row.subject_id, row.since)
        for row in session.execute(
            select(Following.kind, Following.subject_id, Following.since).where(Following.person_id == person_id)
        )
    ]
    artists = session.execute(select(Follow.artist_id, Follow.since).where(Follow.person_id == person_id))
    rows += [FollowingRow("artist", row.artist_id, row.since) for row in artists]
    return sorted(rows, key=lambda row: (row.since, row.kind, row.subject_id), reverse=True)


def follows(session: Session, person_id: int | None, kind: str, subject_id: int) -> bool:
    """Return whether somebody follows a design, a contest or a person; strangers never do."""
    return person_id is not None and session.scalar(select(_one(person_id, kind, subject_id))) is not None


def beside_design(session: Session, viewer_id: int | None, design_id: int, author_id: int) -> tuple[bool, str]:
    """Return whether the reader follows a design, and the code of its author's page, '' without one. One statement."""
    asked = {"viewer": viewer_id or 0, "design": design_id, "author": author_id}
    row = session.execute(_beside_a_design(), asked).one()
    return row.follows is not None, row.code or ""


@cache
def _beside_a_design() -> Select[Any]:
    code = select(Profile.code).join(Person, Person.id == Profile.person_id)
    code = code.where(Profile.person_id == bindparam("author"), *_may_be_seen())
    mine = _one(bindparam("viewer"), "design", bindparam("design"))
    return select(mine.label("follows"), code.scalar_subquery().label("code"))


def count(session: Session, person_id: int) -> int:
    """Return how many designs, contests and people somebody follows: their own number, shown to nobody else."""
    return session.scalar(select(func.count()).where(Following.person_id == person_id)) or 0


def profile(session: Session, person_id: int) -> ProfileRow | None:
    """Return somebody's public page, when it is open."""
    return next(iter(profiles(session, [person_id]).values()), None)


def profile_by_code(session: Session, code: str) -> ProfileRow | None:
    """Return the open page of an address."""
    return next(iter(_profiles(session, Profile.code == code)), None)


def profiles(session: Session, people: Iterable[int]) -> dict[int, ProfileRow]:
    """Return the open pages of those people, by person."""
    return {row.person_id: row for row in _profiles(session, Profile.person_id.in_(list(people)))}


def _profiles(session: Session, which: ColumnElement[bool]) -> list[ProfileRow]:
    found = select(Profile.person_id, Profile.code, Person.display_name, Person.age_band)
    found = found.join(Person, Person.id == Profile.person_id).where(which, *_may_be_seen())
    return [
        ProfileRow(row.person_id, row.code, row.display_name, row.age_band in rules.UNLISTED)
        for row in session.execute(found)
    ]


def _may_be_seen() -> tuple[ColumnElement[bool], ...]:
    """A page is open while its person may have one: an age that is corrected later closes it."""
    return (
        Person.erased_at.is_(None),
        Person.suspended_at.is_(None),
        Person.age_band.in_(rules.OPEN_TO),
        Person.display_name != "",
    )


def _one(person_id: Any, kind: str, subject_id: Any) -> Any:
    which = (Following.person_id == person_id, Following.kind == kind, Following.subject_id == subject_id)
    return select(Following.id).where(*which).scalar_subquery()
