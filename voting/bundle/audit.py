"""The auditor's export: every leaf opened, every ballot's state. For operators to grant; each taking is written down.

One JSON object a line, so that a million ballots need no memory: a head, then for each round its leaves in order and
its ballots by number. docs/integrity.md describes the fields.
"""

import hashlib
import secrets
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, select, update
from sqlalchemy.orm import Session

from contests import queries as contests
from contests.queries import ContestRow
from voting.bundle.models import AuditExport
from voting.log import content
from voting.log.models import LogLeaf
from voting.models import Ballot, BallotVersion, Round
from webapp.accounts import audit
from webapp.infra.db import changed, transaction
from webapp.kernel.refusal import N_, NotFound, Refused

LASTS = timedelta(days=7)
LONGEST_NAME, LONGEST_REASON = 200, 2000
CHUNK = 2000


def grant(contest_id: int, auditor: str, reason: str, by_id: int, now: datetime) -> str:
    """Let a named auditor take a contest's ballots for a week; return the token of the address, which is not kept.

    Raises NotFound, or Refused when voting is not sealed, or name or reason are missing.
    """
    auditor, reason = (text.replace("\0", "").strip() for text in (auditor, reason))  # no database keeps a NUL
    if not 1 <= len(auditor) <= LONGEST_NAME or not 1 <= len(reason) <= LONGEST_REASON:
        raise Refused("who-and-why", N_("Please say who gets the ballots, and under which agreement."), 422)
    token = secrets.token_urlsafe(32)
    with transaction() as session:
        contest = contests.contest(session, contest_id)
        if contest is None:
            raise NotFound()
        if not is_sealed(session, contest_id):
            raise Refused("not-sealed", N_("There is nothing to audit before voting is sealed."))
        export = AuditExport(
            contest_id=contest_id,
            auditor=auditor,
            reason=reason,
            granted_by=by_id,
            token_hash=_hash(token),
            granted_at=now,
            expires_at=now + LASTS,
        )
        session.add(export)
        session.flush()
        _note(session, contest, export, "votes.audit.grant", by_id, now)
    return token


def find(session: Session, token: str, now: datetime) -> AuditExport:
    """Return the export that a token opens; raises NotFound when there is none, or its time is over."""
    mine = select(AuditExport).where(AuditExport.token_hash == _hash(token), AuditExport.expires_at > now)
    found = session.scalars(mine).first()
    if found is None:
        raise NotFound()
    return found


def take(token: str, now: datetime) -> ContestRow:
    """Write down that an export is taken, and return its contest: only then its lines are handed out."""
    with transaction() as session:
        export = find(session, token, now)
        contest = contests.contest(session, export.contest_id)
        if contest is None:
            raise NotFound()
        taken = update(AuditExport).where(AuditExport.id == export.id)
        changed(session, taken.values(taken=AuditExport.taken + 1, taken_at=now))
        _note(session, contest, export, "votes.audit.take", None, now)
    return contest


def is_sealed(session: Session, contest_id: int) -> bool:
    """Return whether a contest has rounds, and all of them are sealed."""
    seals = session.scalars(select(Round.sealed_at).where(Round.contest_id == contest_id)).all()
    return bool(seals) and all(seals)


def granted(session: Session) -> list[AuditExport]:
    """Return the exports granted, the newest first."""
    return list(session.scalars(select(AuditExport).order_by(AuditExport.id.desc()).limit(100)))


def sealed_contests(session: Session) -> list[ContestRow]:
    """Return the contests whose rounds are sealed, the newest first."""
    open_round = select(Round.contest_id).where(Round.sealed_at.is_(None))
    ids = select(Round.contest_id).where(Round.sealed_at.is_not(None), Round.contest_id.not_in(open_round))
    return sorted(contests.by_ids(session, session.scalars(ids)).values(), key=lambda each: -each.id)


def lines(session: Session, contest: ContestRow) -> Iterator[bytes]:
    """Yield the export line by line, without holding it."""
    rounds = session.execute(
        select(Round.id, Round.kind, Round.folded_through)
        .where(Round.contest_id == contest.id)
        .order_by(Round.kind.desc())
    ).all()
    head = {"format": "fanmade-audit", "version": 1, "contest": contest.id, "name": contest.slug}
    yield _line(head | {"rounds": [{"round": row.kind, "leaves": row.folded_through} for row in rounds]})
    for row in rounds:
        yield from (_line(leaf) for leaf in _leaves(session, row.id, row.kind))
        yield from (_line(ballot) for ballot in _ballots(session, row.id, row.kind))


def _leaves(session: Session, round_id: int, kind: str) -> Iterator[dict[str, Any]]:
    of_ballot = and_(Ballot.round_id == LogLeaf.round_id, Ballot.number == LogLeaf.ballot_number)
    of_version = and_(BallotVersion.ballot_id == Ballot.id, BallotVersion.version == LogLeaf.version)
    columns = (LogLeaf.leaf_index, LogLeaf.hash, LogLeaf.kind, LogLeaf.ballot_number, LogLeaf.version, LogLeaf.act)
    rows = session.execute(
        select(*columns, LogLeaf.salt.label("act_salt"), BallotVersion.choices, BallotVersion.salt)
        .outerjoin(Ballot, of_ballot)
        .outerjoin(BallotVersion, of_version)
        .where(LogLeaf.round_id == round_id)
        .order_by(LogLeaf.leaf_index)
        .execution_options(yield_per=CHUNK)
    )
    for row in rows:
        said: dict[str, Any] = {"act": row.act, "salt": row.act_salt}
        if row.version is not None:
            said = {"version": row.version, "choices": row.choices, "salt": row.salt}
        yield {
            "round": kind,
            "leaf": row.leaf_index,
            "hash": row.hash,
            "kind": row.kind,
            "ballot": row.ballot_number,
        } | said


def _ballots(session: Session, round_id: int, kind: str) -> Iterator[dict[str, Any]]:
    rows = session.execute(
        select(Ballot.number, Ballot.state, Ballot.version)
        .where(Ballot.round_id == round_id, Ballot.spent > 0)
        .order_by(Ballot.number)
        .execution_options(yield_per=CHUNK)
    )
    for row in rows:
        yield {"round": kind, "counts": row.number, "state": row.state, "version": row.version}


def _line(value: dict[str, Any]) -> bytes:
    return content.canonical(value) + b"\n"


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _note(
    session: Session, contest: ContestRow, export: AuditExport, what: str, by_id: int | None, now: datetime
) -> None:
    details = {"export": export.id, "auditor": export.auditor, "reason": export.reason}
    audit.note(session, now, by_id, contest.artist_id, what, f"contest:{contest.id}", **details)
