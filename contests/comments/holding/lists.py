"""The lists of words that hold a comment: the house's, in files beside this one, and each team's own."""

from datetime import datetime
from functools import cache
from pathlib import Path

from sqlalchemy import update
from sqlalchemy.orm import Session

from contests.comments.holding import queries, rules
from contests.comments.models import WordList
from webapp.accounts import audit
from webapp.infra.db import insert, transaction

PLACE = Path(__file__).with_name("words")


def words(session: Session, artist_id: int) -> list[str]:
    """Return all words that hold a comment in an artist's contests."""
    own, with_house = queries.word_list(session, artist_id)
    return [*rules.words_of(own), *(word for found in house().values() if with_house for word in found)]


@cache
def house() -> dict[str, list[str]]:
    """Return the house's own lists by language."""
    return {file.stem: rules.words_of(file.read_text("utf-8")) for file in sorted(PLACE.glob("*.txt"))}


def save(artist_id: int, moderator_id: int, lines: str, with_house: bool, now: datetime) -> None:
    """Keep a team's own list; raises Refused('list-length') or 'bad-word'. What waits already is not judged anew."""
    kept = rules.check_list(lines)
    with transaction() as session:
        values = {"words": kept, "with_house": with_house, "changed_at": now, "changed_by": moderator_id}
        session.execute(insert(session, WordList).values(artist_id=artist_id, **values).on_conflict_do_nothing())
        session.execute(update(WordList).where(WordList.artist_id == artist_id).values(**values))
        count = len(kept.splitlines())
        audit.note(session, now, moderator_id, artist_id, "moderation.words", f"artist:{artist_id}", words=count)
