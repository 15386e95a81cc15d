"""The recount's look at rows beside the ledger: salts, times, acts, roots, keys, shortlist, picks and decisions."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from voting.integrity import windows
from voting.integrity.models import BallotAct
from voting.log import roots
from voting.log.models import LogKey, LogLeaf, LogRoot, OpenedBallot
from voting.models import Ballot, BallotVersion, Pick, Round, Shortlisted
from voting.pick_models import Decision
from webapp.accounts.models import Person


def differences(session: Session, round_id: int) -> Iterator[str]:
    """Yield what is wrong with those rows of a round; of shortlist and picks with its open round."""
    poll = session.get_one(Round, round_id)
    yield from _salts(session, round_id)
    yield from _act_salts(session, round_id)
    yield from _times(session, round_id)
    yield from _opened(session, round_id)
    yield from _acts(session, round_id)
    yield from _steps(session, round_id)
    yield from _seal(session, poll)
    yield from _final(session, poll)
    if poll.kind == "open":
        yield from _shortlist(session, poll)
        yield from _picks(session, poll.contest_id)


def _salts(session: Session, round_id: int) -> Iterator[str]:
    """A version without a salt can't be held against its leaf: only an erased voter's may lack it."""
    rows = session.execute(
        select(BallotVersion.ballot_id, BallotVersion.version)
        .join(Ballot, Ballot.id == BallotVersion.ballot_id)
        .join(Person, Person.id == Ballot.voter_id)
        .where(BallotVersion.round_id == round_id, BallotVersion.salt.is_(None), Person.email.is_not(None))
        .order_by(BallotVersion.id)
    )
    for row in rows:
        yield f"ballot {row.ballot_id}, version {row.version}: has no salt, though its voter was not erased"


def _act_salts(session: Session, round_id: int) -> Iterator[str]:
    """The same for acts, whose salt stands with their leaf; that of a version stands with the version alone."""
    rows = session.execute(
        select(LogLeaf.leaf_index, LogLeaf.act)
        .join(Ballot, _of_ballot())
        .join(Person, Person.id == Ballot.voter_id)
        .where(
            LogLeaf.round_id == round_id,
            or_(
                and_(LogLeaf.act.is_not(None), LogLeaf.salt.is_(None), Person.email.is_not(None)),
                and_(LogLeaf.version.is_not(None), LogLeaf.salt.is_not(None)),
            ),
        )
        .order_by(LogLeaf.leaf_index)
    )
    for row in rows:
        what = (
            "holds a salt beside its version's" if row.act is None else "has no salt, though its voter was not erased"
        )
        yield f"log, leaf {row.leaf_index}: {what}"


def _times(session: Session, round_id: int) -> Iterator[str]:
    """A leaf has the moment of what it stands for: of a version the one that was promised to its voter."""
    of_version = and_(BallotVersion.ballot_id == Ballot.id, BallotVersion.version == LogLeaf.version)
    rows = session.execute(
        select(LogLeaf.leaf_index, Ballot.id.label("ballot_id"))
        .join(Ballot, _of_ballot())
        .outerjoin(BallotVersion, of_version)
        .outerjoin(BallotAct, BallotAct.id == LogLeaf.act)
        .where(LogLeaf.round_id == round_id, LogLeaf.at != func.coalesce(BallotVersion.at, BallotAct.at))
        .order_by(LogLeaf.leaf_index)
    )
    for row in rows:
        yield f"log, leaf {row.leaf_index} (ballot {row.ballot_id}): made at another time than what it stands for"


def _opened(session: Session, round_id: int) -> Iterator[str]:
    """Opening a ballot shows a version with choices and takes it back with the next one."""
    shown, after = aliased(BallotVersion), aliased(BallotVersion)
    rows = session.execute(
        select(OpenedBallot.ballot_id, OpenedBallot.version, shown.choices, after.choices, OpenedBallot.at, after.at)
        .join(Ballot, Ballot.id == OpenedBallot.ballot_id)
        .outerjoin(shown, and_(shown.ballot_id == Ballot.id, shown.version == OpenedBallot.version))
        .outerjoin(after, and_(after.ballot_id == Ballot.id, after.version == OpenedBallot.version + 1))
        .where(Ballot.round_id == round_id)
        .order_by(OpenedBallot.id)
    )
    for ballot, version, choices, taken_back, opened_at, at in rows:
        if not choices or taken_back or opened_at != at:
            yield f"ballot {ballot}: version {version} is said to be opened, which the ledger does not bear out"


def _of_ballot() -> Any:
    return and_(Ballot.round_id == LogLeaf.round_id, Ballot.number == LogLeaf.ballot_number)


def _acts(session: Session, round_id: int) -> Iterator[str]:
    same = and_(BallotAct.id == LogLeaf.act, BallotAct.ballot_id == Ballot.id, BallotAct.round_id == LogLeaf.round_id)
    rows = session.execute(
        select(LogLeaf.leaf_index, LogLeaf.act)
        .join(Ballot, _of_ballot())
        .outerjoin(BallotAct, same)
        .where(LogLeaf.round_id == round_id, LogLeaf.act.is_not(None), BallotAct.id.is_(None))
        .order_by(LogLeaf.leaf_index)
    )
    for row in rows:
        yield f"act {row.act}: is in the log (leaf {row.leaf_index}) and not among the acts on that ballot"


def _steps(session: Session, round_id: int) -> Iterator[str]:
    """Each act begins where the one before left its ballot."""
    rows = session.execute(
        select(BallotAct.id, BallotAct.ballot_id, BallotAct.from_state, BallotAct.to_state, Ballot.round_id)
        .join(Ballot, Ballot.id == BallotAct.ballot_id)
        .where(or_(BallotAct.round_id == round_id, Ballot.round_id == round_id))
        .order_by(BallotAct.ballot_id, BallotAct.id)
        .execution_options(yield_per=2000)
    )
    ballot, state = 0, ""
    for row in rows:
        before = state if row.ballot_id == ballot else "counted"
        if row.from_state != before:
            yield f"act {row.id}: begins at {row.from_state}, ballot {row.ballot_id} was {before}"
        ballot, state = row.ballot_id, row.to_state


def _seal(session: Session, poll: Round) -> Iterator[str]:
    if poll.closed_at and (poll.sealed_at is None or poll.sealed_at > poll.closed_at):
        yield "round: counted before it was sealed"
    rows = session.execute(
        select(LogRoot.label, LogRoot.at, LogRoot.facts, LogRoot.counted_size, LogKey.id.label("key"))
        .outerjoin(LogKey, LogKey.public_key == LogRoot.public_key)
        .where(LogRoot.round_id == poll.id)
    ).all()
    for row in rows:
        if row.key is None:
            yield f"log, root {row.label}: the key that signed it is not among the published ones"
        facts = row.facts or {}
        cast, *parts = (facts.get(name) for name in ("cast", "held", "rejected", "counted"))
        whole = cast == sum(part for part in parts if isinstance(part, int))
        if row.counted_size is not None and (facts.get("counted") != row.counted_size or not whole):
            yield f"log, root {row.label}: its numbers are not those of {row.counted_size} counted ballots"
    sealed = next((row.at for row in rows if row.label == roots.SEAL), None)
    if poll.root and sealed is None:
        yield "log: the root of the seal is gone"
    if sealed and (poll.sealed_at is None or poll.sealed_at > sealed):
        yield "round: its root was made before it was sealed"


def _final(session: Session, poll: Round) -> Iterator[str]:
    """A result is final after the time for appeals, and a final root is only made then; a key signs roots."""
    if poll.final_at and (poll.closed_at is None or poll.final_at < poll.closed_at + windows.APPEALS):
        yield "round: final before the time for appeals was over"
    made = exists().where(LogRoot.round_id == poll.id, LogRoot.label == roots.FINAL)
    if poll.final_at is None and session.scalar(select(made)):
        yield "round: has a final root and is not final"
    idle = select(LogKey.id).where(~exists().where(LogRoot.public_key == LogKey.public_key)).order_by(LogKey.id)
    for key in session.scalars(idle):
        yield f"log, key {key}: is published and has signed no root"


def _shortlist(session: Session, poll: Round) -> Iterator[str]:
    rows = session.execute(
        select(Shortlisted.submission_id, Shortlisted.rank, Shortlisted.votes, Shortlisted.drawn).where(
            Shortlisted.contest_id == poll.contest_id
        )
    )
    if poll.result and "format" not in poll.result:
        return  # of the time of hearts alone: it was told in another way
    kept = {row.submission_id: (row.rank, row.votes, row.drawn) for row in rows}
    told = _finalists(poll.result or {})
    for design in sorted(kept.keys() | told.keys()):
        if design not in told:
            yield f"design {design}: is kept as a finalist, the result does not say so"
        elif design not in kept:
            yield f"design {design}: is a finalist by the result, and not kept as one"
        elif kept[design][2] != told[design][2] or (not _revised(poll) and kept[design] != told[design]):
            yield f"design {design}: kept as a finalist with {kept[design]}, the result gives {told[design]}"


def _revised(poll: Round) -> bool:
    """Whether the result was counted anew: its shortlist then has the places of the first count."""
    return "revised_at" in (poll.result or {})


def _finalists(result: dict[str, Any]) -> dict[int, tuple[int, int, bool]]:
    """Return what a result says of its finalists: rank, votes and whether they were drawn."""
    placed = {each["submission_id"]: each for each in result.get("order", [])}
    drawn = set((result.get("draw") or {}).get("admitted", []))
    return {
        design: (placed[design]["rank"], placed[design]["votes"], design in drawn)
        for design in result.get("shortlist", [])
        if design in placed
    }


def _picks(session: Session, contest_id: int) -> Iterator[str]:
    finalists = set(session.scalars(select(Shortlisted.submission_id).where(Shortlisted.contest_id == contest_id)))
    picks = {pick.id: pick for pick in session.scalars(select(Pick).where(Pick.contest_id == contest_id))}
    for pick in picks.values():
        if pick.submission_id not in finalists:
            yield f"pick {pick.id}: design {pick.submission_id} is no finalist"
        if pick.announced_at and pick.undone_at:
            yield f"pick {pick.id}: was announced and undone"
        if pick.voided_at and not (pick.announced_at and pick.void_asked_by and pick.voided_by):
            yield f"pick {pick.id}: was voided without the two people it takes"
        if pick.voided_by and not pick.voided_at:
            yield f"pick {pick.id}: somebody voided it, and it stands"
    decided = select(Decision.pick_id).where(Decision.contest_id == contest_id).order_by(Decision.pick_id)
    for pick_id in session.scalars(decided):
        if pick_id not in picks or picks[pick_id].announced_at is None:
            yield f"decision on pick {pick_id}: there is no such pick, or it was not announced"
