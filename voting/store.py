"""Writes of votes and ballots. No commit here: the service's transaction decides.

`votes` is what stands now, `ballots.spent` how much of the budget is used, `ballot_versions` the ledger;
the three change together.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.orm import Session

from voting import queries
from voting.integrity import traces
from voting.log.promises import Receipted
from voting.models import Ballot, BallotVersion, PendingVote, Round, Vote, random_number, random_salt
from voting.queries import RoundRow
from webapp.infra.db import changed, insert_many_once, insert_once
from webapp.infra.short_ways import run_one

# Built once: on the way of a vote, building statements costs more than running them.
_BALLOTS: Any = Ballot.__table__
_MY_BALLOT = (
    select(_BALLOTS.c.id, _BALLOTS.c.spent, _BALLOTS.c.version, _BALLOTS.c.number)
    .where(_BALLOTS.c.round_id == bindparam("round_id"), _BALLOTS.c.voter_id == bindparam("voter_id"))
    .with_for_update()
)
_SPEND = (
    update(_BALLOTS)
    .where(_BALLOTS.c.id == bindparam("ballot_id"), _BALLOTS.c.spent + bindparam("hearts") <= bindparam("most"))
    .values(spent=_BALLOTS.c.spent + bindparam("hearts"), version=_BALLOTS.c.version + 1)
    .returning(_BALLOTS.c.spent, _BALLOTS.c.version, _BALLOTS.c.number)
)
_VERSION = insert(BallotVersion.__table__)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Wish:
    """A vote on its way to be counted: for what, how it came, when the server received it."""

    submission_id: int
    revision_id: int
    via: str
    received_at: datetime


@dataclass(frozen=True)
class Spent:
    """A voter's ballot at this moment: how many hearts are used, its version, and its public number."""

    ballot_id: int
    spent: int
    version: int
    number: int


def ensure_round(
    session: Session, contest_id: int, kind: str, budget: int, method: str = "approval", places: int = 3
) -> RoundRow:
    """Return the contest's round of that kind, made now if it was not there."""
    found = queries.round_of(session, contest_id, kind)
    if found is None:
        values: dict[str, Any] = {"method": method, "places": places, "budget": budget, "folded_through": 0}
        insert_once(session, Round, contest_id=contest_id, kind=kind, **values)
        found = queries.round_of(session, contest_id, kind)
    if found is None:
        raise LookupError(f"no round {kind} of contest {contest_id}")
    return found


def lock_ballot(session: Session, round_id: int, voter_id: int) -> Spent:
    """Return the voter's ballot, its row locked until the transaction ends; made if need be."""
    mine = {"round_id": round_id, "voter_id": voter_id}
    found = run_one(session, _MY_BALLOT, mine).rows
    if not found:
        number = random_number()
        new = insert_once(session, Ballot, **mine, spent=0, version=0, number=number)
        if new is not None:  # a row of this transaction's own: nobody else can hold it
            traces.keep(session, round_id, new)
            return Spent(new, 0, 0, number)
        found = run_one(session, _MY_BALLOT, mine).rows
    return Spent(*found[0])


def spend(session: Session, ballot_id: int, hearts: int, budget: int) -> Spent | None:
    """Use `hearts` of the budget (negative: give back); None, and nothing changed, if too few are left."""
    found = run_one(session, _SPEND, {"ballot_id": ballot_id, "hearts": hearts, "most": budget}).rows
    return Spent(ballot_id, *found[0]) if found else None


def add_votes(session: Session, round_id: int, voter_id: int, wishes: Iterable[Wish], now: datetime) -> list[int]:
    """Write votes that are not there yet; return the designs that were new."""
    new = []
    for wish in wishes:
        values: dict[str, Any] = {"submission_id": wish.submission_id, "revision_id": wish.revision_id}
        values |= {"via": wish.via, "received_at": wish.received_at, "at": now, "state": "counted"}
        if insert_once(session, Vote, round_id=round_id, voter_id=voter_id, **values):
            new.append(wish.submission_id)
    return new


def remove_votes(session: Session, round_id: int, voter_id: int, designs: Collection[int]) -> list[int]:
    """Take votes back; return the designs that had one."""
    statement = delete(Vote).where(
        Vote.round_id == round_id, Vote.voter_id == voter_id, Vote.submission_id.in_(designs)
    )
    return list(session.scalars(statement.returning(Vote.submission_id)))


def append_version(
    session: Session,
    poll: RoundRow,
    voter_id: int,
    ballot: Spent,
    now: datetime,
    *,
    added: Collection[int] = (),
    removed: Collection[int] = (),
) -> Receipted:
    """Append the ballot as it now stands to the ledger; return what can be promised of it."""
    choices, salt = sorted(queries.voted(session, poll.id, voter_id)), random_salt()
    version = {
        "ballot_id": ballot.ballot_id,
        "round_id": poll.id,
        "version": ballot.version,
        "choices": choices,
        "added": sorted(added),
        "removed": sorted(removed),
        "salt": salt,
        "at": now,
    }
    run_one(session, _VERSION, version)
    return Receipted(poll.contest_id, poll.kind, ballot.number, ballot.version, choices, salt, now)


def add_pending(session: Session, round_id: int, device_id: str, wish: Wish) -> bool:
    """Keep a stranger's vote; return whether it was new."""
    values: dict[str, Any] = {
        "submission_id": wish.submission_id,
        "via": wish.via,
        "received_at": wish.received_at,
    }
    return insert_once(session, PendingVote, round_id=round_id, device_id=device_id, **values) is not None


def remove_pending(session: Session, round_id: int, device_id: str, designs: Collection[int]) -> int:
    """Forget pending votes of a browser or a person (`queries.held_by`); return how many."""
    statement = delete(PendingVote).where(
        PendingVote.round_id == round_id,
        PendingVote.device_id == device_id,
        PendingVote.submission_id.in_(designs),
    )
    return changed(session, statement)


def hand_over(session: Session, rows: Iterable[PendingVote], person_id: int) -> None:
    """Let a person's pending votes wait for their choice, whatever browser they came from."""
    waiting = [
        {
            "round_id": row.round_id,
            "device_id": queries.held_by(person_id),
            "submission_id": row.submission_id,
            "via": row.via,
            "received_at": row.received_at,
            "claimed_by": person_id,
        }
        for row in rows
    ]
    insert_many_once(session, PendingVote, waiting)


def forget_pending(session: Session, ids: Collection[int]) -> None:
    """Remove pending votes that were counted, handed over or can never count."""
    if ids:
        changed(session, delete(PendingVote).where(PendingVote.id.in_(ids)))


def seal(session: Session, round_id: int, now: datetime) -> bool:
    """Seal the round; return whether it was this call that did."""
    statement = update(Round).where(Round.id == round_id, Round.sealed_at.is_(None))
    return bool(changed(session, statement.values(sealed_at=now)))


def publish(session: Session, round_id: int, result: Mapping[str, Any], now: datetime) -> bool:
    """Write the result of a sealed round, once; return whether it was this call that did."""
    statement = update(Round).where(Round.id == round_id, Round.sealed_at.is_not(None), Round.closed_at.is_(None))
    return bool(changed(session, statement.values(result=dict(result), closed_at=now)))


def published(session: Session, round_id: int) -> dict[str, Any] | None:
    """Return the published result of a round."""
    return session.scalar(select(Round.result).where(Round.id == round_id))


def republish(session: Session, round_id: int, result: Mapping[str, Any]) -> bool:
    """Replace the published result of a closed round; return whether it was closed."""
    statement = update(Round).where(Round.id == round_id, Round.closed_at.is_not(None))
    return bool(changed(session, statement.values(result=dict(result))))
