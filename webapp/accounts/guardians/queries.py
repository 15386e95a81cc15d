"""Every SELECT of guardians."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from webapp.accounts.ages.rules import ADULT
from webapp.accounts.guardians.models import Guardian, GuardianRequest
from webapp.accounts.models import Person

UNSPOKEN = and_(GuardianRequest.own_yes_at.is_(None), GuardianRequest.own_no_at.is_(None))
PENDING = and_(GuardianRequest.agreed_at.is_(None), GuardianRequest.refused_at.is_(None), UNSPOKEN)


@dataclass(frozen=True)
class GuardianRow:
    """A guardian with the person they look after."""

    id: int
    person_id: int
    email: str
    nonce: str
    token_hash: str
    named_at: datetime
    expires_at: datetime
    nick: str
    locale: str
    age_band: str | None

    @property
    def over(self) -> bool:
        """Return whether who named them is of age now, and answers for themselves."""
        return self.age_band == ADULT


@dataclass(frozen=True)
class RequestRow:
    """A request and its answers."""

    id: int
    person_id: int
    action: str
    subject_id: int
    asked_at: datetime
    mailed_at: datetime | None
    agreed_at: datetime | None
    refused_at: datetime | None
    withdrawn_at: datetime | None
    own_yes_at: datetime | None
    own_no_at: datetime | None

    @property
    def state(self) -> str:
        """Return pending, agreed, refused or withdrawn; what the person says once they are of age is the last word."""
        if self.own_yes_at:
            return "agreed"
        if self.withdrawn_at or self.own_no_at:
            return "withdrawn"
        return "agreed" if self.agreed_at else "refused" if self.refused_at else "pending"

    @property
    def unspoken(self) -> bool:
        """Return whether the person has not yet said themselves what they think of it."""
        return self.own_yes_at is None and self.own_no_at is None


def of_person(session: Session, person_id: int) -> GuardianRow | None:
    """Return the guardian a person named."""
    return _one(session, Guardian.person_id == person_id)


def by_token(session: Session, token_hash: str) -> GuardianRow | None:
    """Return the guardian of a link, though its time may be over."""
    return _one(session, Guardian.token_hash == token_hash)


def young_people(session: Session, email: str, but: int) -> int:
    """Return how many others have named this address."""
    others = select(func.count()).select_from(Guardian).where(Guardian.email == email, Guardian.person_id != but)
    return session.scalar(others) or 0


def requests(session: Session, person_id: int) -> list[RequestRow]:
    """Return what a person asked for, newest first."""
    return _requests(session, GuardianRequest.person_id == person_id)


def request_of(session: Session, action: str, subject_id: int) -> RequestRow | None:
    """Return the request about one thing, e.g. an order: staff show when it was agreed to."""
    about = (GuardianRequest.action == action, GuardianRequest.subject_id == subject_id)
    return next(iter(_requests(session, and_(*about))), None)


def about(session: Session, action: str, subject_ids: Iterable[int]) -> dict[int, RequestRow]:
    """Return the requests about several things, by subject; one statement."""
    found = _requests(session, and_(GuardianRequest.action == action, GuardianRequest.subject_id.in_(set(subject_ids))))
    return {each.subject_id: each for each in found}


def answered_ever(session: Session, person_id: int) -> bool:
    """Return whether the guardian answered anything yet."""
    found = select(GuardianRequest.id).where(GuardianRequest.person_id == person_id, ~PENDING)
    return session.scalar(found.limit(1)) is not None


def to_remind(session: Session, before: datetime, limit: int) -> Sequence[tuple[int, int]]:
    """Return (request, person) of what was mailed before a moment and is neither answered nor reminded of."""
    waits = (PENDING, GuardianRequest.mailed_at <= before, GuardianRequest.reminded_at.is_(None))
    found = select(GuardianRequest.id, GuardianRequest.person_id).where(*waits).order_by(GuardianRequest.id)
    return [(row.id, row.person_id) for row in session.execute(found.limit(limit))]


def unwritten(session: Session, before: datetime, limit: int) -> Sequence[int]:
    """Return whose guardian is known and was not written to: the address came while the question was being kept."""
    waits = (PENDING, GuardianRequest.mailed_at.is_(None), GuardianRequest.asked_at <= before)
    found = select(GuardianRequest.person_id).join(Guardian, Guardian.person_id == GuardianRequest.person_id)
    return session.scalars(found.where(*waits).distinct().limit(limit)).all()


def _one(session: Session, condition: Any) -> GuardianRow | None:
    own = [getattr(Guardian, name) for name in GuardianRow.__dataclass_fields__ if hasattr(Guardian, name)]
    found = select(*own, Person.display_name.label("nick"), Person.locale, Person.age_band)
    living = (Person.erased_at.is_(None), condition)
    row = session.execute(found.join(Person, Person.id == Guardian.person_id).where(*living)).first()
    return GuardianRow(**row._mapping) if row else None


def _requests(session: Session, condition: Any) -> list[RequestRow]:
    columns = [getattr(GuardianRequest, name) for name in RequestRow.__dataclass_fields__]
    rows = session.execute(select(*columns).where(condition).order_by(GuardianRequest.id.desc()))
    return [RequestRow(**row._mapping) for row in rows]
