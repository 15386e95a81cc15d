"""Every SELECT about contests; returns frozen rows."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, or_, select
from sqlalchemy.orm import Session

from contests.models import Contest, ContestChange, ContestProduct
from contests.phases import STARTS, Decisions, Phase, Schedule, phase_of
from contests.ways import RULES, Rule, kind_of


@dataclass(frozen=True)
class ContestRow:
    """A contest as it stands; the phase is asked for with a moment."""

    id: int
    artist_id: int
    slug: str
    title: str
    brief_md: str
    prize: str
    preset: str
    rights: dict[str, Any]
    rights_hash: str
    timezone: str
    opens_at: datetime | None
    critique_at: datetime | None
    voting_at: datetime | None
    final_at: datetime | None
    picking_at: datetime | None
    decide_by: datetime | None
    designs_per_fan: int
    hearts: int
    shortlist_size: int
    method: str
    final_method: str
    rank_places: int
    seed: str
    seed_hash: str
    created_at: datetime
    created_by: int
    published_at: datetime | None
    published_by: int | None
    cancelled_at: datetime | None
    cancelled_by: int | None
    cancel_reason: str | None
    decided_at: datetime | None
    voting_told_at: datetime | None
    lapse_told_at: datetime | None

    @property
    def way(self) -> str:
        """The kind of ballot of the open round: one of `ways.WAYS`."""
        return kind_of(self.method)

    @property
    def final_way(self) -> str:
        """The kind of ballot of the final round."""
        return kind_of(self.final_method)

    @property
    def rule(self) -> Rule:
        """The counting rule of the open round, in words for people."""
        return RULES[self.method]

    @property
    def schedule(self) -> Schedule:
        """When each phase begins."""
        return Schedule(self.opens_at, self.critique_at, self.voting_at, self.final_at, self.picking_at, self.decide_by)

    @property
    def decisions(self) -> Decisions:
        """What people decided, by its date."""
        return Decisions(self.published_at, self.cancelled_at, self.decided_at)

    def phase(self, now: datetime) -> Phase:
        """Return the phase at `now`."""
        return phase_of(self.schedule, self.decisions, now)


@dataclass(frozen=True)
class ProductRow:
    """What the winner will be printed on; `colours` are mappings of name and hex."""

    id: int
    contest_id: int
    position: int
    kind: str
    title: str
    colours: list[dict[str, str]]
    sizes: list[str]
    print_width_cm: int
    print_height_cm: int
    max_inks: int | None
    price_minor: int
    currency: str


@dataclass(frozen=True)
class ChangeRow:
    """A public line about a change after publishing; `before` and `after` map date names to ISO instants."""

    id: int
    contest_id: int
    at: datetime
    by_id: int
    kind: str
    reason: str
    before: dict[str, Any]
    after: dict[str, Any]


def contest(session: Session, contest_id: int) -> ContestRow | None:
    """Return the contest, drafts included, or None."""
    row = session.execute(_by_id(), {"contest": contest_id}).first()
    return ContestRow(**row._mapping) if row else None


def by_ids(session: Session, ids: Iterable[int]) -> dict[int, ContestRow]:
    """Return those contests, by id; one statement."""
    return {row.id: row for row in _rows(session, _everything().where(Contest.id.in_(set(ids))))}


def by_slug(session: Session, slug: str) -> ContestRow | None:
    """Return the contest of that public name, drafts included: the caller asks for its phase."""
    return _one(session, Contest.slug == slug)


def of_artist(session: Session, artist_id: int) -> list[ContestRow]:
    """Return all contests of an artist, the newest first."""
    return _rows(session, _everything().where(Contest.artist_id == artist_id).order_by(Contest.id.desc()))


def in_phases(session: Session, phases: frozenset[Phase], now: datetime, limit: int = 100) -> list[ContestRow]:
    """Return contests that are in one of `phases` at `now`, the newest first."""
    condition = or_(*(in_phase(phase, now) for phase in sorted(phases)))
    return _rows(session, _everything().where(condition).order_by(Contest.id.desc()).limit(limit))


def products(session: Session, contest_id: int) -> list[ProductRow]:
    """Return a contest's products in their order."""
    rows = session.execute(
        select(*ContestProduct.__table__.columns)
        .where(ContestProduct.contest_id == contest_id)
        .order_by(ContestProduct.position)
    )
    return [ProductRow(**row._mapping) for row in rows]


def changes(session: Session, contest_id: int) -> list[ChangeRow]:
    """Return the public lines about changes, the newest first."""
    rows = session.execute(
        select(*ContestChange.__table__.columns)
        .where(ContestChange.contest_id == contest_id)
        .order_by(ContestChange.id.desc())
    )
    return [ChangeRow(**row._mapping) for row in rows]


def change(session: Session, change_id: int) -> ChangeRow | None:
    """Return one change, or None."""
    row = session.execute(select(*ContestChange.__table__.columns).where(ContestChange.id == change_id)).first()
    return ChangeRow(**row._mapping) if row else None


def taken_slugs(session: Session, stem: str) -> set[str]:
    """Return the public names that begin like `stem`."""
    return set(session.scalars(select(Contest.slug).where(Contest.slug.startswith(stem, autoescape=True))))


def in_phase(phase: Phase, now: datetime) -> ColumnElement[bool]:
    """Return the condition that a contest is in `phase` at `now`: the SQL twin of `phases.phase_of`."""
    if phase is Phase.CANCELLED:
        return Contest.cancelled_at.is_not(None)
    if phase is Phase.DRAFT:
        return and_(Contest.cancelled_at.is_(None), Contest.published_at.is_(None))
    alive = and_(Contest.cancelled_at.is_(None), Contest.published_at.is_not(None))
    if phase is Phase.DECIDED:
        return and_(alive, Contest.decided_at.is_not(None))
    return and_(alive, Contest.decided_at.is_(None), *_begun_last(phase, now))


def _begun_last(phase: Phase, now: datetime) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    for name, begins in STARTS:
        date = getattr(Contest, name)
        if begins is phase:
            return [*conditions, date <= now]
        conditions.append(or_(date.is_(None), date > now))
    return conditions  # upcoming: nothing has begun


def _everything() -> Any:
    # Columns, not entities: a conditional UPDATE of this transaction must be seen by the next read.
    return select(*(getattr(Contest, field.name) for field in fields(ContestRow)))


@cache
def _by_id() -> Any:
    # Built once: every vote asks for its contest.
    return _everything().where(Contest.id == bindparam("contest"))


def _one(session: Session, condition: ColumnElement[bool]) -> ContestRow | None:
    row = session.execute(_everything().where(condition)).first()
    return ContestRow(**row._mapping) if row else None


def _rows(session: Session, statement: Any) -> list[ContestRow]:
    return [ContestRow(**row._mapping) for row in session.execute(statement)]
