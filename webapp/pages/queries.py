"""Reads that need several rooms at once, and would cost a page one statement per room or per row."""

from collections.abc import Iterable, Sequence
from dataclasses import fields
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, func, or_, select
from sqlalchemy.orm import Session

from contests.comments.models import Comment, Report
from contests.models import Contest
from contests.queries import ContestRow
from contests.submissions.models import Revision, Submission
from contests.submissions.queries import CardRow, card_columns, public
from contests.ways import kind_of
from voting.exposure import queries as exposure
from voting.exposure.queries import Entry
from voting.models import Ballot, Pick, Round, Vote
from webapp.accounts.models import Artist, Follow, Person
from webapp.infra.short_ways import peek
from webapp.pages.rows import Face, Place, Sample, Spent

A_FAN = "a fan"
FaceRow = tuple[Any, ...]
_CONTEST = [field.name for field in fields(ContestRow)]
_WORKS: Any = Submission.__table__
_PICTURES: Any = Revision.__table__
_PEOPLE: Any = Person.__table__
# Files are named by original and recipe: where both are the same, so are the pictures of a card.
_PICTURE = ("id", "recipe", "placeholder", "width", "height")
_FACES = (
    select(
        *(_WORKS.c[name] for name in ("id", "author_id", "code", "title", "alt")),
        *(_PEOPLE.c.display_name, _PEOPLE.c.erased_at.is_not(None)),
        *(_PICTURES.c[name] for name in _PICTURE),
    )
    .join(_PICTURES, _PICTURES.c.id == _WORKS.c.current_revision_id)
    .join(_PEOPLE, _PEOPLE.c.id == _WORKS.c.author_id)
    .where(_WORKS.c.id.in_(bindparam("wanted", expanding=True)), public())
)


def place(session: Session, which: ColumnElement[bool]) -> Place | None:
    """Return a contest with its artist, by a condition on either; one statement."""
    return next(iter(places(session, which, limit=1)), None)


def places(session: Session, *which: ColumnElement[bool], limit: int = 60) -> list[Place]:
    """Return contests with their artists, the newest first; one statement."""
    rows = session.execute(_contests_with_artists().where(*which).limit(limit))
    return [_place(row._mapping, _CONTEST) for row in rows]


@cache
def _contests_with_artists() -> Select[Any]:
    artist = Artist.slug.label("artist_slug"), Artist.name.label("artist_name"), Artist.brand_colour
    columns = select(*(getattr(Contest, name) for name in _CONTEST), *artist)
    return columns.join(Artist, Artist.id == Contest.artist_id).order_by(Contest.id.desc())


def entries(session: Session, contest_id: int, stage: str, words: str = "") -> list[Entry]:
    """Return the public designs of a contest that match `words`, as the order needs them; one statement."""
    if not words:
        return exposure.entries(session, contest_id, stage)
    return exposure.entries(session, contest_id, stage, Submission.author_id == Person.id, _mentions(words))


def cards(session: Session, ids: Iterable[int]) -> dict[int, CardRow]:
    """Return the cards of those designs that are public at this moment, by id; one statement."""
    wanted = list(ids)
    if not wanted:
        return {}
    found = {}
    for row in session.execute(_public_cards(), {"wanted": wanted}):
        values = dict(row._mapping)
        name, erased = values.pop("display_name"), values.pop("erased_at")
        found[row.id] = CardRow(author_name=name if name and not erased else A_FAN, **values)
    return found


@cache
def _public_cards() -> Select[Any]:
    return (
        select(*card_columns(), Person.display_name, Person.erased_at)
        .join(Revision, Revision.id == Submission.current_revision_id)
        .join(Person, Person.id == Submission.author_id)
        .where(Submission.id.in_(bindparam("wanted", expanding=True)), public())
    )


def faces(ids: Sequence[int]) -> list[Face]:
    """Return those of the designs that are public at this moment, in the same order; one small statement."""
    return [face_of(row) for row in face_rows(ids)]


def face_rows(ids: Sequence[int]) -> list[FaceRow]:
    """Return the same as the database gives it: two rows are equal when their cards are."""
    found = {row[0]: row for row in peek(_FACES, {"wanted": list(ids)})} if ids else {}
    return [found[each] for each in ids if each in found]


def face_of(row: FaceRow) -> Face:
    """Return a row of `face_rows` with names to its parts."""
    design, author, code, title, alt, name, erased, *picture = row
    return Face(design, author, (code, title, alt, name if name and not erased else A_FAN), tuple(picture))


def samples(session: Session, contest_ids: Sequence[int], seed: int, per: int = 3) -> dict[int, Sample]:
    """Return a few public designs of each contest and how many there are, by contest; one statement.

    `seed` decides which ones: each reader sees others, and nobody is first for everybody.
    """
    if not contest_ids:
        return {}
    luck = (Submission.id * (2 * seed + 7919)) % 10007
    ranked = (
        select(
            Submission.id,
            Submission.contest_id,
            func.row_number().over(partition_by=Submission.contest_id, order_by=(luck, Submission.id)).label("place"),
            func.count().over(partition_by=Submission.contest_id).label("whole"),
        )
        .where(Submission.contest_id.in_(contest_ids), public())
        .subquery()
    )
    rows = session.execute(select(ranked).where(ranked.c.place <= per).order_by(ranked.c.contest_id, ranked.c.place))
    found: dict[int, Sample] = {}
    for row in rows:
        found.setdefault(row.contest_id, Sample(row.whole, [])).ids.append(row.id)
    return found


def winners(session: Session, contest_ids: Sequence[int]) -> dict[int, int]:
    """Return the announced winners of contests: contest to design; one statement."""
    rows = session.execute(
        select(Pick.contest_id, Pick.submission_id).where(
            Pick.contest_id.in_(contest_ids),
            Pick.announced_at.is_not(None),
            Pick.undone_at.is_(None),
            Pick.voided_at.is_(None),
        )
    )
    return {row.contest_id: row.submission_id for row in rows}


def picked(session: Session, contest_ids: Sequence[int]) -> set[int]:
    """Return the contests with a pick that stands, announced or not: for the team's eyes only."""
    stands = (Pick.undone_at.is_(None), Pick.voided_at.is_(None))
    return set(session.scalars(select(Pick.contest_id).where(Pick.contest_id.in_(contest_ids), *stands)))


def teams(session: Session, artist_ids: Iterable[int]) -> list[tuple[str, str]]:
    """Return (slug, name) of artists, by name."""
    rows = session.execute(
        select(Artist.slug, Artist.name).where(Artist.id.in_(list(artist_ids))).order_by(Artist.name, Artist.id)
    )
    return [(row.slug, row.name) for row in rows]


def followed(session: Session, person_id: int) -> list[tuple[str, str]]:
    """Return (slug, name) of the artists somebody follows."""
    rows = session.execute(
        select(Artist.slug, Artist.name)
        .join(Follow, Follow.artist_id == Artist.id)
        .where(Follow.person_id == person_id)
        .order_by(Artist.name, Artist.id)
    )
    return [(row.slug, row.name) for row in rows]


def spent_in(session: Session, person_id: int, contest_ids: Sequence[int]) -> dict[int, Spent]:
    """Return what a person has given in the present rounds of contests, by contest; one statement."""
    rows = session.execute(
        select(Round.contest_id, Round.budget, Round.method, Ballot.spent)
        .outerjoin(Ballot, (Ballot.round_id == Round.id) & (Ballot.voter_id == person_id))
        .where(Round.contest_id.in_(contest_ids), Round.sealed_at.is_(None))
        .order_by(Round.kind.desc())  # 'open' before 'final': the later round overwrites
    )
    return {row.contest_id: Spent(row.spent or 0, row.budget, kind_of(row.method)) for row in rows}


def voted_for(session: Session, person_id: int, limit: int = 24) -> list[int]:
    """Return the designs that stand on somebody's ballots in rounds that still run, the latest first."""
    rows = session.scalars(
        select(Vote.submission_id)
        .join(Round, Round.id == Vote.round_id)
        .where(Vote.voter_id == person_id, Round.sealed_at.is_(None))
        .order_by(Vote.id.desc())
        .limit(limit)
    )
    return list(dict.fromkeys(rows))


def voted_in(session: Session, person_id: int) -> list[int]:
    """Return the contests somebody has a ballot in."""
    statement = select(Round.contest_id).join(Ballot, Ballot.round_id == Round.id).where(Ballot.voter_id == person_id)
    return list(session.scalars(statement.distinct()))


def comment_counts(session: Session, person_id: int) -> list[tuple[str, str, int]]:
    """Return (code, title, comments) of the designs somebody commented on, the latest talk first."""
    last = func.max(Comment.id)
    rows = session.execute(
        select(Submission.code, Submission.title, func.count(Comment.id).label("comments"))
        .join(Comment, Comment.submission_id == Submission.id)
        .where(Comment.author_id == person_id, Comment.state != "withdrawn", public())
        .group_by(Submission.id, Submission.code, Submission.title)
        .order_by(last.desc())
        .limit(20)
    )
    return [(row.code, row.title, row.comments) for row in rows]


def designs_in(session: Session, contest_ids: Sequence[int]) -> dict[int, tuple[int, int]]:
    """Return (public, waiting for a moderator) designs of contests, by contest; one statement."""
    shown = func.count().filter(public())
    waiting = func.count().filter(
        Submission.state.in_(("pending", "held")),
        Submission.submitted_at.is_not(None),
        Submission.withdrawn_at.is_(None),
    )
    rows = session.execute(
        select(Submission.contest_id, shown.label("shown"), waiting.label("waiting"))
        .where(Submission.contest_id.in_(contest_ids))
        .group_by(Submission.contest_id)
    )
    return {row.contest_id: (row.shown, row.waiting) for row in rows}


def open_reports(session: Session, artist_id: int) -> int:
    """Return how many reports wait for an answer."""
    statement = select(func.count()).select_from(Report)
    return session.scalar(statement.where(Report.artist_id == artist_id, Report.resolved_at.is_(None))) or 0


def held_comments(session: Session, artist_id: int) -> int:
    """Return how many comments wait for a moderator."""
    statement = (
        select(func.count(Comment.id))
        .join(Submission, Submission.id == Comment.submission_id)
        .join(Contest, Contest.id == Submission.contest_id)
    )
    return session.scalar(statement.where(Contest.artist_id == artist_id, Comment.state == "held")) or 0


def _place(values: Any, names: list[str]) -> Place:
    return Place(
        ContestRow(**{name: values[name] for name in names}),
        values["artist_slug"],
        values["artist_name"],
        values["brand_colour"],
    )


def _mentions(words: str) -> ColumnElement[bool]:
    # SQLite folds the case of ASCII letters only: the usual spellings of others are tried in turn.
    spellings = {words, words.lower(), words.upper(), words.capitalize()}
    columns = (Submission.title, Submission.description, Person.display_name)
    return or_(*(column.icontains(each, autoescape=True) for column in columns for each in sorted(spellings)))
