"""Every write of questions, in the caller's transaction."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from contests.comments.questions.models import Question, QuestionAnswer, QuestionVote
from webapp.infra.db import changed, insert_once


def add(session: Session, **values: Any) -> int:
    """Write a question; return its id."""
    made = Question(**values)
    session.add(made)
    session.flush()
    return made.id


def set_state(session: Session, question_id: int, before: str, after: str) -> bool:
    """Move a question from one state to another; return False when somebody was faster."""
    statement = update(Question).where(Question.id == question_id, Question.state == before)
    return bool(changed(session, statement.values(state=after)))


def withdraw(session: Session, question_id: int) -> bool:
    """Take a question back that nobody has answered; return whether it could be."""
    statement = update(Question).where(
        Question.id == question_id,
        Question.state.in_(("visible", "held")),
        Question.answered_at.is_(None),
        Question.merged_into_id.is_(None),
    )
    return bool(changed(session, statement.values(state="withdrawn")))


def hold_by_rule(session: Session, question_id: int, rule: str) -> bool:
    """Hold a visible question by a rule; return False when it is not visible any more."""
    statement = update(Question).where(Question.id == question_id, Question.state == "visible")
    return bool(changed(session, statement.values(state="held", rule=rule)))


def add_vote(session: Session, question_id: int, voter_id: int, at: datetime, given_to: int | None = None) -> bool:
    """Count somebody's vote, perhaps `given_to` a question that was merged; return False when it counted before."""
    values = {"question_id": question_id, "given_to_id": given_to or question_id, "voter_id": voter_id, "at": at}
    return insert_once(session, QuestionVote, **values) is not None


def remove_vote(session: Session, question_id: int, voter_id: int) -> bool:
    """Take somebody's vote back; return False when there was none."""
    mine = (QuestionVote.question_id == question_id, QuestionVote.voter_id == voter_id)
    return bool(changed(session, delete(QuestionVote).where(*mine)))


def add_answer(session: Session, **values: Any) -> bool:
    """Write a version of an answer; return False when somebody wrote that version meanwhile."""
    return insert_once(session, QuestionAnswer, **values) is not None


def mark_answered(session: Session, question_id: int, wanted: int, at: datetime) -> bool:
    """Mark a visible question as answered, with how many wanted to know; return False when it can't be."""
    statement = update(Question).where(
        Question.id == question_id,
        Question.answered_at.is_(None),
        Question.state == "visible",
        Question.merged_into_id.is_(None),
    )
    return bool(changed(session, statement.values(answered_at=at, wanted=wanted)))


def merge(session: Session, question_id: int, into_id: int, by_id: int, at: datetime) -> bool:
    """Name the question that an unanswered one is the same as; return False when it can't be."""
    statement = update(Question).where(
        Question.id == question_id,
        Question.state == "visible",
        Question.answered_at.is_(None),
        Question.merged_into_id.is_(None),
    )
    return bool(changed(session, statement.values(merged_into_id=into_id, merged_at=at, merged_by=by_id)))


def follow(session: Session, question_id: int, into_id: int) -> None:
    """Let what was merged into a question stand at another one."""
    session.execute(update(Question).where(Question.merged_into_id == question_id).values(merged_into_id=into_id))


def part(session: Session, question_id: int) -> bool:
    """Let a merged question stand by itself again; return False when it does already."""
    statement = update(Question).where(Question.id == question_id, Question.merged_into_id.is_not(None))
    return bool(changed(session, statement.values(merged_into_id=None, merged_at=None, merged_by=None)))


def move_votes(session: Session, question_id: int, into_id: int, author_id: int) -> int:
    """Count the votes of a question at another one; return how many.

    Who has a vote there, or asked that one (`author_id`), keeps the vote where it was: nobody counts twice, and it is
    found again when the two are parted.
    """
    there = select(QuestionVote.voter_id).where(QuestionVote.question_id == into_id)
    statement = update(QuestionVote).where(
        QuestionVote.question_id == question_id,
        QuestionVote.voter_id != author_id,
        QuestionVote.voter_id.not_in(there.scalar_subquery()),
    )
    return changed(session, statement.values(question_id=into_id))


def give_votes_back(session: Session, question_id: int, from_id: int, author_id: int) -> int:
    """Count the votes at a question again that were moved away from it, but for its author's; return how many left."""
    moved = (QuestionVote.question_id == from_id, QuestionVote.given_to_id == question_id)
    own = changed(session, delete(QuestionVote).where(*moved, QuestionVote.voter_id == author_id))
    return own + changed(session, update(QuestionVote).where(*moved).values(question_id=question_id))


def want_more(session: Session, question_id: int, more: int) -> None:
    """Count votes that came to an answered question by a merge."""
    statement = update(Question).where(Question.id == question_id, Question.wanted.is_not(None))
    session.execute(statement.values(wanted=Question.wanted + more))
