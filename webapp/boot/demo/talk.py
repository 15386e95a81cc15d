"""What people say about the designs, and what a moderator did about the two who were not kind."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from contests.comments.models import Comment, Report
from contests.submissions.models import ModerationAct
from webapp.boot.demo import sentences, words
from webapp.boot.demo.designs import Hung
from webapp.boot.demo.people import Cast


@dataclass(frozen=True)
class Talk:
    """How much is said: comments for each design at most, and the share that suggests something."""

    most: int
    polish: float
    until: datetime


def seed_comments(session: Session, rng: random.Random, hung: Sequence[Hung], cast: Cast, talk: Talk) -> list[Comment]:
    """Insert comments and the authors' answers to some of them; return the comments."""
    comments: list[Comment] = []
    for design in hung:
        comments += _thread(rng, design, cast, talk)
    comments.sort(key=lambda comment: comment.created_at)
    session.add_all(comments)
    session.flush()
    authors = {design.id: design.author_id for design in hung}
    session.add_all(
        _answer(rng, comment, authors[comment.submission_id], cast, talk) for comment in comments if rng.random() < 0.3
    )
    session.flush()
    return comments


def seed_trouble(session: Session, artist_id: int, cast: Cast, designs: Sequence[Hung], now: datetime) -> None:
    """One comment hidden with its reason, and one that was reported and waits for a moderator."""
    unkind = _comment(designs[1], cast.crowd[5], words.UNKIND, now - timedelta(days=1, hours=3))
    unkind.state = "hidden"
    dubious = _comment(designs[2], cast.crowd[48], words.DUBIOUS, now - timedelta(hours=2))
    session.add_all([unkind, dubious])
    session.flush()
    session.add(
        ModerationAct(
            at=now - timedelta(days=1),
            artist_id=artist_id,
            moderator_id=cast.named["jonas"],
            subject_kind="comment",
            subject_id=unkind.id,
            act="hide",
            reason_code="hurtful",
            reason=words.HIDDEN_COMMENT,
            state_before="visible",
        )
    )
    session.add(
        Report(
            artist_id=artist_id,
            subject_kind="comment",
            subject_id=dubious.id,
            reporter_id=cast.named["kelpie"],
            reason="spam",
            note="Third one of these this week.",
            at=now - timedelta(hours=1),
        )
    )


def _thread(rng: random.Random, design: Hung, cast: Cast, talk: Talk) -> list[Comment]:
    about = list(sentences.ABOUT[design.style])
    plain = rng.sample(sentences.ANY + sentences.FINNISH, 6)
    polish = rng.sample(sentences.POLISH, 6)
    speakers = rng.sample([person for person in cast.fans if person != design.author_id], talk.most)
    made = []
    for speaker in speakers[: rng.randint(0 if talk.most < 4 else 1, talk.most)]:
        bank = polish if rng.random() < talk.polish else about if about and rng.random() < 0.45 else plain
        at = design.at + (talk.until - design.at) * rng.betavariate(1, 1.6)
        made.append(_comment(design, speaker, bank.pop(), at))
    return made


def _comment(design: Hung, author_id: int, body: str, at: datetime) -> Comment:
    return Comment(
        submission_id=design.id,
        revision_id=design.revision_id,
        author_id=author_id,
        body_md=body,
        state="visible",
        created_at=at,
    )


def _answer(rng: random.Random, comment: Comment, author_id: int, cast: Cast, talk: Talk) -> Comment:
    """The designer's answer, or now and then somebody else's who feels the same."""
    by_author = rng.random() < 0.75 or comment.body_md in sentences.FINNISH
    return Comment(
        submission_id=comment.submission_id,
        revision_id=comment.revision_id,
        author_id=author_id if by_author else rng.choice([p for p in cast.crowd if p != comment.author_id]),
        parent_id=comment.id,
        body_md=rng.choice(_answers(comment.body_md) if by_author else sentences.AGREES),
        state="visible",
        created_at=comment.created_at + (talk.until - comment.created_at) * rng.uniform(0.02, 0.3),
    )


def _answers(said: str) -> tuple[str, ...]:
    if said in sentences.FINNISH:
        return sentences.KIITOS
    return sentences.TAKES if said in sentences.POLISH else sentences.THANKS
