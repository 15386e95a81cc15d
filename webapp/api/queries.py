"""Lists that only the API reads: by key, never by offset."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from contests.comments.models import Comment
from contests.models import Contest
from contests.phases import Phase
from contests.queries import in_phase
from contests.submissions.models import ModerationAct, Submission
from contests.submissions.queries import public
from preorders.models import Drop
from voting.models import Pick
from webapp.accounts.models import Artist, Person


def contest_ids(
    session: Session, phases: Collection[Phase], artist: str, before: int | None, limit: int, now: datetime
) -> Sequence[int]:
    """Return ids of contests in one of `phases`, the newest first, from below `before`."""
    found = select(Contest.id).where(or_(*(in_phase(phase, now) for phase in sorted(phases))))
    if artist:
        found = found.join(Artist, Artist.id == Contest.artist_id).where(Artist.slug == artist)
    return _before(session, found, Contest.id, before, limit)


def design_ids(session: Session, contest_id: int, words: str, after: int, limit: int) -> Sequence[int]:
    """Return ids of a contest's public designs from above `after`, those with `words` in title, code or author."""
    found = select(Submission.id).where(Submission.contest_id == contest_id, public(), Submission.id > after)
    if words:
        found = found.join(Person, Person.id == Submission.author_id).where(
            or_(
                Submission.title.icontains(words, autoescape=True),
                Submission.code == words.upper(),
                Person.display_name.icontains(words, autoescape=True) & Person.erased_at.is_(None),
            )
        )
    return session.scalars(found.order_by(Submission.id).limit(limit)).all()


def waiting_ids(session: Session, artist_id: int, after: int, limit: int) -> Sequence[int]:
    """Return ids of sent-in designs with a picture that wait for a moderator, from above `after`."""
    found = (
        select(Submission.id)
        .join(Contest, Contest.id == Submission.contest_id)
        .where(
            Contest.artist_id == artist_id,
            Submission.id > after,
            Submission.submitted_at.is_not(None),
            Submission.withdrawn_at.is_(None),
            Submission.current_revision_id.is_not(None),
            Submission.state.in_(("pending", "held")),
        )
    )
    return session.scalars(found.order_by(Submission.id).limit(limit)).all()


def codes(session: Session, ids: Collection[int]) -> dict[int, str]:
    """Return the codes of those designs that are public now."""
    found = select(Submission.id, Submission.code).where(Submission.id.in_(ids), public())
    return dict(session.execute(found).all())


def code(session: Session, submission_id: int) -> str:
    """Return one design's code, whatever its state."""
    return session.scalars(select(Submission.code).where(Submission.id == submission_id)).one()


def comments(session: Session, submission_id: int, after: int, limit: int) -> list[Any]:
    """Return the visible comments of a design from above `after`, oldest first."""
    found = _comment_columns().where(
        Comment.submission_id == submission_id, Comment.state == "visible", Comment.id > after
    )
    return list(session.execute(found.order_by(Comment.id).limit(limit)))


def comment(session: Session, comment_id: int) -> Any:
    """Return one comment, whatever its state."""
    return session.execute(_comment_columns().where(Comment.id == comment_id)).one()


def drop_ids(session: Session, artist: str, before: int | None, limit: int) -> Sequence[int]:
    """Return ids of published drops, the newest first, from below `before`."""
    found = select(Drop.id).where(Drop.published_at.is_not(None))
    if artist:
        found = found.join(Artist, Artist.id == Drop.artist_id).where(Artist.slug == artist)
    return _before(session, found, Drop.id, before, limit)


def made_contest(session: Session, person_id: int, now: datetime) -> int | None:
    """Return the contest somebody made at that instant."""
    mine = select(Contest.id).where(Contest.created_by == person_id, Contest.created_at == now)
    return session.scalar(mine.order_by(Contest.id.desc()).limit(1))


def made_design(session: Session, person_id: int, now: datetime) -> int | None:
    """Return the draft somebody began at that instant."""
    mine = select(Submission.id).where(Submission.author_id == person_id, Submission.created_at == now)
    return session.scalar(mine.order_by(Submission.id.desc()).limit(1))


def said(session: Session, person_id: int, submission_id: int, body: str) -> int | None:
    """Return the newest comment somebody wrote on a design with these words."""
    mine = select(Comment.id).where(
        Comment.author_id == person_id, Comment.submission_id == submission_id, Comment.body_md == body
    )
    return session.scalar(mine.order_by(Comment.id.desc()).limit(1))


def made_act(session: Session, submission_id: int, now: datetime) -> int | None:
    """Return what a moderator did to a design at that instant."""
    acts = select(ModerationAct.id).where(
        ModerationAct.subject_kind == "submission", ModerationAct.subject_id == submission_id, ModerationAct.at == now
    )
    return session.scalar(acts.order_by(ModerationAct.id.desc()).limit(1))


def standing_pick_id(session: Session, contest_id: int) -> int | None:
    """Return the pick that stands."""
    stands = select(Pick.id).where(Pick.contest_id == contest_id, Pick.undone_at.is_(None), Pick.voided_at.is_(None))
    return session.scalar(stands)


def undone_pick_id(session: Session, contest_id: int) -> int | None:
    """Return the pick that was undone last."""
    undone = select(Pick.id).where(Pick.contest_id == contest_id, Pick.undone_at.is_not(None))
    return session.scalar(undone.order_by(Pick.undone_at.desc(), Pick.id.desc()).limit(1))


def _before(session: Session, found: Select[Any], column: Any, before: int | None, limit: int) -> Sequence[int]:
    if before is not None:
        found = found.where(column < before)
    return session.scalars(found.order_by(column.desc()).limit(limit)).all()


def _comment_columns() -> Any:
    return select(
        Comment.id,
        Comment.author_id,
        Comment.body_md,
        Comment.parent_id,
        Comment.created_at,
        Comment.edited_at,
        Comment.state,
    )


def ids(session: Session, contest_id: int, codes: Collection[str]) -> dict[str, int]:
    """Return the ids of a contest's designs by code; those it doesn't have are left out."""
    mine = select(Submission.code, Submission.id).where(Submission.contest_id == contest_id)
    return dict(session.execute(mine.where(Submission.code.in_(codes))).all())
