"""Reads and writes of ballots of stars, places and pairs. No commit here: the service's transaction decides."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.orm import Session

from voting.marks import Choices
from voting.models import Ballot, BallotVersion, PendingBallot, Vote
from voting.queries import ChoiceRow
from voting.store import Spent
from webapp.infra.db import changed
from webapp.infra.db import insert as insert_of_dialect


def current(session: Session, ballot: Spent) -> tuple[Choices, Choices]:
    """Return the choices of a ballot's last version, and its trail."""
    if not ballot.version:
        trail = session.scalar(select(Ballot.trail).where(Ballot.id == ballot.ballot_id))
        return [], list(trail or [])
    wanted = select(BallotVersion.choices, Ballot.trail).join(Ballot, Ballot.id == BallotVersion.ballot_id)
    row = session.execute(
        wanted.where(BallotVersion.ballot_id == ballot.ballot_id, BallotVersion.version == ballot.version)
    ).one()
    return list(row.choices), list(row.trail)


def append(
    session: Session,
    round_id: int,
    ballot_id: int,
    version: int,
    choices: Choices,
    trail: Choices,
    before: Mapping[int, int],
    after: Mapping[int, int],
    now: datetime,
) -> None:
    """Append what a locked ballot of that version now says to the ledger. Raises LookupError if it has moved on."""
    statement = update(Ballot).where(Ballot.id == ballot_id, Ballot.version == version)
    if not changed(session, statement.values(version=version + 1, spent=len(choices), trail=trail)):
        raise LookupError(f"ballot {ballot_id} has no version {version} any more")
    session.add(
        BallotVersion(
            ballot_id=ballot_id,
            round_id=round_id,
            version=version + 1,
            choices=choices,
            added=sorted(after.keys() - before.keys()),
            removed=sorted(before.keys() - after.keys()),
            at=now,
        )
    )
    session.flush()


def set_trail(session: Session, ballot_id: int, trail: Choices) -> None:
    """Write which pairs a voter has met, where that changes no choice."""
    changed(session, update(Ballot).where(Ballot.id == ballot_id).values(trail=trail))


def sync_votes(
    session: Session,
    round_id: int,
    voter_id: int,
    before: Mapping[int, int],
    after: Mapping[int, int],
    designs: Mapping[int, ChoiceRow],
    via: str,
    received_at: datetime,
    now: datetime | None,
) -> None:
    """Let the voter's rows in `votes` say `after`, where they said `before`."""
    mine = (Vote.round_id == round_id, Vote.voter_id == voter_id)
    if gone := before.keys() - after.keys():
        changed(session, delete(Vote).where(*mine, Vote.submission_id.in_(gone)))
    new = [
        {
            "round_id": round_id,
            "voter_id": voter_id,
            "submission_id": design,
            "revision_id": designs[design].revision_id,
            "state": "counted",
            "value": after[design],
            "via": via,
            "received_at": received_at,
            "at": now or received_at,
        }
        for design in sorted(after.keys() - before.keys())
    ]
    if new:
        session.execute(insert(Vote), new)
    moved = [
        {"design": design, "given": after[design]}
        for design in sorted(after.keys() & before.keys())
        if after[design] != before[design]
    ]
    if moved:
        _move(session, round_id, voter_id, moved, now or received_at)


def _move(session: Session, round_id: int, voter_id: int, moved: list[dict[str, int]], at: datetime) -> None:
    table: Any = Vote.__table__
    statement = (
        update(table)
        .where(table.c.round_id == round_id, table.c.voter_id == voter_id, table.c.submission_id == bindparam("design"))
        .values(value=bindparam("given"), at=at)
    )
    session.connection().execute(statement, moved)


def pending(session: Session, round_id: int, device_id: str) -> PendingBallot | None:
    """Return a stranger's ballot of a round."""
    kept = select(PendingBallot).where(PendingBallot.round_id == round_id, PendingBallot.device_id == device_id)
    return session.scalars(kept.execution_options(populate_existing=True)).first()


def keep(
    session: Session, round_id: int, device_id: str, choices: Choices, trail: Choices, via: str, received_at: datetime
) -> None:
    """Keep what a stranger's ballot says; a blank one is forgotten."""
    if not choices and not trail:
        mine = (PendingBallot.round_id == round_id, PendingBallot.device_id == device_id)
        changed(session, delete(PendingBallot).where(*mine))
        return
    said: dict[str, Any] = {"choices": choices, "trail": trail, "via": via, "received_at": received_at}
    statement = insert_of_dialect(session, PendingBallot).values(round_id=round_id, device_id=device_id, **said)
    session.execute(statement.on_conflict_do_update(index_elements=["round_id", "device_id"], set_=said))
