"""What staff and artists read: the funnel."""

from dataclasses import dataclass

from sqlalchemy import ScalarSelect, Select, SelectBase, func, select, union
from sqlalchemy.orm import Session

from contests.comments.models import Comment
from contests.submissions.models import Submission
from preorders.models import Drop, Preorder
from voting.models import Ballot, Round
from webapp.insights.models import ContestRegular, ContestVisitor
from webapp.kernel.refusal import N_

SMALLEST = 5  # smaller groups are not shown: they would point at persons


@dataclass(frozen=True)
class Step:
    """One step of the funnel; `count` is None when fewer than five (but some) did it."""

    name: str
    count: int | None
    share: float | None


LABELS = {
    "visitors": N_("Visitors"),
    "registered": N_("Registered"),
    "commented": N_("Commented"),
    "voted": N_("Voted"),
    "submitted": N_("Submitted a design"),
    "preordered": N_("Preordered"),
}


def funnel(session: Session, contest_id: int) -> list[Step]:
    """Return the steps from visitor to customer, in order; one statement. Counts of 1 to 4 are hidden."""
    commented, voted, submitted, preordered = (
        _commented(contest_id),
        _voted(contest_id),
        _submitted(contest_id),
        _preordered(contest_id),
    )
    regulars = select(ContestRegular.person_id.label("person_id")).where(ContestRegular.contest_id == contest_id)
    registered = union(regulars, commented, voted, submitted, preordered)
    counts = session.execute(
        select(
            select(func.count()).where(ContestVisitor.contest_id == contest_id).scalar_subquery().label("visitors"),
            _count(registered).label("registered"),
            _count(commented).label("commented"),
            _count(voted).label("voted"),
            _count(submitted).label("submitted"),
            _count(preordered).label("preordered"),
        )
    ).one()
    most = max(counts) or 1
    return [
        Step(name, _hidden(count), None if _hidden(count) is None else count / most)
        for name, count in counts._mapping.items()
    ]


def _hidden(count: int) -> int | None:
    return None if 0 < count < SMALLEST else count


def _count(people: SelectBase) -> ScalarSelect[int]:
    rows = people.subquery()
    return select(func.count(func.distinct(rows.c.person_id))).scalar_subquery()


def _commented(contest_id: int) -> Select[int]:
    return (
        select(Comment.author_id.label("person_id"))
        .join(Submission, Submission.id == Comment.submission_id)
        .where(Submission.contest_id == contest_id, Comment.state != "withdrawn")
    )


def _voted(contest_id: int) -> Select[int]:
    return (
        select(Ballot.voter_id.label("person_id"))
        .join(Round, Round.id == Ballot.round_id)
        .where(Round.contest_id == contest_id, Ballot.spent > 0)
    )


def _submitted(contest_id: int) -> Select[int]:
    return select(Submission.author_id.label("person_id")).where(
        Submission.contest_id == contest_id, Submission.submitted_at.is_not(None)
    )


def _preordered(contest_id: int) -> Select[int]:
    return (
        select(Preorder.person_id.label("person_id"))
        .join(Drop, Drop.id == Preorder.drop_id)
        .where(Drop.contest_id == contest_id, Preorder.state != "cancelled")
    )
