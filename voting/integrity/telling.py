"""Telling voters what became of their ballots, when all votes are counted: never before."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from contests import queries as contests
from voting import paths
from voting.integrity import windows
from voting.integrity.models import BallotAppeal
from voting.integrity.states import HELD, REJECTED
from voting.models import Ballot, Round
from webapp.infra.db import transaction
from webapp.kernel.now import now
from webapp.notices import store as notices
from webapp.notices import values
from webapp.notices.kinds import used

BALLOT_HELD, APPEAL_ANSWERED = used("ballot-held"), used("appeal-answered")


def round_closed(contest_id: int, round_id: int) -> None:
    """Tell those whose ballots don't count that they may appeal, after the last round (handler of RoundClosed)."""
    with transaction() as session:
        window, contest = windows.of_contest(session, contest_id), contests.contest(session, contest_id)
        if window is None or contest is None:
            return
        voters = select(Ballot.voter_id).join(Round, Round.id == Ballot.round_id)
        voters = voters.where(Round.contest_id == contest_id, Ballot.spent > 0, Ballot.state.in_((HELD, REJECTED)))
        people = set(session.scalars(voters))
        until = values.at(window.until, contest.timezone)
        words = {"contest": contest.title, "until": until, "path": paths.receipts()}
        notices.notify(session, people, BALLOT_HELD, f"held:{contest_id}", words, now())


def appeals_answered(round_id: int) -> None:
    """Tell voters whose appeals are answered (handler of BallotsJudged and the end of a result; safe to repeat)."""
    with transaction() as session:
        for appeal_id, voter_id, contest_id in _answered(session, round_id):
            contest = contests.contest(session, contest_id)
            words = {"contest": contest.title if contest else "", "path": paths.receipts()}
            notices.notify(session, {voter_id}, APPEAL_ANSWERED, f"appeal:{appeal_id}", words, now())


def _answered(session: Session, round_id: int) -> list[tuple[int, int, int]]:
    rows = session.execute(
        select(BallotAppeal.id, Ballot.voter_id, Round.contest_id)
        .join(Ballot, Ballot.id == BallotAppeal.ballot_id)
        .join(Round, Round.id == Ballot.round_id)
        .where(BallotAppeal.round_id == round_id, BallotAppeal.outcome != "")
        .order_by(BallotAppeal.id)
    )
    return [(row[0], row[1], row[2]) for row in rows]
