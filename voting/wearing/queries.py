"""Every SELECT about wishes to wear a design."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from voting.ballots_queries import COUNTED
from voting.models import Ballot, Round, Vote
from voting.wearing.models import WouldWear
from voting.wearing.sizes import in_order


@dataclass(frozen=True)
class Wishes:
    """How many people would wear a design, by size in the usual order."""

    sizes: Mapping[str, int] = field(default_factory=dict)

    @property
    def people(self) -> int:
        """How many they are together."""
        return sum(self.sizes.values())


def chosen(session: Session, submission_id: int, person_id: int | None, device_id: str) -> str | None:
    """Return the size in which a person, or a stranger's browser, would wear a design; None when they didn't say."""
    mine = select(WouldWear.size).where(WouldWear.submission_id == submission_id, owner(person_id, device_id))
    return session.scalar(mine)


def waiting(session: Session, device_id: str) -> list[WouldWear]:
    """Return the wishes of a browser that wait for a sign-in, oldest first."""
    kept = select(WouldWear).where(WouldWear.device_id == device_id).order_by(WouldWear.received_at, WouldWear.id)
    return list(session.scalars(kept))


def owner(person_id: int | None, device_id: str) -> Any:
    """Return the condition for the wishes of a person, or of a browser without one."""
    return WouldWear.person_id == person_id if person_id else WouldWear.device_id == device_id


def wishes(session: Session, ids: Collection[int]) -> dict[int, Wishes]:
    """Return the confirmed wishes for designs, by design; for nobody's eyes before the close. One statement."""
    rows = session.execute(
        select(WouldWear.submission_id, WouldWear.size, func.count().label("people"))
        .where(WouldWear.submission_id.in_(set(ids)), WouldWear.person_id.is_not(None))
        .group_by(WouldWear.submission_id, WouldWear.size)
    )
    found: dict[int, dict[str, int]] = {}
    for row in rows:
        found.setdefault(row.submission_id, {})[row.size] = row.people
    return {each: Wishes({size: sizes[size] for size in in_order(sizes)}) for each, sizes in found.items()}


def voters_beside(session: Session, contest_id: int, ids: Collection[int]) -> dict[int, int]:
    """Return how many people voted for designs without saying that they would wear them, by design; one statement."""
    said = select(WouldWear.person_id).where(
        WouldWear.submission_id == Vote.submission_id, WouldWear.person_id == Vote.voter_id
    )
    rows = session.execute(
        select(Vote.submission_id, func.count(func.distinct(Vote.voter_id)).label("people"))
        .join(Round, Round.id == Vote.round_id)
        .join(Ballot, (Ballot.round_id == Vote.round_id) & (Ballot.voter_id == Vote.voter_id))
        .where(
            Round.contest_id == contest_id,
            Vote.submission_id.in_(set(ids)),
            Ballot.state.in_(COUNTED),
            ~said.exists(),
        )
        .group_by(Vote.submission_id)
    )
    return {row.submission_id: row.people for row in rows}
