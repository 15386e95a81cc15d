"""What comments keep of people: what they said, suggested, asked and reported, and what was done about theirs."""

from datetime import datetime

from sqlalchemy import and_, or_, select, update
from sqlalchemy.orm import Session

from contests.comments.mentions import store as mentions
from contests.comments.mentions.models import Mention
from contests.comments.models import Appeal, Comment, Escalation, Report, Takedown, WordList
from contests.comments.questions.models import Question, QuestionAnswer, QuestionVote
from contests.comments.reactions.models import Reaction
from contests.comments.suggestions.models import Suggestion
from contests.submissions.models import ModerationAct, Submission
from webapp.accounts import queries as accounts
from webapp.accounts.my_data import tables
from webapp.accounts.my_data.rooms import Chapter, Holding, Kept, Room, Rows
from webapp.infra.db import changed, transaction
from webapp.kernel.refusal import N_

# Which questions an erasure empties: all but those that stand with their answer.
_GOES = or_(Question.answered_at.is_(None), Question.state != "visible")


def suggestions_of(session: Session, person_id: int) -> Rows:
    """Return what somebody suggested, where it was pinned, and what became of it."""
    mine = select(Comment.id).where(Comment.author_id == person_id)
    return tables.rows(session, Suggestion, Suggestion.comment_id.in_(mine), hidden=("answer",))


def acts_about(session: Session, person_id: int) -> Rows:
    """Return what moderators did about somebody and what they made, and why; not which moderator."""
    designs = select(Submission.id).where(Submission.author_id == person_id)
    comments = select(Comment.id).where(Comment.author_id == person_id)
    questions = select(Question.id).where(Question.author_id == person_id)
    about = or_(
        and_(ModerationAct.subject_kind == "person", ModerationAct.subject_id == person_id),
        and_(ModerationAct.subject_kind == "submission", ModerationAct.subject_id.in_(designs)),
        and_(ModerationAct.subject_kind == "comment", ModerationAct.subject_id.in_(comments)),
        and_(ModerationAct.subject_kind == "question", ModerationAct.subject_id.in_(questions)),
    )
    return tables.rows(session, ModerationAct, about, hidden=("moderator_id",))


def forget_mentions(person_id: int, now: datetime) -> None:
    """Take the person's name out of what others said to them."""
    with transaction() as session:
        mentions.unname(session, person_id, accounts.A_FAN)


def forget_takedowns(person_id: int, now: datetime) -> None:
    """Take name and address out of the rights notices somebody sent, once they are decided."""
    with transaction() as session:
        person = accounts.person(session, person_id)
        if person and person.email:
            empty_takedowns(session, person.email, now)


def empty_takedowns(session: Session, email: str, before: datetime) -> int:
    """Take every word out of the notices of an address that were decided before a moment; return how many."""
    values = {"claimant": "", "email": "", "work": "", "statement": "", "address": ""}
    decided = (Takedown.email == email, Takedown.resolved_at <= before)
    return changed(session, update(Takedown).where(*decided).values(**values))


def evidence(session: Session, person_id: int) -> set[str]:
    """Return the keys of files that must stay because something of the person may be against the law."""
    found = session.scalars(select(Escalation.evidence).where(Escalation.author_id == person_id))
    return {key for each in found for key in each.get("keys", ())}


def obstacles(session: Session, person_id: int) -> list[Kept]:
    """Return what an erasure waits for: something that was handed to the operators and is not decided yet."""
    waiting = (Escalation.author_id == person_id, Escalation.closed_at.is_(None))
    if session.scalar(select(Escalation.id).where(*waiting).limit(1)) is None:
        return []
    return [
        Kept(N_("Whoever runs this site is looking at something of yours. You can be erased when that is decided."))
    ]


def kept(session: Session, person_id: int) -> list[Kept]:
    """Return what stays: questions that are answered, and a rights notice that is not decided yet."""
    return [*_answered(session, person_id), *_undecided(session, person_id)]


def _answered(session: Session, person_id: int) -> list[Kept]:
    stays = select(Question.id).where(Question.author_id == person_id, ~_GOES)
    if session.scalar(stays.limit(1)) is None:
        return []
    return [Kept(N_("Your questions that were answered, as those of a fan: the answers would make no sense alone."))]


def _undecided(session: Session, person_id: int) -> list[Kept]:
    person = accounts.person(session, person_id)
    undecided = select(Takedown.id).where(Takedown.resolved_at.is_(None))
    if person and person.email and session.scalar(undecided.where(Takedown.email == person.email).limit(1)):
        return [Kept(N_("Your rights notice, with name and address, until it is decided: it needs an answer."))]
    return []


ROOM = Room(
    "comments",
    holdings=(
        Holding(Comment.author_id, "emptied", "comments", empty={"body_md": "", "state": "withdrawn"}),
        Holding(
            Question.author_id,
            "emptied",
            "questions",
            ("merged_by", "wanted"),
            {"words": "", "state": "withdrawn"},
            only=_GOES,
        ),
        Holding(Question.merged_by, "kept"),
        Holding(QuestionVote.voter_id, "gone", "question_votes"),
        Holding(QuestionAnswer.by_id, "kept", "question_answers"),
        Holding(Reaction.person_id, "gone", "reactions", ("told_at",)),
        Holding(Mention.person_id, "gone", "mentions_of_me", ("author_id", "quiet")),
        Holding(Mention.author_id, "gone", "mentions_by_me", ("person_id", "name", "quiet")),
        Holding(Report.reporter_id, "emptied", "reports", ("resolved_by",), {"note": ""}),
        Holding(Report.resolved_by, "kept"),
        Holding(Takedown.resolved_by, "kept"),
        Holding(Appeal.person_id, "emptied", "moderation_appeals", ("answered_by",), {"text": ""}),
        Holding(Appeal.answered_by, "kept"),
        Holding(Escalation.author_id, "kept"),
        Holding(Escalation.moderator_id, "kept"),
        Holding(Escalation.closed_by, "kept"),
        Holding(WordList.changed_by, "kept"),
        Holding(ModerationAct.moderator_id, "kept"),
    ),
    chapters=(Chapter("suggestions", suggestions_of), Chapter("moderation", acts_about)),
    steps=(forget_mentions, forget_takedowns),
    gone=(
        N_("Your reactions, and your name where others mention you."),
        N_("Your comments and suggestions; answers to them stay, and say that something was there."),
        N_("Your questions that nobody has answered, and your votes for questions."),
    ),
    kept=kept,
    obstacles=obstacles,
)
