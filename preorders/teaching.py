"""What an artist's drops before teach about the next one: how many of those who took part in a contest preordered."""

from typing import Any

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from preorders.models import Drop, Preorder
from preorders.queries import HOLDING
from voting.models import Round, Vote
from voting.wearing.models import WouldWear
from voting.wearing.telling import Past


def past(session: Session, artist_id: int) -> Past:
    """Return (people, buyers) for each locked drop of an artist, of both kinds of people; two statements."""
    worn = (
        select(Drop.id, *_counts(WouldWear.person_id))
        .join(WouldWear, and_(WouldWear.submission_id == Drop.submission_id, WouldWear.person_id.is_not(None)))
        .outerjoin(Preorder, _theirs(WouldWear.person_id))
    )
    said = select(WouldWear.id).where(
        WouldWear.submission_id == Vote.submission_id, WouldWear.person_id == Vote.voter_id
    )
    voted = (
        select(Drop.id, *_counts(Vote.voter_id))
        .join(Round, Round.contest_id == Drop.contest_id)
        .join(Vote, and_(Vote.round_id == Round.id, Vote.submission_id == Drop.submission_id))
        .outerjoin(Preorder, _theirs(Vote.voter_id))
        .where(~said.exists())
    )
    return Past(_read(session, worn, artist_id), _read(session, voted, artist_id))


def _counts(person: Any) -> tuple[Any, Any]:
    return func.count(func.distinct(person)).label("people"), func.count(func.distinct(Preorder.person_id)).label(
        "buyers"
    )


def _theirs(person: Any) -> Any:
    return and_(Preorder.drop_id == Drop.id, Preorder.person_id == person, HOLDING)


def _read(session: Session, counts: Any, artist_id: int) -> tuple[tuple[int, int], ...]:
    over = (Drop.artist_id == artist_id, Drop.locked_at.is_not(None), Drop.cancelled_at.is_(None))
    rows = session.execute(counts.where(*over).group_by(Drop.id).order_by(Drop.id))
    return tuple((row.people, row.buyers) for row in rows)
