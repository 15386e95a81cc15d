"""The recount's look at the states: every ballot's is where its acts lead, and every act has its leaf."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from voting.bundle import cells
from voting.integrity.models import BallotAct, BallotAppeal
from voting.integrity.states import HELD, REJECTED
from voting.log.models import LogLeaf
from voting.models import Ballot, Round
from voting.signals import VERSION


def differences(session: Session, round_id: int) -> Iterator[str]:
    """Yield what does not agree between the ballots' states, their acts and the log."""
    yield from _states(session, round_id)
    yield from _leaves(session, round_id)


def reasons(session: Session, round_id: int) -> dict[str, int]:
    """Return why ballots that are rejected now were, by number: for the results bundle."""
    return _by_reason(session, round_id, REJECTED)


def section(session: Session, contest_id: int) -> dict[str, Any] | None:
    """Return what the results bundle says of held ballots and appeals; cells below ten are merged."""
    rows = session.execute(
        select(Round.id, Round.kind).where(Round.contest_id == contest_id).order_by(Round.kind.desc())
    ).all()
    rounds = []
    for row in rows:
        outcomes = select(BallotAppeal.outcome, func.count()).where(BallotAppeal.round_id == row.id)
        answered = dict(session.execute(outcomes.group_by(BallotAppeal.outcome)).all())
        rounds.append(
            {
                "round": row.kind,
                "held_by_reason": cells.merged(_by_reason(session, row.id, HELD)),
                "rejected_by_reason": cells.merged(_by_reason(session, row.id, REJECTED)),
                "appeals": sum(answered.values()),
            }
        )
    return {"rules_version": VERSION, "rounds": rounds}


def _by_reason(session: Session, round_id: int, state: str) -> dict[str, int]:
    last = _last(round_id)
    rows = session.execute(
        select(BallotAct.reason_code, func.count())
        .join(last, last.c.act == BallotAct.id)
        .join(Ballot, Ballot.id == BallotAct.ballot_id)
        .where(Ballot.state == state, Ballot.spent > 0)
        .group_by(BallotAct.reason_code)
        .order_by(BallotAct.reason_code)
    )
    return dict(rows.all())


def _states(session: Session, round_id: int) -> Iterator[str]:
    last = _last(round_id)
    rows = session.execute(
        select(Ballot.id, Ballot.state, func.coalesce(BallotAct.to_state, "counted").label("led"))
        .outerjoin(last, last.c.ballot_id == Ballot.id)
        .outerjoin(BallotAct, BallotAct.id == last.c.act)
        .where(Ballot.round_id == round_id, Ballot.state != func.coalesce(BallotAct.to_state, "counted"))
        .order_by(Ballot.id)
    )
    for row in rows:
        yield f"ballot {row.id}: is {row.state}, its acts lead to {row.led}"


def _leaves(session: Session, round_id: int) -> Iterator[str]:
    of_act = and_(LogLeaf.round_id == BallotAct.round_id, LogLeaf.act == BallotAct.id)
    rows = session.execute(
        select(BallotAct.id, BallotAct.to_state, LogLeaf.kind)
        .outerjoin(LogLeaf, of_act)
        .where(BallotAct.round_id == round_id)
        .where((LogLeaf.kind.is_(None)) | (LogLeaf.kind != BallotAct.to_state))
        .order_by(BallotAct.id)
    )
    for row in rows:
        yield f"act {row.id}: {row.to_state}, the log has {row.kind or 'nothing'}"


def _last(round_id: int) -> Any:
    acts = select(BallotAct.ballot_id, func.max(BallotAct.id).label("act")).where(BallotAct.round_id == round_id)
    return acts.group_by(BallotAct.ballot_id).subquery()
