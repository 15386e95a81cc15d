"""What can be followed, from an address to the thing and back: designs, contests, people with a page, artists."""

from dataclasses import dataclass
from datetime import datetime

from flask import url_for
from sqlalchemy.orm import Session

from contests import queries as contests
from contests.phases import Phase
from contests.submissions import queries as submissions
from webapp.accounts import queries as accounts
from webapp.accounts import teams
from webapp.accounts.following import queries, service
from webapp.accounts.following.queries import FollowingRow
from webapp.kernel.codes import normalise
from webapp.kernel.now import now
from webapp.kernel.refusal import NotFound


@dataclass(frozen=True)
class Subject:
    """A thing that is followed. `key` names it in addresses; `url` is '' while it can't be looked at."""

    kind: str
    id: int
    key: str
    title: str
    url: str


@dataclass(frozen=True)
class Followed:
    """A subject, and since when somebody follows it."""

    subject: Subject
    since: datetime


def find(session: Session, kind: str, key: str) -> Subject:
    """Return what an address names, if everybody may see it; raises NotFound."""
    finders = {"design": _design, "contest": _contest, "person": _person, "artist": _artist}
    if kind not in finders:
        raise NotFound()
    return finders[kind](session, key)


def of_person(session: Session, person_id: int) -> list[Followed]:
    """Return all that somebody follows, the latest first. Six statements, whatever it is."""
    rows = queries.of_person(session, person_id)
    titles = _designs(session, rows) | _contests(session, rows) | _people(session, rows) | _artists(session, rows)
    return [Followed(found, row.since) for row in rows if (found := titles.get((row.kind, row.subject_id))) is not None]


def follow(subject: Subject, person_id: int, moment: datetime) -> bool:
    """Let somebody follow a subject; return whether it is new. Raises Refused."""
    if subject.kind == "artist":
        return teams.follow(subject.id, person_id, False, moment)
    return service.follow(person_id, subject.kind, subject.id, moment)


def unfollow(session: Session, kind: str, key: str, person_id: int, moment: datetime) -> Subject | None:
    """Let somebody no longer follow what they follow under this name, seen or not; return what it was."""
    mine = [each.subject for each in of_person(session, person_id)]
    found = next((each for each in mine if (each.kind, each.key) == (kind, _key(kind, key))), None)
    if found is None:
        return None
    if kind == "artist":
        teams.unfollow(found.id, person_id, moment)
    else:
        service.unfollow(person_id, kind, found.id)
    return found


def _key(kind: str, key: str) -> str:
    return normalise(key) if kind in ("design", "person") else key


def _design(session: Session, key: str) -> Subject:
    found = submissions.design(session, normalise(key))
    if found is None or not submissions.is_public(found):
        raise NotFound()
    return Subject("design", found.id, found.code, found.title, found.url)


def _contest(session: Session, key: str) -> Subject:
    found = contests.by_slug(session, key)
    if found is None or found.phase(now()) is Phase.DRAFT:
        raise NotFound()
    return Subject("contest", found.id, found.slug, found.title, url_for("pages.contest", contest_slug=found.slug))


def _person(session: Session, key: str) -> Subject:
    found = queries.profile_by_code(session, normalise(key))
    if found is None:
        raise NotFound()
    return Subject("person", found.person_id, found.code, found.name, url_for("pages.person", code=found.code))


def _artist(session: Session, key: str) -> Subject:
    found = accounts.artist_by_slug(session, key)
    if found is None:
        raise NotFound()
    return Subject("artist", found.id, found.slug, found.name, url_for("pages.artist", artist_slug=found.slug))


Titles = dict[tuple[str, int], Subject]


def _ids(rows: list[FollowingRow], kind: str) -> list[int]:
    return [row.subject_id for row in rows if row.kind == kind]


def _designs(session: Session, rows: list[FollowingRow]) -> Titles:
    """What is hidden or withdrawn keeps its code alone: it can still be let go."""
    found: Titles = {}
    for row in submissions.by_ids(session, _ids(rows, "design")).values():
        seen = submissions.is_public(row)
        subject = Subject("design", row.id, row.code, row.title if seen else "", row.url if seen else "")
        found["design", row.id] = subject
    return found


def _contests(session: Session, rows: list[FollowingRow]) -> Titles:
    return {
        ("contest", each.id): Subject(
            "contest", each.id, each.slug, each.title, url_for("pages.contest", contest_slug=each.slug)
        )
        for each in contests.by_ids(session, _ids(rows, "contest")).values()
    }


def _people(session: Session, rows: list[FollowingRow]) -> Titles:
    return {
        ("person", each.person_id): Subject(
            "person", each.person_id, each.code, each.name, url_for("pages.person", code=each.code)
        )
        for each in queries.profiles(session, _ids(rows, "person")).values()
    }


def _artists(session: Session, rows: list[FollowingRow]) -> Titles:
    return {
        ("artist", each.id): Subject(
            "artist", each.id, each.slug, each.name, url_for("pages.artist", artist_slug=each.slug)
        )
        for each in accounts.artists_by_id(session, _ids(rows, "artist")).values()
    }
