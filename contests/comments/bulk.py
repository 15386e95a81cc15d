"""One decision about many things: all that one account left here, or all that one rule holds."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import literal, select, union_all
from sqlalchemy.orm import Session

from contests.comments import moderation, reasons, rules, store
from contests.comments.history import MOST_AT_ONCE
from contests.comments.models import Comment
from contests.comments.questions.models import Question
from contests.models import Contest
from contests.submissions import moderation as designs
from contests.submissions import rules as design_rules
from contests.submissions.models import Submission
from contests.submissions.queries import artist_of
from webapp.accounts.models import Person
from webapp.infra.db import transaction
from webapp.kernel.refusal import N_, NotFound, Refused

CHOICES = {"approve": "approve", "reject": "hide"}


@dataclass(frozen=True)
class Candidate:
    """A thing that a decision would be about, as the preview shows it."""

    kind: str
    id: int
    author_name: str
    words: str
    state: str
    at: datetime

    @property
    def key(self) -> str:
        """Return its name, e.g. 'comment:12'."""
        return f"{self.kind}:{self.id}"


def of_account(session: Session, person_id: int, artist_id: int) -> list[Candidate]:
    """Return an account's comments and questions shown or held here, its designs nobody has approved; newest first.

    Approved designs are left out: each of them is decided about by itself.
    """
    comments = _comments(artist_id, Comment.author_id == person_id, Comment.state.in_(("visible", "held")))
    waiting = (
        select(
            literal("submission").label("kind"),
            Submission.id.label("id"),
            Person.display_name.label("author_name"),
            Submission.title.label("words"),
            Submission.state.label("state"),
            Submission.submitted_at.label("at"),
        )
        .join(Contest, Contest.id == Submission.contest_id)
        .join(Person, Person.id == Submission.author_id)
        .where(
            Contest.artist_id == artist_id,
            Submission.author_id == person_id,
            Submission.submitted_at.is_not(None),
            Submission.withdrawn_at.is_(None),
            Submission.state.in_(("pending", "held")),
        )
    )
    questions = _questions(artist_id, Question.author_id == person_id, Question.state.in_(("visible", "held")))
    return _found(session, union_all(comments, questions, waiting))


def of_rule(session: Session, rule: str, artist_id: int) -> list[Candidate]:
    """Return the comments and questions here that a rule holds, newest first."""
    comments = _comments(artist_id, Comment.rule == rule, Comment.state == "held")
    return _found(session, union_all(comments, _questions(artist_id, Question.rule == rule, Question.state == "held")))


def decide(
    artist_id: int,
    moderator_id: int,
    keys: Collection[str],
    choice: str,
    reason_code: str,
    reason: str,
    now: datetime,
) -> tuple[int, int]:
    """Approve or hide these things ('comment:12'); return (the last act's id, how many were decided).

    What somebody decided about meanwhile is left as it is. Raises Refused for an unknown choice, a missing reason,
    too many things or none left; NotFound when one is another artist's.
    """
    act = CHOICES.get(choice)
    if act is None:
        raise Refused("unknown-act", N_("There is no such decision."), 422)
    if not 0 < len(keys) <= MOST_AT_ONCE:
        raise Refused("how-many", N_("Choose between one and 500 things."), 422)
    reasons.check_comment(act, reason_code, reason)
    with transaction() as session:
        batch_id, last, count = None, 0, 0
        for kind, subject_id in sorted(_parsed(key) for key in set(keys)):
            done = _one(session, artist_id, moderator_id, kind, subject_id, act, reason_code, reason, now, batch_id)
            if done:
                batch_id, last, count = batch_id or done, done, count + 1
        if batch_id:
            store.mark_batch(session, batch_id)
    if not count:
        raise Refused("already-decided", N_("Somebody has decided about this meanwhile. Look again."))
    return last, count


def _one(
    session: Session,
    artist_id: int,
    moderator_id: int,
    kind: str,
    subject_id: int,
    act: str,
    code: str,
    reason: str,
    now: datetime,
    batch_id: int | None,
) -> int | None:
    if kind == "submission":
        if artist_of(session, subject_id) != artist_id:
            raise NotFound()
        code = code if code in design_rules.REASONS else "other" if act == "hide" else ""
    try:
        if kind == "submission":
            done = designs.judge(session, subject_id, moderator_id, act, code, reason, now, batch_id=batch_id)
        else:
            said = moderation.find(session, kind, subject_id)
            if said is None or said.artist_id != artist_id:
                raise NotFound()
            state = rules.after(act, said.state)
            done = moderation.change(session, said, state, act, moderator_id, now, code, reason, batch_id=batch_id)
    except Refused as refused:
        if refused.code != "already-decided":
            raise
        return None
    store.resolve_reports(session, kind, subject_id, moderator_id, act, now)
    return done


def _parsed(key: str) -> tuple[str, int]:
    kind, _, number = key.partition(":")
    if kind not in (*moderation.WORDS, "submission") or not number.isdecimal() or len(number) > 15:
        raise NotFound()
    return kind, int(number)


def _comments(artist_id: int, *conditions: Any) -> Any:
    return (
        select(
            literal("comment").label("kind"),
            Comment.id.label("id"),
            Person.display_name.label("author_name"),
            Comment.body_md.label("words"),
            Comment.state.label("state"),
            Comment.created_at.label("at"),
        )
        .join(Submission, Submission.id == Comment.submission_id)
        .join(Contest, Contest.id == Submission.contest_id)
        .join(Person, Person.id == Comment.author_id)
        .where(Contest.artist_id == artist_id, *conditions)
    )


def _questions(artist_id: int, *conditions: Any) -> Any:
    return (
        select(
            literal("question").label("kind"),
            Question.id.label("id"),
            Person.display_name.label("author_name"),
            Question.words.label("words"),
            Question.state.label("state"),
            Question.created_at.label("at"),
        )
        .join(Contest, Contest.id == Question.contest_id)
        .join(Person, Person.id == Question.author_id)
        .where(Contest.artist_id == artist_id, *conditions)
    )


def _found(session: Session, statement: Any) -> list[Candidate]:
    parts = statement.subquery()
    rows = session.execute(select(parts).order_by(parts.c.at.desc(), parts.c.id.desc()).limit(MOST_AT_ONCE))
    return [Candidate(**row._mapping) for row in rows]
