"""Forgetting what somebody made: designs that nothing stands on, drawings, pictures, and offers of credit.

Files go before the rows that name them, so that a crash in between leaves rows from which the rest is found.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.orm import Session

from contests.submissions import store
from contests.submissions.credits.models import CreditShare
from contests.submissions.events import SubmissionWithdrawn
from contests.submissions.finalists.models import FinalistKit
from contests.submissions.models import Revision, Submission
from contests.submissions.print_files.models import PrintFile
from contests.submissions.studio import letting_go
from contests.submissions.studio.models import KitItem, StudioAsset, StudioAssetUse, StudioDraft
from webapp.infra import outbox
from webapp.infra.db import changed, db, transaction
from webapp.infra.storage import storage

# What rooms above say must stay: (session, ids of designs) -> those that won, or are printed.
STAY: list[Callable[[Session, Iterable[int]], set[int]]] = []

# Keys of files that must not be deleted, as evidence: (session, person id) -> keys.
EVIDENCE: list[Callable[[Session, int], set[str]]] = []

_OVER = {"state": "failed", "failure_code": "withdrawn", "lease_until": None}
_VERSIONS: tuple[Any, ...] = (Revision, PrintFile)
_EMPTY: dict[str, Any] = {"original_name": "", "renditions": [], "report": {}, "print_report": [], "placeholder": 63}


def staying(session: Session, submission_ids: Iterable[int]) -> set[int]:
    """Return those designs that won or are printed."""
    ids = list(submission_ids)
    return {each for says in STAY for each in says(session, ids)}


def forget_designs(person_id: int, now: datetime) -> None:
    """Withdraw the person's designs and delete their pictures; of those that stay, the file's name alone goes."""
    mine = list(db.session.scalars(select(Submission.id).where(Submission.author_id == person_id)))
    stay = staying(db.session(), mine)
    spared = {key for says in EVIDENCE for key in says(db.session(), person_id)}
    db.session.rollback()
    for submission_id in mine:
        _delete_kit(submission_id)
        if submission_id in stay:
            _unname(submission_id)
        else:
            _withdraw(submission_id, now)
            _delete_files(submission_id, spared)


def forget_drawings(person_id: int, now: datetime) -> None:
    """Delete drawings and pictures to draw with, but for those that a design which is still there was made of."""
    with transaction() as session:
        used = select(StudioDraft.id).join(Submission, Submission.id == StudioDraft.submission_id)
        standing = used.where(Submission.withdrawn_at.is_(None))
        changed(session, delete(StudioDraft).where(StudioDraft.person_id == person_id, StudioDraft.id.not_in(standing)))
        in_use = select(StudioAssetUse.asset_id).union(select(KitItem.asset_id).where(KitItem.asset_id.is_not(None)))
        needless = (StudioAsset.person_id == person_id, StudioAsset.id.not_in(in_use))
        changed(session, update(StudioAsset).where(*needless).values(removed_at=now))
    gone = select(StudioAsset.id).where(StudioAsset.person_id == person_id, StudioAsset.removed_at.is_not(None))
    ids = list(db.session.scalars(gone))
    db.session.rollback()
    for asset_id in ids:
        letting_go.purge(asset_id)


def forget_credit(person_id: int, now: datetime) -> None:
    """End offers nobody can answer any more; shares that stand stay, without the words that came with them."""
    with transaction() as session:
        mine = update(CreditShare).where(CreditShare.person_id == person_id)
        over = {"state": "ended", "standing": None, "answered_at": now}
        changed(session, mine.where(CreditShare.state == "offered").values(**over))
        changed(session, mine.values(note=""))


def _withdraw(submission_id: int, now: datetime) -> None:
    """Take every word out of a design, and its versions away from the workers."""
    with transaction() as session:
        row = session.execute(
            select(Submission.code, Submission.submitted_at).where(Submission.id == submission_id)
        ).one()
        if store.withdraw(session, submission_id, now) and row.submitted_at:
            outbox.record(session, SubmissionWithdrawn(submission_id))
        words = {"title": row.code, "alt": "", "description": "", "allow_remix": False}
        changed(session, update(Submission).where(Submission.id == submission_id).values(**words))
        for model in _VERSIONS:
            open_ones = model.state.in_(("waiting", "processing"))
            changed(session, update(model).where(model.submission_id == submission_id, open_ones).values(**_OVER))
        changed(session, delete(StudioAssetUse).where(StudioAssetUse.submission_id == submission_id))


def _delete_files(submission_id: int, spared: set[str]) -> None:
    """Delete the files of a withdrawn design that nothing else is made of, then forget that they were there."""
    with transaction() as session:
        for model in _VERSIONS:
            for row in session.scalars(select(model).where(model.submission_id == submission_id).order_by(model.id)):
                if row.original_key and not _needed(session, row.original_sha256, submission_id):
                    for key in set(_keys(row)) - spared:
                        storage().delete(key)
        values = {**_EMPTY, "share_card_key": None, "mockups": [], "print_files": [], "dhash": ""}
        changed(session, update(Revision).where(Revision.submission_id == submission_id).values(**values))
        changed(session, delete(PrintFile).where(PrintFile.submission_id == submission_id))


def _needed(session: Session, sha256: str, submission_id: int) -> bool:
    """Return whether another design that is still there was made of the same bytes, under the lock of its file."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(int(sha256[:15], 16))))
    for model in _VERSIONS:
        other = (model.original_sha256 == sha256, model.submission_id != submission_id)
        standing = select(model.id).join(Submission, Submission.id == model.submission_id)
        # An erased twin has emptied its renditions; one that was only withdrawn still has its files.
        if session.scalar(standing.where(*other, or_(Submission.withdrawn_at.is_(None), model.original_name != ""))):
            return True
    return session.scalar(select(StudioAsset.id).where(StudioAsset.sha256 == sha256).limit(1)) is not None


def _keys(row: Any) -> list[str]:
    """Return the keys of every file that was made of a version, its original last."""
    pictures = [*row.renditions, *getattr(row, "mockups", [])]
    made = [each[kind] for each in pictures for kind in ("avif", "jpeg") if each.get(kind)]
    prints = [each["key"] for each in getattr(row, "print_files", [])]
    card = getattr(row, "share_card_key", None)
    return [*made, *prints, *([card] if card else []), row.original_key]


def _unname(submission_id: int) -> None:
    with transaction() as session:
        for model in _VERSIONS:
            changed(session, update(model).where(model.submission_id == submission_id).values(original_name=""))


def _delete_kit(submission_id: int) -> None:
    """Delete a finalist's kit, which bears the name; where one is still wanted it is made again, for “a fan”."""
    with transaction() as session:
        kit = session.scalar(select(FinalistKit).where(FinalistKit.submission_id == submission_id))
        for file in kit.files if kit else []:
            storage().delete(file["key"])
        changed(session, delete(FinalistKit).where(FinalistKit.submission_id == submission_id))
