"""Who thanks whom, who calls whom by name, and what the named fans follow."""

import random
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from contests.comments.mentions import rules
from contests.comments.mentions.models import Mention
from contests.comments.models import Comment
from contests.comments.reactions.models import Reaction
from contests.comments.reactions.rules import WORDS
from webapp.accounts.following import store
from webapp.accounts.models import Person
from webapp.boot.demo.designs import Hung
from webapp.boot.demo.people import Cast

OPEN_PAGES = {"milja": "M17JA2EA", "bram": "BRAMDRAW"}  # codes of the pages that are open


def seed_circles(
    session: Session, rng: random.Random, cast: Cast, contests: Sequence[int], wall: Sequence[Hung], now: datetime
) -> None:
    """Insert reactions to what is said about the wall, one mention, followings, and two open pages."""
    said = list(
        session.scalars(
            select(Comment)
            .where(Comment.submission_id.in_([design.id for design in wall]), Comment.state == "visible")
            .order_by(Comment.id)
        )
    )
    for comment in said:
        _react(session, rng, cast, comment, now)
    if said:
        _mention(session, cast, said[0], now)
    for key, code in OPEN_PAGES.items():
        store.add_profile(session, cast.named[key], code, now - timedelta(days=40))
    for fan, followed in (("bram", "milja"), ("kelpie", "milja"), ("milja", "bram")):
        store.add(session, cast.named[fan], "person", cast.named[followed], now - timedelta(days=30))
    for contest_id in contests:
        store.add(session, cast.named["milja"], "contest", contest_id, now - timedelta(days=12))
    for design in wall[1:4]:
        if design.author_id != cast.named["milja"]:
            store.add(session, cast.named["milja"], "design", design.id, now - timedelta(days=3))


def _react(session: Session, rng: random.Random, cast: Cast, comment: Comment, now: datetime) -> None:
    """A few fans say a kind word; its author has heard of it."""
    others = [person for person in cast.fans if person != comment.author_id]
    for person_id in rng.sample(others, rng.choice((0, 0, 1, 2, 4))):
        at = comment.created_at + (now - comment.created_at) * rng.random()
        word = rng.choice(list(WORDS))
        session.add(Reaction(comment_id=comment.id, person_id=person_id, word=word, at=at, told_at=now))


def _mention(session: Session, cast: Cast, comment: Comment, now: datetime) -> None:
    """Somebody answers, and calls the first speaker by name."""
    name = session.scalar(select(Person.display_name).where(Person.id == comment.author_id)) or ""
    bram, at = cast.named["bram"], comment.created_at + (now - comment.created_at) / 2
    answer = Comment(
        submission_id=comment.submission_id,
        revision_id=comment.revision_id,
        author_id=bram if comment.author_id != bram else cast.named["kelpie"],
        parent_id=comment.id,
        body_md=f"@[{name}] put it better than I could.",
        state="visible",
        created_at=at,
    )
    session.add(answer)
    session.flush()
    about = {"comment_id": answer.id, "place": "comment", "author_id": answer.author_id, "at": at}
    session.add(Mention(person_id=comment.author_id, name=rules.fold(name), **about))
