"""Folding the ledger into the totals and the log: the only writer of `totals` and of versions' `leaf_index`.

A voter's request appends a version and touches no total: a row that every voter updates would queue
them all. About once a second the versions without an index get dense ones, in the order of their ids,
and their differences are added to the totals, in one transaction under one sequencer for each round.
A version that commits late, with a lower id, is simply folded with the next turn.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, bindparam, select, update
from sqlalchemy.orm import Session

from voting import locks
from voting.log import appending
from voting.models import Ballot, BallotVersion, Round, Total
from webapp.infra.db import changed, insert

BATCH = 5000


def fold(session: Session, round_id: int) -> int:
    """Fold up to a batch of unfolded versions in the caller's transaction; return how many there were."""
    locks.become_sequencer(session, round_id)
    new = session.execute(
        select(*_columns())
        .join(Ballot, Ballot.id == BallotVersion.ballot_id)
        .where(BallotVersion.round_id == round_id, BallotVersion.leaf_index.is_(None))
        .order_by(BallotVersion.id)
        .limit(BATCH)
    ).all()
    if new:
        first = session.scalars(select(Round.folded_through).where(Round.id == round_id)).one()
        _number(session, new, first)
        appending.append(session, round_id, first, new)
        _add(session, round_id, _differences(new))
        changed(session, update(Round).where(Round.id == round_id).values(folded_through=first + len(new)))
    return len(new)


def _columns() -> tuple[Any, ...]:
    what = (BallotVersion.version, BallotVersion.choices, BallotVersion.salt, BallotVersion.at, Ballot.number)
    return BallotVersion.id, BallotVersion.added, BallotVersion.removed, *what


def _number(session: Session, new: Sequence[Row[Any]], first: int) -> None:
    table: Any = BallotVersion.__table__
    statement = update(table).where(table.c.id == bindparam("version_id")).values(leaf_index=bindparam("leaf"))
    leaves = [{"version_id": row.id, "leaf": first + step} for step, row in enumerate(new)]
    session.connection().execute(statement, leaves)


def _differences(new: Sequence[Row[Any]]) -> Counter[int]:
    differences: Counter[int] = Counter()
    for row in new:
        differences.update(row.added)
        differences.subtract(row.removed)
    return differences


def _add(session: Session, round_id: int, differences: Counter[int]) -> None:
    rows = [
        {"round_id": round_id, "submission_id": design, "votes": votes}
        for design, votes in sorted(differences.items())
        if votes
    ]
    if not rows:
        return
    statement = insert(session, Total).values(rows)
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["round_id", "submission_id"],
            set_={"votes": Total.votes + statement.excluded.votes},
        )
    )
