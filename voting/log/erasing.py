"""Forgetting a person: the salts of their ballots and the link to them go, the leaves stay and the proofs hold."""

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from voting import ledger
from voting.log.models import LogLeaf
from voting.models import Ballot, BallotVersion, Vote
from webapp.infra.db import changed


def erase(session: Session, person_id: int, nobody_id: int) -> int:
    """Unlink a person's ballots in the caller's transaction; return how many versions lost their salt.

    Ballots and votes go to `nobody_id`, a row of `people` without an address, made for this one erasure, that never
    votes: a ballot has a voter, and a round one ballot of each. Nobody else's versions may lack a salt: the recount
    names them. What was chosen stays and counts on; without its salt no leaf can be opened, not by guessing the
    choices either. What still waits for the fold is folded first, so that every version has the leaf that was promised.
    """
    mine = select(Ballot.id, Ballot.round_id, Ballot.number).where(Ballot.voter_id == person_id)
    ballots = session.execute(mine).all()
    for round_id in sorted({ballot.round_id for ballot in ballots}):
        while ledger.fold(session, round_id):
            pass
    emptied = 0
    for ballot in ballots:
        emptied += changed(session, update(BallotVersion).where(BallotVersion.ballot_id == ballot.id).values(salt=None))
        of_it = (LogLeaf.round_id == ballot.round_id, LogLeaf.ballot_number == ballot.number)
        changed(session, update(LogLeaf).where(*of_it).values(salt=None))
        changed(session, update(Ballot).where(Ballot.id == ballot.id).values(voter_id=nobody_id))
    changed(session, update(Vote).where(Vote.voter_id == person_id).values(voter_id=nobody_id))
    return emptied
