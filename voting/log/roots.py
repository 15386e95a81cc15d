"""Roots: written down each day while a round is open, at its seal, and once more when the result is final.

Each is signed. The seal's holds the root over the counted ballots as well, and is told to every entrant and to the
artist in the transaction that writes it: a result can only be published after that row stands.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import exists, select, update
from sqlalchemy.orm import Session

from contests import queries as contests
from contests.queries import ContestRow
from contests.submissions import queries as submissions
from voting import ledger, locks, paths, queries
from voting.log import content, counted, keys, tree
from voting.log.models import LogRoot
from voting.models import Round
from webapp.accounts import queries as accounts
from webapp.infra.db import changed, db, insert_once, transaction
from webapp.kernel.now import now
from webapp.notices import store as notices
from webapp.notices.kinds import used

SEAL, FINAL = "seal", "final"
ROUND_SEALED = used("round-sealed")
PREFIX = b"fanmade-root-v1\n"

log = structlog.get_logger()


@dataclass(frozen=True)
class RootRow:
    """A published root, as its table has it."""

    round_id: int
    label: str
    size: int
    root: str
    counted_size: int | None
    counted_root: str | None
    facts: dict[str, Any] | None
    public_key: str
    signature: str
    at: datetime


def of_round(session: Session, round_id: int) -> list[RootRow]:
    """Return the published roots of a round, the oldest first."""
    columns = [getattr(LogRoot, name) for name in RootRow.__dataclass_fields__]
    rows = session.execute(select(*columns).where(LogRoot.round_id == round_id).order_by(LogRoot.id))
    return [RootRow(*row) for row in rows]


def sealed(session: Session, round_id: int) -> bool:
    """Return whether the roots of a sealed round are published: nothing may be counted before."""
    return bool(session.scalar(select(exists().where(LogRoot.round_id == round_id, LogRoot.label == SEAL))))


def write_daily() -> int:
    """Write today's root (UTC) of every round that takes votes and has any; return how many were new."""
    moment = now()
    label = f"{moment:%Y-%m-%d}"
    today = exists().where(LogRoot.round_id == Round.id, LogRoot.label == label)
    due = select(Round.id).where(Round.sealed_at.is_(None), Round.folded_through > 0, ~today)
    rounds = db.session().scalars(due).all()
    db.session.rollback()
    written = 0
    for round_id in rounds:
        try:
            with transaction() as session:
                written += write(session, round_id, label, moment) is not None
        except LookupError:
            log.exception("no root of the day", round=round_id)
    return written


@dataclass(frozen=True)
class Grown:
    """The tree over the counted ballots, as it was when the round's log had so many leaves."""

    size: int
    counted: counted.CountedTree


def grow(round_id: int) -> Grown:
    """Return the tree over a round's counted ballots, read before the transaction that writes its root.

    A million ballots take a while, in which others want to write. Whatever changes what counts is a leaf of the
    log: if the log is as long then as it was here, the tree is the same.
    """
    session = db.session()
    session.rollback()
    size = session.scalars(select(Round.folded_through).where(Round.id == round_id)).one()
    found = Grown(size, counted.tree(session, round_id))
    session.rollback()
    return found


def publish_seal(round_id: int, at: datetime) -> bool:
    """Write the roots of a sealed round, and tell entrants and the artist; return whether they stand now.

    The fold of the ledger is brought to its end first. Safe to run twice and at once.
    """
    grown = grow(round_id)
    with transaction() as session:
        locks.become_sequencer(session, round_id)
        poll = queries.round_by_id(session, round_id)
        contest = contests.contest(session, poll.contest_id) if poll else None
        if contest is None or poll is None or poll.sealed_at is None:
            return False
        if sealed(session, round_id):
            return True
        while ledger.fold(session, round_id):
            pass
        row = write(session, round_id, SEAL, at, grown)
        if row is None:
            return False
        changed(session, update(Round).where(Round.id == round_id).values(root=row.counted_root))
        _tell(session, contest, row, at)
        return True


def write(session: Session, round_id: int, label: str, at: datetime, grown: Grown | None = None) -> RootRow | None:
    """Write a round's root under a label, in the caller's transaction; None when that label stands already.

    'seal' and 'final' hold the tree over the counted ballots too, `grown` before or else now. Raises LookupError
    when the log has a hole.
    """
    locks.become_sequencer(session, round_id)
    found = session.execute(
        select(Round.contest_id, Round.kind, Round.folded_through).where(Round.id == round_id)
    ).one()
    second = None
    if label in (SEAL, FINAL):
        fits = grown is not None and grown.size == found.folded_through
        second = grown.counted if grown and fits else counted.tree(session, round_id)
    body = {
        "contest": found.contest_id,
        "round": found.kind,
        "label": label,
        "size": found.folded_through,
        "root": tree.root(session, round_id, found.folded_through).hex(),
        "counted_size": second.size if second else None,
        "counted_root": second.root.hex() if second else None,
        "at": at.isoformat(),
    }
    facts = _facts(session, round_id) if second else None
    row = RootRow(
        round_id,
        label,
        found.folded_through,
        str(body["root"]),
        second.size if second else None,
        second.root.hex() if second else None,
        facts,
        keys.keep(session),
        keys.sign(message(body)),
        at,
    )
    return row if insert_once(session, LogRoot, **row.__dict__) else None


def signed(contest_id: int, round_kind: str, row: RootRow) -> dict[str, Any]:
    """Return a root as it is published: what is signed, and the signature."""
    return {
        "contest": contest_id,
        "round": round_kind,
        "label": row.label,
        "size": row.size,
        "root": row.root,
        "counted_size": row.counted_size,
        "counted_root": row.counted_root,
        "at": row.at.isoformat(),
        "public_key": row.public_key,
        "signature": row.signature,
    }


def message(body: dict[str, Any]) -> bytes:
    """Return the bytes that are signed: a line that names the format, then the eight fields as canonical JSON."""
    names = ("at", "contest", "counted_root", "counted_size", "label", "root", "round", "size")
    return PREFIX + content.canonical({name: body[name] for name in names})


def _facts(session: Session, round_id: int) -> dict[str, Any]:
    """Return how many could vote and what became of their ballots, as it stands at this moment."""
    states = counted.ballots_by_state(session, round_id)
    return {
        "eligible": accounts.how_many(session),
        "cast": sum(states.values()),
        "held": states.get("held", 0),
        "rejected": states.get("rejected", 0),
        "counted": sum(states.get(each, 0) for each in counted.COUNTED),
    }


def _tell(session: Session, contest: ContestRow, row: RootRow, at: datetime) -> None:
    people = {*submissions.authors_of(session, contest.id), *accounts.team(session, contest.artist_id, "artist")}
    words = {
        "contest": contest.title,
        "size": row.size,
        "root": row.root,
        "counted": row.counted_size,
        "counted_root": row.counted_root,
        "path": paths.log(contest.slug),
    }
    notices.notify(session, people, ROUND_SEALED, f"round:{row.round_id}", words, at)
