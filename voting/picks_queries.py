"""Every SELECT about the shortlist and picks. What is not announced is for the artist's desk only."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from contests import queries as contests
from contests.phases import Phase
from contests.submissions.models import Submission
from voting import results, tally
from voting.models import Pick, Shortlisted
from voting.pick_models import FinalistWord, PickNote


@dataclass(frozen=True)
class PickRow:
    """A pick; it stands unless undone or voided, and is public once announced."""

    id: int
    contest_id: int
    submission_id: int
    picked_by: int
    reason: str
    picked_at: datetime
    undo_until: datetime
    undone_at: datetime | None
    announced_at: datetime | None
    voided_at: datetime | None
    void_reason: str
    void_asked_by: int | None

    @property
    def stands(self) -> bool:
        """Return whether it was neither undone nor voided."""
        return self.undone_at is None and self.voided_at is None


@dataclass(frozen=True)
class FinalistRow:
    """A finalist with rank and votes: of the last round once that is counted. Not for the public before."""

    submission_id: int
    rank: int
    votes: int
    drawn: bool


def shortlist(session: Session, contest_id: int) -> list[int]:
    """Return the finalists' ids: by rank once all is counted, before in an order that says nothing."""
    ids = list(session.scalars(select(Shortlisted.submission_id).where(Shortlisted.contest_id == contest_id)))
    counted = results.result(session, contest_id) if ids else None
    if counted is None:
        return sorted(ids, key=lambda each: tally.lot(str(contest_id), each))
    places = {each.submission_id: place for place, each in enumerate(counted.order)}
    return sorted(ids, key=lambda each: places.get(each, len(places)))


def finalists(session: Session, contest_id: int) -> list[FinalistRow]:
    """Return the finalists with rank and votes, best first; none before the last round is counted."""
    counted = results.result(session, contest_id)
    if counted is None:
        return []
    rows = session.execute(
        select(Shortlisted.submission_id, Shortlisted.drawn).where(Shortlisted.contest_id == contest_id)
    )
    drawn = dict(rows.all())
    return [
        FinalistRow(each.submission_id, each.rank, each.votes, drawn[each.submission_id])
        for each in counted.order
        if each.submission_id in drawn
    ]


def notes(session: Session, ids: Collection[int]) -> dict[int, str]:
    """Return what their makers say about designs."""
    rows = session.execute(select(Submission.id, Submission.description).where(Submission.id.in_(ids)))
    return dict(rows.all())


def standing_pick(session: Session, contest_id: int) -> PickRow | None:
    """Return the pick that stands, announced or not: for the artist's desk, never for the public."""
    rows = _picks(session, Pick.contest_id == contest_id, Pick.undone_at.is_(None), Pick.voided_at.is_(None))
    return next(iter(rows), None)


def pick(session: Session, pick_id: int) -> PickRow | None:
    """Return one pick."""
    return next(iter(_picks(session, Pick.id == pick_id)), None)


def announced(session: Session, contest_id: int) -> list[PickRow]:
    """Return the public picks of a contest, the newest first: at most one stands, the others were voided."""
    return _picks(session, Pick.contest_id == contest_id, Pick.announced_at.is_not(None), Pick.undone_at.is_(None))


def undone(session: Session, contest_id: int) -> list[PickRow]:
    """Return the picks that were taken back before anybody was told, the oldest first."""
    return _picks(session, Pick.contest_id == contest_id, Pick.undone_at.is_not(None))[::-1]


def words_of(session: Session, pick_id: int) -> dict[int, str]:
    """Return the kind words that go out with a pick, by design."""
    rows = session.execute(select(FinalistWord.submission_id, FinalistWord.body).where(FinalistWord.pick_id == pick_id))
    return dict(rows.all())


def notes_to_self(session: Session, owner: str, ids: Collection[int]) -> dict[int, str]:
    """Return what somebody noted on finalists, by design."""
    mine = (PickNote.owner == owner, PickNote.submission_id.in_(ids))
    return dict(session.execute(select(PickNote.submission_id, PickNote.body).where(*mine)).all())


def was_voided(session: Session, contest_id: int) -> bool:
    """Return whether an announced pick of this contest was voided."""
    return any(each.voided_at for each in announced(session, contest_id))


def asked_to_void(session: Session) -> list[PickRow]:
    """Return standing picks somebody of a team wants voided, of all artists."""
    return _picks(session, Pick.void_asked_by.is_not(None), Pick.voided_at.is_(None), Pick.undone_at.is_(None))


def winner(session: Session, contest_id: int) -> int | None:
    """Return the announced winner's design."""
    return next((each.submission_id for each in announced(session, contest_id) if each.stands), None)


def winners(session: Session, contest_ids: Collection[int]) -> list[PickRow]:
    """Return the announced picks of contests that stand, the newest first; one statement."""
    stands = (Pick.announced_at.is_not(None), Pick.undone_at.is_(None), Pick.voided_at.is_(None))
    return _picks(session, Pick.contest_id.in_(contest_ids), *stands)


def to_remind(session: Session, now: datetime) -> list[contests.ContestRow]:
    """Return contests that wait for their artist's pick."""
    waiting = contests.in_phases(session, frozenset({Phase.PICKING}), now)
    return [each for each in waiting if standing_pick(session, each.id) is None]


def _picks(session: Session, *conditions: Any) -> list[PickRow]:
    columns = [getattr(Pick, name) for name in PickRow.__dataclass_fields__]
    rows = session.execute(select(*columns).where(*conditions).order_by(Pick.id.desc()))
    return [PickRow(**row._mapping) for row in rows]
