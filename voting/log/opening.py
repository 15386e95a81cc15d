"""Cast or open: a voter has one ballot opened on the spot, sees that it says what they chose, and votes anew.

Whoever makes the hashes does not know beforehand which ballots will be opened. What was opened can be shown to
anybody, so it counts no more: the opening takes the whole ballot back, as a version of its own.
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from voting import papers, polls, queries
from voting.log.models import OpenedBallot
from voting.models import Ballot
from webapp.infra.db import insert_once, transaction
from webapp.kernel.refusal import N_, NotFound, Refused


def open_ballot(number: int, voter_id: int, now: datetime) -> int:
    """Open the voter's ballot of that number as it stands and take it back; return the version that was opened.

    Raises NotFound for another's ballot, and Refused when voting is closed, the ballot is blank, or one was
    opened already.
    """
    with transaction() as session:
        round_id = _round_of(session, number, voter_id)
        found = queries.round_by_id(session, round_id)
        if found is None:
            raise NotFound()
        contest = polls.of_contest(session, found.contest_id)
        poll, now = polls.held_open(session, contest, found.way, now)
        if poll.id != found.id:
            raise Refused("round-over", N_("This round is over. Only a ballot of the running round can be opened."))
        paper = papers.locked(session, poll, voter_id, None)
        if not paper.choices:
            raise Refused("nothing-to-open", N_("Your ballot is blank. Vote first, then have it opened."))
        if insert_once(session, OpenedBallot, ballot_id=paper.ballot_id, version=paper.version, at=now) is None:
            raise Refused("opened-before", N_("You have had a ballot opened in this round. It can be done once."))
        papers.write(session, poll, paper, [], [], {}, "gallery", now)
        return paper.version


def _round_of(session: Session, number: int, voter_id: int) -> int:
    mine = select(Ballot.round_id).where(Ballot.number == number, Ballot.voter_id == voter_id)
    found = session.scalar(mine)
    if found is None:
        raise NotFound()
    return found
