"""What was handed to the operators as perhaps against the law stays, whoever asks for its removal."""

from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, aliased

from contests.submissions.models import ModerationAct, Revision, Submission


def is_evidence(session: Session, submission_id: int) -> bool:
    """Return whether a design's files and words must be kept: ask before anything of it is erased or pruned."""
    return bool(session.scalar(select(Submission.id).where(Submission.id == submission_id, kept())))


def evidence_keys(session: Session, keys: list[str]) -> set[str]:
    """Return those of these original files that belong to evidence."""
    statement = (
        select(Revision.original_key)
        .join(Submission, Submission.id == Revision.submission_id)
        .where(Revision.original_key.in_(keys), kept())
    )
    return set(session.scalars(statement))


def kept() -> Any:
    """Return the SQL condition on a Submission: handed to the operators, and not taken back."""
    act, undo = aliased(ModerationAct), aliased(ModerationAct)
    taken_back = exists(select(undo.id).where(undo.undoes_id == act.id))
    return exists(
        select(act.id)
        .where(
            act.subject_kind == "submission",
            act.subject_id == Submission.id,
            act.reason_code == "illegal",
            ~taken_back,
        )
        .correlate(Submission)
    )
