"""A voter's own receipts: what they cast, the promise, and the proof that it is in the log. Read, never written.

The choices are shown to their voter only, and the salt never: a receipt shows that a ballot is in the log, not for
whom it was.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, bindparam, select
from sqlalchemy.orm import Session, aliased

from contests.models import Contest
from contests.ways import kind_of
from voting.log import content, promises, roots, tree
from voting.log.models import LogLeaf, LogRoot, OpenedBallot
from voting.log.promises import Promise, Receipted
from voting.models import Ballot, BallotVersion, Round
from webapp.kernel.refusal import NotFound

MOST = 60  # ballots on the page; nobody votes in more rounds

# Built once: every vote is answered with its promise.
_LATEST = (
    select(
        Contest.id,
        Round.kind,
        Ballot.number,
        BallotVersion.version,
        BallotVersion.choices,
        BallotVersion.salt,
        BallotVersion.at,
    )
    .join(Round, Round.contest_id == Contest.id)
    .join(Ballot, Ballot.round_id == Round.id)
    .join(BallotVersion, and_(BallotVersion.ballot_id == Ballot.id, BallotVersion.version == Ballot.version))
    .where(Contest.slug == bindparam("slug"), Ballot.voter_id == bindparam("voter"))
    .order_by(Round.kind)  # 'final' before 'open'
    .limit(1)
)


@dataclass(frozen=True)
class Receipt:
    """One ballot as its voter sees it: its newest version, and where that stands in the log (None: not yet)."""

    slug: str
    title: str
    round: str
    way: str
    number: int
    version: int
    choices: list[Any]
    at: datetime
    leaf_index: int | None
    sealed: bool
    opened: int | None
    promise: Promise | None


@dataclass(frozen=True)
class Opened:
    """A version that was opened: everything that its hash is made of."""

    slug: str
    title: str
    round: str
    way: str
    number: int
    version: int
    choices: list[Any]
    text: str
    salt: str
    commitment: str
    contest_id: int


def of_person(session: Session, person_id: int) -> list[Receipt]:
    """Return a person's ballots, the newest first, each with its last version; two statements."""
    rows = session.execute(
        _versions(person_id)
        .where(BallotVersion.version == Ballot.version)
        .order_by(BallotVersion.at.desc(), BallotVersion.id.desc())
        .limit(MOST)
    )
    return [_receipt(row) for row in rows]


def as_json(session: Session, person_id: int, number: int, version: int | None) -> dict[str, Any]:
    """Return a receipt to keep: the promise, and the inclusion proof once there is one; no choices.

    `version` None is the newest. Raises NotFound for a ballot that isn't this person's.
    """
    mine = _versions(person_id).where(Ballot.number == number)
    mine = mine.where(BallotVersion.version == (Ballot.version if version is None else version))
    row = session.execute(mine).first()
    if row is None or row.salt is None:
        raise NotFound()
    receipt = _receipt(row)
    body: dict[str, Any] = {"format": "fanmade-receipt", "version": 1, "contest": row.slug, "promise": None}
    if receipt.promise:
        body["promise"] = receipt.promise.as_json()
    body["inclusion"] = _inclusion(session, row)
    return body


def latest_promise(session: Session, slug: str, person_id: int) -> dict[str, Any] | None:
    """Return the promise for a voter's ballot as it stands in a contest's latest round: the answer to a vote."""
    row = session.execute(_LATEST, {"slug": slug, "voter": person_id}).first()
    return promises.promise(Receipted(*row)).as_json() if row and row.salt is not None else None


def opened(session: Session, person_id: int, number: int) -> Opened:
    """Return what was opened of a person's ballot; raises NotFound when nothing was."""
    of_it = and_(OpenedBallot.ballot_id == Ballot.id, OpenedBallot.version == BallotVersion.version)
    row = session.execute(_versions(person_id).join(OpenedBallot, of_it).where(Ballot.number == number)).first()
    if row is None or row.salt is None:
        raise NotFound()
    text = content.version_text(row.round, row.version, row.choices)
    return Opened(
        row.slug,
        row.title,
        row.round,
        kind_of(row.method),
        row.number,
        row.version,
        list(row.choices),
        text.decode(),
        row.salt,
        content.commitment(text, row.salt).hex(),
        row.contest_id,
    )


def _versions(person_id: int) -> Any:
    of_leaf = and_(
        LogLeaf.round_id == Ballot.round_id,
        LogLeaf.ballot_number == Ballot.number,
        LogLeaf.version == BallotVersion.version,
    )
    once = aliased(OpenedBallot)
    was_opened = select(once.version).where(once.ballot_id == Ballot.id).correlate(Ballot).scalar_subquery()
    return (
        select(
            Contest.slug,
            Contest.title,
            Contest.id.label("contest_id"),
            Round.id.label("round_id"),
            Round.kind.label("round"),
            Round.method,
            Round.folded_through,
            Round.sealed_at,
            Ballot.number,
            BallotVersion.version,
            BallotVersion.choices,
            BallotVersion.salt,
            BallotVersion.at,
            LogLeaf.leaf_index,
            LogLeaf.hash,
            was_opened.label("opened"),
        )
        .select_from(Ballot)
        .join(BallotVersion, BallotVersion.ballot_id == Ballot.id)
        .join(Round, Round.id == Ballot.round_id)
        .join(Contest, Contest.id == Round.contest_id)
        .outerjoin(LogLeaf, of_leaf)
        .where(Ballot.voter_id == person_id)
    )


def _receipt(row: Row[Any]) -> Receipt:
    kept = None
    if row.salt is not None:
        version = Receipted(row.contest_id, row.round, row.number, row.version, row.choices, row.salt, row.at)
        kept = promises.promise(version)
    return Receipt(
        row.slug,
        row.title,
        row.round,
        kind_of(row.method),
        row.number,
        row.version,
        list(row.choices),
        row.at,
        row.leaf_index,
        row.sealed_at is not None,
        row.opened,
        kept,
    )


def _inclusion(session: Session, row: Row[Any]) -> dict[str, Any] | None:
    """Return the proof against the last published root that holds the leaf, else against the log as it stands."""
    if row.leaf_index is None:
        return None
    published = select(LogRoot.label, LogRoot.size, LogRoot.root).where(
        LogRoot.round_id == row.round_id, LogRoot.size > row.leaf_index
    )
    root = session.execute(published.order_by(LogRoot.label == roots.SEAL, LogRoot.id).limit(200)).all()
    label, size, hashed = root[-1] if root else ("", row.folded_through, "")
    if not root:
        hashed = tree.root(session, row.round_id, size).hex()
    path = tree.inclusion(session, row.round_id, row.leaf_index, size)
    return {
        "leaf": row.hash,
        "index": row.leaf_index,
        "size": size,
        "root": hashed,
        "published": label or None,
        "path": [each.hex() for each in path],
    }
