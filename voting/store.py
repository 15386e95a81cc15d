"""Writes of votes and ballots. No commit here: the service's transaction decides.

`votes` is what stands now, `ballots.spent` how much of the budget is used, `ballot_versions` the ledger;
the three change together.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from voting.models import Ballot, BallotVersion, PendingVote, Round, Vote
from webapp.infra.db import changed, insert_many_once, insert_once


@dataclass(frozen=True)
class Wish:
    """A vote on its way to be counted: for what, how it came, when the server received it."""

    submission_id: int
    revision_id: int
    via: str
    received_at: datetime


def ensure_round(session: Session, contest_id: int, kind: str, method: str, budget: int) -> Round:
    """Return the contest's round of that kind, made now if it was not there."""
    find = select(Round).where(Round.contest_id == contest_id, Round.kind == kind)
    found = session.scalars(find).first()
    if found is None:
        insert_once(session, Round, contest_id=contest_id, kind=kind, method=method, budget=budget, folded_through=0)
        found = session.scalars(find).one()
    return found


def lock_ballot(session: Session, round_id: int, voter_id: int) -> int:
    """Return the id of the voter's ballot, its row locked until the transaction ends; made if need be."""
    find = select(Ballot.id).where(Ballot.round_id == round_id, Ballot.voter_id == voter_id).with_for_update()
    found = session.scalar(find)
    if found is None:
        insert_once(session, Ballot, round_id=round_id, voter_id=voter_id, spent=0, version=0)
        found = session.scalars(find).one()
    return found


def spend(session: Session, ballot_id: int, hearts: int, budget: int) -> bool:
    """Use `hearts` of the budget (negative: give back); return False, and change nothing, if too few are left."""
    statement = update(Ballot).where(Ballot.id == ballot_id, Ballot.spent + hearts <= budget)
    return bool(changed(session, statement.values(spent=Ballot.spent + hearts, version=Ballot.version + 1)))


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
    session: Session, ballot_id: int, added: Collection[int], removed: Collection[int], now: datetime
) -> None:
    """Append the ballot as it now stands to the ledger."""
    ballot = session.execute(
        select(Ballot.round_id, Ballot.voter_id, Ballot.version).where(Ballot.id == ballot_id)
    ).one()
    choices = session.scalars(
        select(Vote.submission_id).where(Vote.round_id == ballot.round_id, Vote.voter_id == ballot.voter_id)
    )
    session.add(
        BallotVersion(
            ballot_id=ballot_id,
            round_id=ballot.round_id,
            version=ballot.version,
            choices=sorted(choices),
            added=sorted(added),
            removed=sorted(removed),
            at=now,
        )
    )
    session.flush()


def add_pending(session: Session, round_id: int, device_id: str, wish: Wish) -> bool:
    """Keep a stranger's vote; return whether it was new."""
    values: dict[str, Any] = {"submission_id": wish.submission_id, "via": wish.via, "received_at": wish.received_at}
    return insert_once(session, PendingVote, round_id=round_id, device_id=device_id, **values) is not None


def remove_pending(session: Session, round_id: int, device_id: str, designs: Collection[int]) -> int:
    """Forget pending votes of a browser (or of a person: see `holder`); return how many there were."""
    statement = delete(PendingVote).where(
        PendingVote.round_id == round_id, PendingVote.device_id == device_id, PendingVote.submission_id.in_(designs)
    )
    return changed(session, statement)


def holder(person_id: int) -> str:
    """Return the name under which votes wait that somebody claimed but has no hearts for.

    They leave the browser's name, so that the next person at that browser does not find them.
    """
    return f"person-{person_id}"


def hand_over(session: Session, rows: Iterable[PendingVote], person_id: int) -> None:
    """Let a person's pending votes wait for their choice, whatever browser they came from."""
    waiting = [
        {
            "round_id": row.round_id,
            "device_id": holder(person_id),
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
