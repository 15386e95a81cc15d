"""Every SELECT on submissions, revisions and moderation acts."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, func, select
from sqlalchemy.orm import Session, aliased

from contests.models import Contest
from contests.submissions import leases
from contests.submissions.images.hashing import nearby
from contests.submissions.models import ModerationAct, Revision, Submission
from contests.submissions.rows import ActRow, CardRow, DesignRow, Lookalike, RevisionRow, Standing, Usage
from webapp.accounts import queries as people
from webapp.accounts.models import Person

__all__ = ["ActRow", "CardRow", "DesignRow", "Lookalike", "RevisionRow", "Standing", "Usage"]

MOST_COMPARED = 20_000
LOOKS_ALIKE = 10
"""Differing bits of 64 up to which two designs are shown side by side to a moderator; docs/lookalikes.md says why."""


def public() -> ColumnElement[bool]:
    """Return the condition under which everybody may see a submission."""
    return and_(
        Submission.state == "approved",
        Submission.submitted_at.is_not(None),
        Submission.withdrawn_at.is_(None),
        Submission.current_revision_id.is_not(None),
    )


def is_public(design: DesignRow) -> bool:
    """Return the same of a row that was read."""
    return bool(
        design.state == "approved"
        and design.submitted_at
        and not design.withdrawn_at
        and design.current_revision_id is not None
    )


def design(session: Session, code: str) -> DesignRow | None:
    """Return the design of a code (as the database spells it), public or not."""
    return _design(session, Submission.code == code)


def by_id(session: Session, submission_id: int) -> DesignRow | None:
    """Return the design of an id, public or not."""
    return _design(session, Submission.id == submission_id)


def by_ids(session: Session, ids: Iterable[int]) -> dict[int, DesignRow]:
    """Return those designs, by id; as many statements for any number."""
    return {row.id: row for row in _designs(session, Submission.id.in_(set(ids)))}


def by_author(session: Session, person_id: int, contest_id: int | None = None) -> list[DesignRow]:
    """Return somebody's designs and drafts that were not withdrawn, newest first."""
    mine = and_(Submission.author_id == person_id, Submission.withdrawn_at.is_(None))
    if contest_id is not None:
        mine = and_(mine, Submission.contest_id == contest_id)
    return _designs(session, mine)


def public_of_author(session: Session, person_id: int, most: int) -> list[int]:
    """Return somebody's public designs in every contest, the latest first, at most so many."""
    mine = select(Submission.id).where(Submission.author_id == person_id, public())
    return list(session.scalars(mine.order_by(Submission.id.desc()).limit(most)))


def public_ids(session: Session, contest_id: int) -> list[int]:
    """Return the ids of a contest's public designs, oldest first."""
    statement = select(Submission.id).where(Submission.contest_id == contest_id, public())
    return list(session.scalars(statement.order_by(Submission.id)))


def pending_ids(session: Session, artist_id: int) -> list[int]:
    """Return the ids of an artist's designs that wait for a moderator, oldest first, pictures ready."""
    statement = select(Submission.id).join(Contest, Contest.id == Submission.contest_id)
    undecided = Submission.state.in_(("pending", "held")), Submission.current_revision_id.is_not(None)
    statement = statement.where(Contest.artist_id == artist_id, *_moderatable(), *undecided)
    return list(session.scalars(statement.order_by(Submission.id)))


def counts_by_state(session: Session, artist_id: int) -> dict[str, int]:
    """Return how many sent-in designs of an artist's contests are in each moderation state."""
    statement = select(Submission.state, func.count()).join(Contest, Contest.id == Submission.contest_id)
    mine = statement.where(Contest.artist_id == artist_id, *_moderatable())
    rows = session.execute(mine.group_by(Submission.state))
    return {row[0]: row[1] for row in rows}


def card_columns() -> tuple[Any, ...]:
    """Return the columns a card is made of; select them with `Revision` joined."""
    return (
        Submission.id,
        Submission.contest_id,
        Submission.author_id,
        Submission.code,
        Submission.title,
        Submission.alt,
        Submission.state,
        Revision.id.label("revision_id"),
        Revision.width,
        Revision.height,
        Revision.renditions,
        Revision.placeholder,
        Revision.share_card_key,
    )


def cards(session: Session, ids: Iterable[int]) -> dict[int, CardRow]:
    """Return the cards of submissions that have a finished picture, by id; two statements for any number."""
    wanted = list(ids)
    if not wanted:
        return {}
    statement = (
        select(*card_columns())
        .join(Revision, Revision.id == Submission.current_revision_id)
        .where(Submission.id.in_(wanted))
    )
    rows = session.execute(statement).all()
    names = people.names(session, {row.author_id for row in rows})
    return {row.id: CardRow(author_name=names[row.author_id], **row._mapping) for row in rows}


def mockups(session: Session, ids: Iterable[int]) -> dict[int, list[dict[str, Any]]]:
    """Return the mockups of the pictures that those submissions show, by id; see `worn.worn`."""
    shown = select(Submission.id, Revision.mockups).join(Revision, Revision.id == Submission.current_revision_id)
    return {row.id: list(row.mockups) for row in session.execute(shown.where(Submission.id.in_(set(ids))))}


def authors_of(session: Session, contest_id: int) -> list[int]:
    """Return who has a design in a contest (sent in, not withdrawn)."""
    statement = select(Submission.author_id).where(Submission.contest_id == contest_id, *_moderatable())
    return list(session.scalars(statement.distinct().order_by(Submission.author_id)))


def artist_of(session: Session, submission_id: int) -> int | None:
    """Return the artist whose contest a submission is in."""
    statement = select(Contest.artist_id).join(Submission, Submission.contest_id == Contest.id)
    return session.scalar(statement.where(Submission.id == submission_id))


def contest_of(session: Session, submission_id: int) -> int | None:
    """Return the contest a submission is in."""
    return session.scalar(select(Submission.contest_id).where(Submission.id == submission_id))


def revision(session: Session, revision_id: int) -> RevisionRow | None:
    """Return one revision."""
    row = session.execute(_revision_columns().where(Revision.id == revision_id)).first()
    return RevisionRow(**row._mapping) if row else None


def revisions(session: Session, submission_id: int) -> list[RevisionRow]:
    """Return a design's revisions, oldest first."""
    statement = _revision_columns().where(Revision.submission_id == submission_id)
    return [RevisionRow(**row._mapping) for row in session.execute(statement.order_by(Revision.number))]


def act(session: Session, act_id: int) -> ActRow | None:
    """Return one moderation act on a submission."""
    found = _acts(session, ModerationAct.id == act_id)
    return found[0] if found else None


def acts_on(session: Session, submission_id: int) -> list[ActRow]:
    """Return what was done to a submission, newest first."""
    return _acts(session, ModerationAct.subject_id == submission_id)


def usage(session: Session, contest_id: int, author_id: int) -> Usage:
    """Return what a fan has in a contest; exact only under the lock of `lock_person`."""
    own = (Submission.contest_id == contest_id, Submission.author_id == author_id)
    sent = func.coalesce(Submission.submitted_at, Submission.waits_since)  # what waits for a guardian keeps its place
    standing = select(sent).where(*own, Submission.withdrawn_at.is_(None))
    dates = list(session.scalars(standing))
    size = select(func.sum(Revision.bytes)).join(Submission, Submission.id == Revision.submission_id)
    submitted = sum(date is not None for date in dates)
    return Usage(len(dates) - submitted, submitted, int(session.scalar(size.where(*own)) or 0))


def lock_person(session: Session, person_id: int) -> Standing | None:
    """Lock a person's row, so that one fan's uploads are counted one after another; return its standing.

    The lock leaves foreign keys to the person free. SQLite has one writer anyway.
    """
    columns = select(Person.trusted_at, Person.age_band, Person.country, Person.suspended_at)
    statement = columns.where(Person.id == person_id).with_for_update(key_share=True)
    row = session.execute(statement).first()
    return Standing(**row._mapping) if row else None


def due_for_processing(session: Session, now: datetime, fresh: datetime, limit: int) -> tuple[list[int], list[int]]:
    """Return revisions that nobody works on: (waiting ones made before `fresh`, those of silent workers)."""
    return leases.due(session, Revision, now, fresh, limit)


def lookalikes(session: Session, submission_id: int, most: int = 6) -> list[Lookalike]:
    """Return the designs that look most like this one, nearest first: of its contest, and of the artist's others.

    Two statements. Of very many designs those of the same contest are compared first, then the newest.
    """
    mine = session.execute(
        select(Submission.contest_id, Contest.artist_id, Revision.report)
        .join(Revision, Revision.id == Submission.current_revision_id)
        .join(Contest, Contest.id == Submission.contest_id)
        .where(Submission.id == submission_id)
    ).first()
    hashes = list((mine.report or {}).get("dhash", ())) if mine else []
    if mine is None or not hashes:
        return []
    others = session.execute(
        select(Submission.id, Submission.code, Revision.dhash, Submission.contest_id, Contest.title)
        .join(Revision, Revision.id == Submission.current_revision_id)
        .join(Contest, Contest.id == Submission.contest_id)
        .where(Contest.artist_id == mine.artist_id, Submission.id != submission_id, Revision.dhash != "")
        .where(*_moderatable())
        .order_by((Submission.contest_id == mine.contest_id).desc(), Submission.id.desc())
        .limit(MOST_COMPARED)
    ).all()
    near = nearby(hashes, [row.dhash for row in others], LOOKS_ALIKE)
    near.sort(key=lambda found: (found[1], others[found[0]].id))
    return [
        Lookalike(row.id, row.code, distance, "" if row.contest_id == mine.contest_id else row.title)
        for row, distance in ((others[at], distance) for at, distance in near[:most])
    ]


def _moderatable() -> tuple[ColumnElement[bool], ...]:
    return Submission.submitted_at.is_not(None), Submission.withdrawn_at.is_(None)


def _design(session: Session, which: ColumnElement[bool]) -> DesignRow | None:
    found = _designs(session, which)
    return found[0] if found else None


def _designs(session: Session, which: ColumnElement[bool]) -> list[DesignRow]:
    """Three statements for any number: designs, names, and the two revisions of each."""
    # Columns, not entities: a conditional UPDATE of this transaction must be seen by the next read.
    rows = session.execute(_design_columns().where(which)).all()
    names = people.names(session, {row.author_id for row in rows})
    newest = _newest(session, [row.id for row in rows])
    shown = newest | _by_ids(session, [r.current_revision_id for r in rows if r.current_revision_id], newest)
    latest = {each.submission_id: each for each in newest.values()}
    return [
        DesignRow(
            author_name=names[row.author_id],
            revision=shown.get(row.current_revision_id or 0),
            latest=latest.get(row.id),
            **row._mapping,
        )
        for row in rows
    ]


_SAME = [name for name in DesignRow.__dataclass_fields__ if name not in ("author_name", "revision", "latest")]


def _newest(session: Session, ids: Sequence[int]) -> dict[int, RevisionRow]:
    if not ids:
        return {}
    rows = session.execute(_newest_of_each(), {"designs": ids})
    return {row.id: RevisionRow(**row._mapping) for row in rows}


def _by_ids(session: Session, ids: list[int], known: dict[int, RevisionRow]) -> dict[int, RevisionRow]:
    missing = [each for each in ids if each not in known]
    if not missing:
        return {}
    rows = session.execute(_revision_columns().where(Revision.id.in_(missing)))
    return {row.id: RevisionRow(**row._mapping) for row in rows}


# Written once: a page reads designs again and again, and to put their statements together took a third of its time.
@cache
def _design_columns() -> Select[Any]:
    return select(*(getattr(Submission, name) for name in _SAME)).order_by(Submission.id.desc())


@cache
def _revision_columns() -> Select[Any]:
    return select(*(getattr(Revision, name) for name in RevisionRow.__dataclass_fields__))


@cache
def _newest_of_each() -> Select[Any]:
    other = aliased(Revision)
    newest = select(func.max(other.number)).where(other.submission_id == Revision.submission_id)
    of_these = Revision.submission_id.in_(bindparam("designs", expanding=True))
    return _revision_columns().where(of_these, Revision.number == newest.scalar_subquery())


def _acts(session: Session, which: ColumnElement[bool]) -> list[ActRow]:
    columns = (getattr(ModerationAct, name) for name in ActRow.__dataclass_fields__)
    statement = select(*columns).where(which, ModerationAct.subject_kind == "submission")
    return [ActRow(**row._mapping) for row in session.execute(statement.order_by(ModerationAct.id.desc()))]
