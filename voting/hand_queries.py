"""SELECTs for the ballot in a fan's hand."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from contests.submissions.models import Submission
from contests.submissions.queries import public


def in_the_vote(session: Session, contest_id: int, codes: Collection[str]) -> dict[str, int]:
    """Return the designs of a contest that everybody can see, by code; codes it doesn't know are left out."""
    wanted = select(Submission.code, Submission.id).where(Submission.contest_id == contest_id, public())
    return {row.code: row.id for row in session.execute(wanted.where(Submission.code.in_(set(codes))))}


def codes_of(session: Session, ids: Collection[int]) -> dict[int, str]:
    """Return the codes of designs, by id."""
    wanted = select(Submission.id, Submission.code).where(Submission.id.in_(set(ids)))
    return {row.id: row.code for row in session.execute(wanted)}
