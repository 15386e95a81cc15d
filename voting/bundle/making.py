"""Making a bundle, once, after every round is counted; storing it by its content; telling its fingerprint."""

import hashlib
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from contests import queries as contests
from contests.queries import ContestRow
from contests.submissions import queries as submissions
from voting import paths
from voting.bundle import content, verify
from voting.bundle.models import ResultBundle
from voting.log import roots
from voting.models import Round
from webapp.accounts import queries as accounts
from webapp.infra.db import db, insert_once, transaction
from webapp.infra.storage import storage
from webapp.kernel.now import now
from webapp.notices import store as notices
from webapp.notices.kinds import used

RESULT_CHECK = used("result-check")


def after_close(contest_id: int, round_id: int) -> None:
    """Make the bundle once the last round of a contest is counted (handler of RoundClosed; safe to run twice)."""
    make(contest_id, roots.SEAL, now())


def finalise(contest_id: int, at: datetime, tell: bool = True) -> str | None:
    """Write the final roots of a contest's rounds and make its last bundle; return its SHA-256, None if nothing is due.

    To be called when the appeals are over and every result is revised. Safe to run twice. Of an invented past nobody
    is told (`tell`).
    """
    with transaction() as session:
        for round_id in session.scalars(select(Round.id).where(Round.contest_id == contest_id)):
            if roots.sealed(session, round_id):
                roots.write(session, round_id, roots.FINAL, at)
    return make(contest_id, roots.FINAL, at, tell)


def make(contest_id: int, label: str, at: datetime, tell: bool = True) -> str | None:
    """Make the bundle of that label unless it is there; return its SHA-256, None while a round is not counted."""
    session = db.session()
    session.rollback()
    known = standing(session, contest_id, label)
    contest = contests.contest(session, contest_id)
    if known or contest is None or not _ready(session, contest_id, label):
        session.rollback()
        return known.sha256 if known else None
    zipped = verify.pack(content.files(session, contest, label))
    session.rollback()
    verify.check(zipped)  # what is not right by our own program is not published: raises Fault
    digest = hashlib.sha256(zipped).hexdigest()
    storage().put(key(digest), zipped)
    with transaction() as writing:
        row = {"sha256": digest, "bytes": len(zipped), "made_at": at}
        if insert_once(writing, ResultBundle, contest_id=contest_id, label=label, **row) and tell:
            _tell(writing, contest, label, digest, at)
        found = standing(writing, contest_id, label)
        return found.sha256 if found else None


def key(digest: str) -> str:
    """Return where a bundle lies in the storage."""
    return f"bundles/{digest[:2]}/{digest}.zip"


def standing(session: Session, contest_id: int, label: str | None = None) -> ResultBundle | None:
    """Return a contest's bundle of a label, or the latest one."""
    mine = select(ResultBundle).where(ResultBundle.contest_id == contest_id)
    if label:
        mine = mine.where(ResultBundle.label == label)
    return session.scalars(mine.order_by(ResultBundle.id.desc()).limit(1)).first()


def _ready(session: Session, contest_id: int, label: str) -> bool:
    """Return whether every round is counted by the present format, and its root is written."""
    rows = session.execute(select(Round.id, Round.closed_at, Round.result).where(Round.contest_id == contest_id)).all()
    return bool(rows) and all(
        row.closed_at and "format" in row.result and label in {each.label for each in roots.of_round(session, row.id)}
        for row in rows
    )


def _tell(session: Session, contest: ContestRow, label: str, digest: str, at: datetime) -> None:
    people = {*submissions.authors_of(session, contest.id), *accounts.team(session, contest.artist_id, "artist")}
    words = {"contest": contest.title, "sha256": digest, "path": paths.result(contest.slug)}
    notices.notify(session, people, RESULT_CHECK, f"bundle:{contest.id}:{label}", words, at)
