"""What voting keeps of people: their ballots, what they would wear, notes at the pick desk."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from contests.models import Contest
from voting.bundle.models import AuditExport
from voting.integrity.models import BallotAct, BallotAppeal, BallotRejection
from voting.log import erasing
from voting.log.models import LogLeaf
from voting.models import Ballot, BallotVersion, PendingVote, Pick, Round, Vote
from voting.pick_models import PickLink, PickNote
from voting.wearing.models import WouldWear
from webapp.accounts import queries as accounts
from webapp.accounts.my_data import store, tables
from webapp.accounts.my_data.rooms import Chapter, Holding, Kept, Room, Rows
from webapp.infra.db import changed, transaction
from webapp.kernel.refusal import N_


def ballots_of(session: Session, person_id: int) -> Rows:
    """Return somebody's ballots, every version with its choices and its place and leaf in the public log."""
    statement = (
        select(Contest.slug.label("contest"), Round.kind.label("round"), Round.method, Ballot.number, Ballot.state)
        .add_columns(BallotVersion.version, BallotVersion.choices, BallotVersion.at)
        .add_columns(BallotVersion.leaf_index, LogLeaf.hash.label("leaf_hash"))
        .join(Round, Round.contest_id == Contest.id)
        .join(Ballot, Ballot.round_id == Round.id)
        .join(BallotVersion, BallotVersion.ballot_id == Ballot.id)
        .outerjoin(LogLeaf, (LogLeaf.round_id == Round.id) & (LogLeaf.leaf_index == BallotVersion.leaf_index))
        .where(Ballot.voter_id == person_id)
        .order_by(Ballot.id, BallotVersion.version)
    )
    return tables.plain(session, statement)


def appeals_of(session: Session, person_id: int) -> Rows:
    """Return what somebody wrote about a ballot of theirs that was held."""
    mine = select(Ballot.id).where(Ballot.voter_id == person_id)
    return tables.rows(session, BallotAppeal, BallotAppeal.ballot_id.in_(mine), hidden=("decided_by",))


def notes_of(session: Session, person_id: int) -> Rows:
    """Return what somebody noted on finalists."""
    return tables.rows(session, PickNote, PickNote.owner == f"person:{person_id}")


def picked(session: Session, submission_ids: Iterable[int]) -> set[int]:
    """Return those designs that won: a pick of them stands."""
    standing = (Pick.undone_at.is_(None), Pick.voided_at.is_(None))
    return set(
        session.scalars(select(Pick.submission_id).where(Pick.submission_id.in_(list(submission_ids)), *standing))
    )


def unlink(person_id: int, now: datetime) -> None:
    """Let the ballots belong to nobody: counted as before, with nothing that leads to the person. Once is enough."""
    with transaction() as session:
        ballots = list(session.scalars(select(Ballot.id).where(Ballot.voter_id == person_id)))
        if ballots or session.scalar(select(Vote.id).where(Vote.voter_id == person_id).limit(1)):
            changed(session, update(BallotAppeal).where(BallotAppeal.ballot_id.in_(ballots)).values(words=""))
            erasing.erase(session, person_id, store.add_nobody(session, now))


def forget_desk(person_id: int, now: datetime) -> None:
    """Delete notes at the pick desk, and name and address on links that were sent to the person."""
    with transaction() as session:
        changed(session, delete(PickNote).where(PickNote.owner == f"person:{person_id}"))
        person = accounts.person(session, person_id)
        if person and person.email:
            theirs = update(PickLink).where(PickLink.for_email == person.email)
            changed(session, theirs.values(for_email="", for_name=accounts.A_FAN))
        if person and person.display_name:
            named = update(PickLink).where(PickLink.for_name == person.display_name)
            changed(session, named.values(for_name=accounts.A_FAN))


ROOM = Room(
    "voting",
    holdings=(
        Holding(Ballot.voter_id, "step"),
        Holding(Vote.voter_id, "step", "votes"),
        Holding(PendingVote.claimed_by, "gone"),
        Holding(WouldWear.person_id, "gone", "would_wear"),
        Holding(Pick.picked_by, "kept", "picks", ("void_asked_by", "voided_by")),
        Holding(Pick.void_asked_by, "kept"),
        Holding(Pick.voided_by, "kept"),
        Holding(PickLink.made_by, "kept"),
        Holding(PickLink.revoked_by, "kept"),
        Holding(BallotAct.actor_id, "kept"),
        Holding(BallotRejection.proposed_by, "kept"),
        Holding(BallotRejection.decided_by, "kept"),
        Holding(BallotAppeal.decided_by, "kept"),
        Holding(AuditExport.granted_by, "kept"),
    ),
    chapters=(Chapter("ballots", ballots_of), Chapter("appeals", appeals_of), Chapter("pick_notes", notes_of)),
    steps=(unlink, forget_desk),
    gone=(
        N_("Every link between you and your votes, and what would have opened them in the log; what you would wear."),
    ),
    kept=lambda _session, _person_id: [
        Kept(N_("Votes that you gave count on, as nobody's: a published result must not change."))
    ],
)
