"""Every SELECT about exposure."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Select, and_, bindparam, case, func, select
from sqlalchemy.orm import Session

from contests.submissions.models import Submission
from contests.submissions.queries import public
from voting.ballots_queries import COUNTED
from voting.exposure.models import ExposureReport, Impression
from voting.exposure.stages import FINAL
from voting.models import Ballot, Round, Shortlisted, Vote


@dataclass(frozen=True)
class Entry:
    """A public design as the order sees it: how often it was shown and looked at in this stage."""

    id: int
    shown: int
    looks: int
    finalist: bool


def entries(session: Session, contest_id: int, stage: str, *which: Any) -> list[Entry]:
    """Return the public designs of a contest, those of `which` only if given, with their counts; one statement."""
    statement = (
        select(Submission.id, Impression.shown, Impression.looks, Shortlisted.id.label("finalist"))
        .outerjoin(Impression, and_(Impression.submission_id == Submission.id, Impression.stage == stage))
        .outerjoin(Shortlisted, Shortlisted.submission_id == Submission.id)
        .where(Submission.contest_id == contest_id, public(), *which)
        .order_by(Submission.id)
    )
    return [
        Entry(row.id, row.shown or 0, row.looks or 0, row.finalist is not None) for row in session.execute(statement)
    ]


def least_seen(session: Session, contest_id: int, stage: str, but: int, luck: int, limit: int) -> list[int]:
    """Return the public designs that were looked at least in a stage, without one of them; `luck` breaks ties."""
    asked = {"contest": contest_id, "stage": stage, "but": but, "luck": 2 * luck + 7919}
    return list(session.scalars(_least_seen(stage == FINAL).limit(limit), asked))


@cache
def _least_seen(finalists: bool) -> Select[Any]:
    lot = (Submission.id * bindparam("luck")) % 10007
    seen = and_(Impression.submission_id == Submission.id, Impression.stage == bindparam("stage"))
    statement = (
        select(Submission.id)
        .outerjoin(Impression, seen)
        .where(Submission.contest_id == bindparam("contest"), public(), Submission.id != bindparam("but"))
        .order_by(func.coalesce(Impression.looks, 0), lot, Submission.id)
    )
    return statement.join(Shortlisted, Shortlisted.submission_id == Submission.id) if finalists else statement


def shown(session: Session, contest_id: int, stage: str) -> dict[int, tuple[int, int]]:
    """Return (shown, looks) of the designs of a contest that were shown in a stage."""
    counts = select(Impression.submission_id, Impression.shown, Impression.looks)
    rows = session.execute(counts.where(Impression.contest_id == contest_id, Impression.stage == stage))
    return {row.submission_id: (row.shown, row.looks) for row in rows}


def arrivals(session: Session, round_id: int) -> dict[int, tuple[int, int]]:
    """Return (votes, those of them that came by the design's own link) of counted ballots, by design."""
    by_link = func.sum(case((Vote.via == "link", 1), else_=0)).label("by_link")
    rows = session.execute(
        select(Vote.submission_id, func.count().label("votes"), by_link)
        .join(Ballot, and_(Ballot.round_id == Vote.round_id, Ballot.voter_id == Vote.voter_id))
        .where(Vote.round_id == round_id, Ballot.state.in_(COUNTED))
        .group_by(Vote.submission_id)
    )
    return {row.submission_id: (row.votes, int(row.by_link)) for row in rows}


def reports(session: Session, contest_id: int) -> dict[str, dict[str, Any]]:
    """Return what is known of the exposure of a contest's counted rounds, by round ('open', 'final')."""
    rows = session.execute(
        select(Round.kind, ExposureReport.report)
        .join(Round, Round.id == ExposureReport.round_id)
        .where(Round.contest_id == contest_id, Round.closed_at.is_not(None))
        .order_by(Round.kind.desc())
    )
    return {row.kind: row.report for row in rows}
