"""Every SELECT on credit."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from contests.submissions.credits import rules
from contests.submissions.credits.models import CreditFreeze, CreditShare
from contests.submissions.models import Submission
from webapp.accounts import queries as accounts
from webapp.accounts.models import Person


@dataclass(frozen=True)
class Share:
    """Somebody's part of a design; the name of one who was erased is 'a fan', the share stays."""

    person_id: int
    role: str  # designer, co-author, suggestion
    share_bp: int
    name: str

    @property
    def percent(self) -> str:
        """Return the share as a percentage without a sign."""
        return rules.percent(self.share_bp)


@dataclass(frozen=True)
class ShareRow:
    """A share as it was offered, with the design it belongs to."""

    id: int
    submission_id: int
    person_id: int
    role: str
    share_bp: int
    note: str
    suggestion_id: int | None
    state: str
    offered_at: datetime
    answered_at: datetime | None
    designer_id: int
    code: str
    title: str
    name: str  # of the person; 'a fan' for one without a name, or erased
    frozen_at: datetime | None

    @property
    def percent(self) -> str:
        """Return the share as a percentage without a sign."""
        return rules.percent(self.share_bp)


def shares(session: Session, submission_id: int) -> list[Share]:
    """Return who shares a design's credit, the designer first; the shares add up to 10000. Empty for no design.

    Who was offered a share, and has not answered yet, is not among them.
    """
    designer_id = session.scalar(select(Submission.author_id).where(Submission.id == submission_id))
    if designer_id is None:
        return []
    name = accounts.names(session, [designer_id])[designer_id]
    return shares_of(designer_id, name, of_design(session, submission_id))


def shares_of(designer_id: int, designer_name: str, standing: Iterable[ShareRow]) -> list[Share]:
    """Return the shares that follow from the standing ones of a design, the designer's first."""
    accepted = [row for row in standing if row.state == "accepted"]
    kept = rules.WHOLE - sum(row.share_bp for row in accepted)
    designer = Share(designer_id, "designer", kept, designer_name)
    return [designer, *(Share(row.person_id, row.role, row.share_bp, row.name) for row in accepted)]


def of_design(session: Session, submission_id: int) -> list[ShareRow]:
    """Return the standing shares of a design, offered and accepted, oldest first."""
    return _rows(session, CreditShare.submission_id == submission_id, CreditShare.standing.is_not(None))


def of_designs(session: Session, ids: Collection[int]) -> list[ShareRow]:
    """Return the accepted shares of several designs, oldest first; one statement."""
    return _rows(session, CreditShare.submission_id.in_(ids), CreditShare.state == "accepted")


def of_person(session: Session, person_id: int) -> list[ShareRow]:
    """Return the standing shares of a person, newest first."""
    found = _rows(session, CreditShare.person_id == person_id, CreditShare.standing.is_not(None))
    return found[::-1]


def share(session: Session, share_id: int) -> ShareRow | None:
    """Return one share, whatever its state."""
    return next(iter(_rows(session, CreditShare.id == share_id)), None)


def waiting(session: Session, person_id: int) -> int:
    """Return how many offers wait for a person's answer."""
    statement = select(func.count()).where(CreditShare.person_id == person_id, CreditShare.state == "offered")
    return session.scalar(statement) or 0


def is_frozen(session: Session, submission_id: int) -> bool:
    """Return whether the shares of a design are fixed."""
    return session.scalar(select(CreditFreeze.at).where(CreditFreeze.submission_id == submission_id)) is not None


def standing_shares(session: Session, submission_id: int) -> Sequence[int]:
    """Return the sizes of all standing shares of a design."""
    return session.scalars(
        select(CreditShare.share_bp).where(
            CreditShare.submission_id == submission_id, CreditShare.standing.is_not(None)
        )
    ).all()


def _rows(session: Session, *conditions: object) -> list[ShareRow]:
    own = [getattr(CreditShare, name) for name in list(ShareRow.__dataclass_fields__)[:10]]
    found = (
        select(
            *own,
            Submission.author_id.label("designer_id"),
            Submission.code,
            Submission.title,
            Person.display_name,
            Person.erased_at,
            CreditFreeze.at.label("frozen_at"),
        )
        .join(Submission, Submission.id == CreditShare.submission_id)
        .join(Person, Person.id == CreditShare.person_id)
        .outerjoin(CreditFreeze, CreditFreeze.submission_id == CreditShare.submission_id)
        .where(*conditions)  # type: ignore[arg-type]
        .order_by(CreditShare.id)
    )
    return [_row(**row._mapping) for row in session.execute(found)]


def _row(display_name: str, erased_at: datetime | None, **values: Any) -> ShareRow:
    return ShareRow(**values, name=display_name if display_name and not erased_at else accounts.A_FAN)
