"""Every SELECT on questions. None but `by_votes` and `votes_for` counts votes: nothing else could tell of them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import Session, aliased

from contests.comments.questions.models import Question, QuestionAnswer, QuestionVote
from contests.models import Contest
from contests.submissions.models import ModerationAct
from webapp.accounts.models import Artist, Person
from webapp.accounts.queries import A_FAN

COMPARED = 1000  # the newest questions of a contest that a new one is compared with
LISTED = 2000  # questions of a contest that have a place in its list
DESK = 200
UNSEEN = 20  # of one's own that others don't see
ROOTS = and_(Question.state == "visible", Question.merged_into_id.is_(None))


@dataclass(frozen=True)
class AnswerRow:
    """An answer as everybody reads it; `role` says whose it is, `edited_at` is set when it is not the first version."""

    body_md: str
    role: str
    number: int
    first_at: datetime
    at: datetime

    @property
    def edited_at(self) -> datetime | None:
        """Return when it was changed last."""
        return self.at if self.number > 1 else None


@dataclass(frozen=True)
class QuestionRow:
    """A question with where it stands; `wanted` is known once it is answered."""

    id: int
    contest_id: int
    author_id: int
    words: str
    state: str
    rule: str
    created_at: datetime
    answered_at: datetime | None
    wanted: int | None
    merged_into_id: int | None
    author_name: str
    artist_id: int
    artist_name: str
    artist_slug: str
    contest_slug: str
    contest_title: str
    answer: AnswerRow | None

    @property
    def kind(self) -> str:
        """Return what it is called in the moderators' queue."""
        return "question"

    @property
    def path(self) -> str:
        """Return the address of its own page."""
        return f"/c/{self.contest_slug}/questions/{self.id}"


@dataclass(frozen=True)
class Ranked:
    """A question on the team's desk, with its votes: nothing that fans see is made of this."""

    row: QuestionRow
    votes: int


def one(session: Session, question_id: int) -> QuestionRow | None:
    """Return one question, whatever its state."""
    return next(iter(_rows(session, Question.id == question_id)), None)


def root_of(session: Session, question_id: int) -> QuestionRow | None:
    """Return a question, or the one it was merged into, when everybody can see it."""
    found = one(session, question_id)
    if found and found.merged_into_id:
        found = one(session, found.merged_into_id)
    return found if found and found.state == "visible" else None


def lock(session: Session, question_ids: Collection[int], *, shared: bool = False) -> None:
    """Let nobody merge or answer these meanwhile; `shared` lets others vote at the same time."""
    rows = select(Question.id).where(Question.id.in_(question_ids)).order_by(Question.id)
    session.execute(rows.with_for_update(read=shared)).all()


def lock_author(session: Session, person_id: int) -> Any:
    """Return what decides whether somebody may ask, and let nobody else ask in their name meanwhile."""
    return session.execute(
        select(Person.age_band, Person.trusted_at, Person.suspended_at, Person.created_at)
        .where(Person.id == person_id)
        .with_for_update()
    ).first()


def ids(session: Session, contest_id: int) -> tuple[list[int], list[int]]:
    """Return the ids of a contest's answered questions, the newest answer first, and of those that wait."""
    rows = session.execute(
        select(Question.id, Question.answered_at)
        .where(Question.contest_id == contest_id, ROOTS)
        .order_by(Question.answered_at.desc(), Question.id.desc())
        .limit(LISTED)
    ).all()
    return [row.id for row in rows if row.answered_at], [row.id for row in rows if not row.answered_at]


def some(session: Session, wanted: Sequence[int]) -> list[QuestionRow]:
    """Return visible questions in the order of their ids `wanted`; one statement."""
    found = {row.id: row for row in _rows(session, Question.id.in_(wanted), ROOTS)} if wanted else {}
    return [found[each] for each in wanted if each in found]


def newest(session: Session, which: ColumnElement[bool], limit: int) -> list[QuestionRow]:
    """Return the questions answered last, by a condition on Contest; one statement."""
    latest = _statement().where(ROOTS, Question.answered_at.is_not(None), which)
    rows = session.execute(latest.order_by(Question.answered_at.desc(), Question.id.desc()).limit(limit))
    return [_row(row) for row in rows]


def after(session: Session, contest_id: int, last: int, limit: int) -> list[QuestionRow]:
    """Return visible questions of a contest in the order they were asked, after an id; for programs."""
    rows = _statement().where(Question.contest_id == contest_id, ROOTS, Question.id > last)
    return [_row(row) for row in session.execute(rows.order_by(Question.id).limit(limit))]


def own_unseen(session: Session, contest_id: int, author_id: int) -> list[tuple[QuestionRow, str]]:
    """Return somebody's questions that others don't see, each with the newest reason given for it; one statement."""
    later = aliased(ModerationAct)
    newest_act = (
        select(func.max(later.id)).where(later.subject_kind == "question", later.subject_id == Question.id)
    ).scalar_subquery()
    rows = session.execute(
        _statement()
        .add_columns(func.coalesce(ModerationAct.reason, "").label("reason"))
        .outerjoin(ModerationAct, ModerationAct.id == newest_act)
        .where(
            Question.contest_id == contest_id,
            Question.author_id == author_id,
            Question.state.in_(("held", "hidden")),
        )
        .order_by(Question.id.desc())
        .limit(UNSEEN)
    )
    return [(_row(row), row.reason) for row in rows]


def comparable(session: Session, contest_id: int) -> list[tuple[int, str]]:
    """Return (id of the question that stands, words) of all that everybody sees here, merged ones too."""
    rows = session.execute(
        select(func.coalesce(Question.merged_into_id, Question.id).label("root"), Question.words)
        .where(Question.contest_id == contest_id, Question.state == "visible")
        .order_by(Question.id.desc())
        .limit(COMPARED)
    )
    return [(row.root, row.words) for row in rows]


def merged(session: Session, roots: Collection[int]) -> dict[int, list[tuple[int, str]]]:
    """Return (id, words) of what was merged into each of these questions; one statement."""
    rows = session.execute(
        select(Question.id, Question.merged_into_id, Question.words)
        .where(Question.merged_into_id.in_(roots), Question.state == "visible")
        .order_by(Question.id)
    )
    found: dict[int, list[tuple[int, str]]] = {}
    for row in rows:
        found.setdefault(row.merged_into_id, []).append((row.id, row.words))
    return found


def voted(session: Session, voter_id: int | None, wanted: Collection[int]) -> set[int]:
    """Return for which of these questions somebody has voted."""
    if voter_id is None or not wanted:
        return set()
    mine = (QuestionVote.voter_id == voter_id, QuestionVote.question_id.in_(wanted))
    return set(session.scalars(select(QuestionVote.question_id).where(*mine)))


def votes_for(session: Session, question_id: int) -> list[int]:
    """Return who voted for a question."""
    voters = select(QuestionVote.voter_id).where(QuestionVote.question_id == question_id)
    return list(session.scalars(voters.order_by(QuestionVote.voter_id)))


def authors(session: Session, question_ids: Collection[int]) -> list[int]:
    """Return who asked these questions."""
    found = select(Question.author_id).where(Question.id.in_(question_ids)).distinct()
    return sorted(session.scalars(found)) if question_ids else []


def by_votes(session: Session, contest_id: int) -> list[Ranked]:
    """Return what waits for an answer, for the team alone: what most fans want to know first, then the oldest."""
    votes = (
        select(func.count(QuestionVote.id)).where(QuestionVote.question_id == Question.id).correlate(Question)
    ).scalar_subquery()
    rows = session.execute(
        _statement()
        .add_columns(votes.label("votes"))
        .where(Question.contest_id == contest_id, ROOTS, Question.answered_at.is_(None))
        .order_by(votes.desc(), Question.id)
        .limit(DESK)
    )
    return [Ranked(_row(row), row.votes) for row in rows]


def waiting(session: Session, contest_ids: Collection[int]) -> dict[int, int]:
    """Return how many questions wait for an answer in each contest; one statement."""
    rows = session.execute(
        select(Question.contest_id, func.count())
        .where(Question.contest_id.in_(contest_ids), ROOTS, Question.answered_at.is_(None))
        .group_by(Question.contest_id)
    )
    return {row[0]: row[1] for row in rows}


def versions(session: Session, question_id: int) -> list[AnswerRow]:
    """Return every version of an answer, the newest first."""
    rows = session.scalars(
        select(QuestionAnswer).where(QuestionAnswer.question_id == question_id).order_by(QuestionAnswer.number.desc())
    ).all()
    return [AnswerRow(row.body_md, row.role, row.number, rows[-1].at, row.at) for row in rows]


def same_words(session: Session, author_id: int, contest_id: int, words: str, since: datetime) -> int | None:
    """Return the id of the same question by the same person since then, if there is one."""
    return session.scalar(
        select(Question.id)
        .where(
            Question.author_id == author_id,
            Question.contest_id == contest_id,
            Question.words == words,
            Question.created_at > since,
            Question.state != "withdrawn",
        )
        .limit(1)
    )


def latest_of(session: Session, author_id: int, contest_id: int) -> int | None:
    """Return what somebody asked last in a contest."""
    mine = (Question.author_id == author_id, Question.contest_id == contest_id)
    return session.scalar(select(func.max(Question.id)).where(*mine))


def asked_since(session: Session, author_id: int, since: datetime) -> int:
    """Return how many questions somebody has asked since then, anywhere."""
    statement = select(func.count()).where(Question.author_id == author_id, Question.created_at > since)
    return session.scalar(statement) or 0


def open_of(session: Session, author_id: int, contest_id: int) -> int:
    """Return how many questions of somebody wait in a contest, for an answer or for a moderator."""
    statement = select(func.count()).where(
        Question.author_id == author_id,
        Question.contest_id == contest_id,
        Question.state.in_(("visible", "held")),
        Question.answered_at.is_(None),
        Question.merged_into_id.is_(None),
    )
    return session.scalar(statement) or 0


def has_visible(session: Session, author_id: int) -> bool:
    """Return whether a question of somebody is visible."""
    mine = (Question.author_id == author_id, Question.state == "visible")
    return session.scalar(select(Question.id).where(*mine).limit(1)) is not None


def recent(session: Session, artist_id: int, since: datetime, most: int) -> list[tuple[int, str]]:
    """Return (id, words) of what people without trust asked in an artist's contests since then, newest first."""
    rows = session.execute(
        select(Question.id, Question.words)
        .join(Contest, Contest.id == Question.contest_id)
        .join(Person, Person.id == Question.author_id)
        .where(
            Contest.artist_id == artist_id,
            Question.created_at > since,
            Question.state != "withdrawn",
            Person.trusted_at.is_(None),
        )
        .order_by(Question.id.desc())
        .limit(most)
    )
    return [(row.id, row.words) for row in rows]


def _rows(session: Session, *which: ColumnElement[bool]) -> list[QuestionRow]:
    return [_row(row) for row in session.execute(_statement().where(*which).order_by(Question.id))]


def _statement() -> Select[Any]:
    latest, first = aliased(QuestionAnswer), aliased(QuestionAnswer)
    number = select(func.max(QuestionAnswer.number)).where(QuestionAnswer.question_id == Question.id).scalar_subquery()
    own = [getattr(Question, name) for name in list(QuestionRow.__dataclass_fields__)[:10]]
    return (
        select(
            *own,
            Person.display_name,
            Person.erased_at,
            Contest.artist_id,
            Artist.name.label("artist_name"),
            Artist.slug.label("artist_slug"),
            Contest.slug.label("contest_slug"),
            Contest.title.label("contest_title"),
            latest.body_md,
            latest.role,
            latest.number,
            latest.at,
            first.at.label("first_at"),
        )
        .join(Contest, Contest.id == Question.contest_id)
        .join(Artist, Artist.id == Contest.artist_id)
        .join(Person, Person.id == Question.author_id)
        .outerjoin(latest, and_(latest.question_id == Question.id, latest.number == number))
        .outerjoin(first, and_(first.question_id == Question.id, first.number == 1))
    )


def _row(row: Any) -> QuestionRow:
    names = list(QuestionRow.__dataclass_fields__)
    same = {name: getattr(row, name) for name in [*names[:10], *names[11:16]]}
    answer = AnswerRow(row.body_md, row.role, row.number, row.first_at, row.at) if row.number else None
    name = row.display_name if row.display_name and not row.erased_at else A_FAN
    return QuestionRow(**same, author_name=name, answer=answer)
