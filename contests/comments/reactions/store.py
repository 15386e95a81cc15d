"""Every write of reactions, in the caller's transaction."""

from datetime import datetime

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from contests.comments.reactions.models import Reaction
from webapp.infra.db import changed, insert_once


def add(session: Session, comment_id: int, person_id: int, word: str, now: datetime) -> bool:
    """Let somebody react with a word; return False when they have already."""
    return insert_once(session, Reaction, comment_id=comment_id, person_id=person_id, word=word, at=now) is not None


def remove(session: Session, comment_id: int, person_id: int, word: str) -> bool:
    """Take a reaction back; return whether there was one."""
    which = (Reaction.comment_id == comment_id, Reaction.person_id == person_id, Reaction.word == word)
    return bool(changed(session, delete(Reaction).where(*which)))


def mark_told(session: Session, comment_id: int, now: datetime) -> int:
    """Count every reaction to a comment that its author has not heard of as told; return how many."""
    waiting = (Reaction.comment_id == comment_id, Reaction.told_at.is_(None))
    return changed(session, update(Reaction).where(*waiting).values(told_at=now))
