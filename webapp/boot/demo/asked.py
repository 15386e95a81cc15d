"""What fans ask the demo's artist: some questions answered, some that wait, two that are the same. All invented."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from contests.comments.questions import store
from contests.comments.questions.models import Question, QuestionAnswer
from contests.comments.questions.rules import ARTIST, TEAM
from webapp.boot.demo.people import Cast


@dataclass(frozen=True)
class Asked:
    """A question: how many hours ago it was asked, how many want to know, and the answer with whose it is."""

    words: str
    hours: int
    votes: int
    answer: str = ""
    role: str = ARTIST


RUNNING = (
    Asked(
        "Will the tee come in long sleeves, too?",
        90,
        23,
        "We asked the printer: **yes**, if a hundred of you want one. You can say so when you preorder.",
        TEAM,
    ),
    Asked(
        "Which song should we listen to before we draw?",
        80,
        14,
        "*Harbour Freeze*. It was the last one we recorded, and the pilot station's heating had just given up.",
    ),
    Asked("May I use the radio mast from the album cover in my design?", 60, 9),
    Asked("How many inks is too many inks?", 41, 4),
    Asked("Do you print on organic cotton?", 36, 17),
    Asked("Will you sign a few of the finished tees?", 20, 2),
    Asked("Tuleeko paidasta myös lasten kokoja?", 9, 6),
)
SAME = Asked("Is the cotton you print on organic?", 12, 3)
"""Asked again in other words: the team can put the two together."""


def seed_questions(
    session: Session, rng: random.Random, contest_id: int, cast: Cast, now: datetime, asked: Sequence[Asked] = RUNNING
) -> None:
    """Insert the questions of a contest with their votes and answers."""
    for number, each in enumerate((*asked, SAME)):
        at = now - timedelta(hours=each.hours)
        voters = rng.sample([fan for fan in cast.crowd[8:] if fan != cast.crowd[number]], each.votes)
        question = Question(contest_id=contest_id, author_id=cast.crowd[number], words=each.words, created_at=at)
        session.add(question)
        session.flush()
        for voter in voters:
            store.add_vote(session, question.id, voter, at + timedelta(minutes=rng.randint(5, 400)))
        if each.answer:
            _answer(session, question, each, cast, at + timedelta(hours=18))


def _answer(session: Session, question: Question, asked: Asked, cast: Cast, at: datetime) -> None:
    question.answered_at, question.wanted = at, asked.votes
    by = cast.named["aino" if asked.role == ARTIST else "selma"]
    session.add(
        QuestionAnswer(question_id=question.id, number=1, by_id=by, role=asked.role, body_md=asked.answer, at=at)
    )
