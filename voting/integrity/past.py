"""A round as it stood at any moment: from the ledger and the acts, nothing else."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from contests.submissions import queries as submissions
from voting import counting, queries
from voting.ballots_queries import CHUNK, COUNTED
from voting.integrity.models import BallotAct
from voting.models import Ballot, BallotVersion, Round
from voting.statistics import Statistics
from voting.tally import Placed


@dataclass(frozen=True)
class Past:
    """A round at a moment: ballots by state, and the designs in order."""

    kind: str
    at: datetime
    states: dict[str, int]
    order: list[Placed]


def at(session: Session, round_id: int, moment: datetime) -> Past:
    """Return how a round stood at `moment`, of the designs in its result, or of those shown today before there is one.

    Streamed: memory does not grow with the round.
    """
    poll = queries.round_by_id(session, round_id)
    if poll is None:
        raise LookupError(f"round {round_id}")
    result = session.scalar(select(Round.result).where(Round.id == round_id)) or {}
    designs = [each["submission_id"] for each in result.get("order", [])]
    sums = Statistics(poll.method, designs or submissions.public_ids(session, poll.contest_id))
    states: dict[str, int] = {}
    rows = session.execute(_then(round_id, moment).execution_options(yield_per=CHUNK))
    for choices, state in rows:
        if choices:
            states[state or "counted"] = states.get(state or "counted", 0) + 1
            if (state or "counted") in COUNTED:
                sums.gather([choices])
    seed = str(result.get("seed", ""))
    found = counting.count(sums, int(result.get("size", 1)), seed)
    return Past(poll.kind, moment, states, counting.placed(sums, found.order, seed))


def _then(round_id: int, moment: datetime) -> Any:
    newest = (
        select(BallotVersion.ballot_id, func.max(BallotVersion.version).label("version"))
        .where(BallotVersion.round_id == round_id, BallotVersion.at <= moment)
        .group_by(BallotVersion.ballot_id)
        .subquery()
    )
    last = (
        select(BallotAct.ballot_id, func.max(BallotAct.id).label("act"))
        .where(BallotAct.round_id == round_id, BallotAct.at <= moment)
        .group_by(BallotAct.ballot_id)
        .subquery()
    )
    of_version = and_(BallotVersion.ballot_id == newest.c.ballot_id, BallotVersion.version == newest.c.version)
    return (
        select(BallotVersion.choices, BallotAct.to_state)
        .select_from(newest)
        .join(BallotVersion, of_version)
        .join(Ballot, Ballot.id == newest.c.ballot_id)
        .outerjoin(last, last.c.ballot_id == newest.c.ballot_id)
        .outerjoin(BallotAct, BallotAct.id == last.c.act)
        .order_by(Ballot.number)
    )
