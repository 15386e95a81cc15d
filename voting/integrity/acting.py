"""Changing ballots' states: the one way, for people and rules, with a row for each change and a leaf in the log.

Two who act at once: the conditional UPDATE of each ballot decides, and who comes second changes nothing.
"""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from voting import locks
from voting.integrity import states
from voting.integrity.models import BallotAct
from voting.log import appending
from voting.log.appending import Act
from voting.models import Ballot, Round
from webapp.kernel.refusal import N_, NotFound, Refused

CHUNK = 500


@dataclass(frozen=True)
class Who:
    """A person, or a rule with its version, and the reason."""

    reason_code: str
    reason: str = ""
    person_id: int | None = None
    rule: str = ""
    rule_version: int | None = None


def hold_still(session: Session, round_id: int, counting: bool = False) -> None:
    """Take the round's sequencer; refuse once its result is final, and between its seal and its result.

    `counting`: the caller is a step of the count itself.
    """
    locks.become_sequencer(session, round_id)
    found = session.execute(
        select(Round.sealed_at, Round.closed_at, Round.final_at).where(Round.id == round_id)
    ).first()
    if found is None:
        raise NotFound()
    if found.sealed_at and not found.closed_at and not counting:
        raise Refused("being-counted", N_("The ballots are being counted just now. Try again in a minute."))
    if found.final_at:
        raise Refused("result-final", N_("The result is final. Nothing about its ballots can change any more."))


def move(
    session: Session,
    round_id: int,
    ballot_ids: Iterable[int],
    to_state: str,
    who: Who,
    at: datetime,
    *,
    undoes: dict[int, int] | None = None,
) -> tuple[str, list[int]]:
    """Bring ballots to a state, in the caller's transaction, which holds the round still.

    Returns the name of the batch and the ballots that were changed: those that may not go there stay.
    `undoes` names for each ballot the act that is taken back.
    """
    batch, done = secrets.token_hex(8), []
    ids = sorted(set(ballot_ids))
    for start in range(0, len(ids), CHUNK):
        done += _some(session, round_id, ids[start : start + CHUNK], to_state, who, at, batch, undoes or {})
    return batch, done


def _some(
    session: Session,
    round_id: int,
    ids: Sequence[int],
    to_state: str,
    who: Who,
    at: datetime,
    batch: str,
    undoes: dict[int, int],
) -> list[int]:
    before = session.execute(
        select(Ballot.id, Ballot.state, Ballot.number)
        .where(Ballot.id.in_(ids), Ballot.round_id == round_id, Ballot.state.in_(states.STEPS[to_state]))
        .order_by(Ballot.id)
    ).all()
    changed: list[Any] = []
    for state in sorted({row.state for row in before}):
        wanted = [row.id for row in before if row.state == state]
        statement = update(Ballot).where(Ballot.id.in_(wanted), Ballot.state == state).values(state=to_state)
        moved = set(session.scalars(statement.returning(Ballot.id).execution_options(synchronize_session=False)).all())
        changed += [row for row in before if row.id in moved]
    if changed:
        _write(session, round_id, sorted(changed, key=lambda row: row.id), to_state, who, at, batch, undoes)
    return [row.id for row in changed]


def _write(
    session: Session,
    round_id: int,
    rows: list[Any],
    to_state: str,
    who: Who,
    at: datetime,
    batch: str,
    undoes: dict[int, int],
) -> None:
    acts = [
        {
            "round_id": round_id,
            "ballot_id": row.id,
            "from_state": row.state,
            "to_state": to_state,
            "actor_id": who.person_id,
            "rule": who.rule,
            "rule_version": who.rule_version,
            "reason_code": who.reason_code,
            "reason": who.reason,
            "batch": batch,
            "undoes_id": undoes.get(row.id),
            "at": at,
        }
        for row in rows
    ]
    ids = session.scalars(insert(BallotAct).returning(BallotAct.id, sort_by_parameter_order=True), acts).all()
    leaves = [Act(row.number, act_id, to_state, at) for row, act_id in zip(rows, ids, strict=True)]
    appending.append_acts(session, round_id, leaves)
