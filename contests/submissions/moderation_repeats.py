"""The same picture as one that moderators have hidden: held until somebody has looked, whoever sends it."""

from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, aliased

from contests.models import Contest
from contests.submissions import moderation, queries
from contests.submissions.models import ModerationAct, Revision, Submission

_TELLS_LITTLE = 6  # bits: a picture of one colour has the same hash as any other


def hold_repeat(session: Session, submission_id: int, now: datetime) -> int | None:
    """Hold a design whose picture, turned or mirrored too, is one of a hidden design; return the act's id.

    Compared with what is hidden in this artist's contests, and with what was handed to the operators in any.
    In the caller's transaction; nothing happens to drafts and to what is not shown anyway.
    """
    design = queries.by_id(session, submission_id)
    if design is None or not design.submitted_at or design.withdrawn_at or design.state not in ("pending", "approved"):
        return None
    if not _is_repeat(session, design.id):
        return None
    return moderation.judge(session, design.id, None, "hold", "repeat", "", now)


def _is_repeat(session: Session, submission_id: int) -> bool:
    mine = session.execute(
        select(Contest.artist_id, Revision.report)
        .select_from(Submission)
        .join(Contest, Contest.id == Submission.contest_id)
        .join(Revision, Revision.id == Submission.current_revision_id)
        .where(Submission.id == submission_id)
    ).first()
    hashes = [each for each in ((mine.report or {}).get("dhash", ()) if mine else ()) if _tells(each)]
    if mine is None or not hashes:
        return False
    escalated = aliased(ModerationAct)
    handed_on = select(escalated.subject_id).where(
        escalated.subject_kind == "submission", escalated.reason_code == "illegal"
    )
    found = (
        select(Submission.id)
        .join(Revision, Revision.submission_id == Submission.id)
        .join(Contest, Contest.id == Submission.contest_id)
        .where(
            Revision.dhash.in_(hashes),
            Submission.state == "hidden",
            Submission.id != submission_id,
            or_(Contest.artist_id == mine.artist_id, Submission.id.in_(handed_on)),
        )
    )
    return session.scalar(found.limit(1)) is not None


def _tells(dhash: str) -> bool:
    return _TELLS_LITTLE <= int(dhash, 16).bit_count() <= 64 - _TELLS_LITTLE
