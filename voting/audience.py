"""Who is to be told: everybody who took part in a contest, and what they had to do with one design of it."""

from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from contests.comments import queries as comments
from contests.submissions import queries as submissions
from contests.ways import STARS, WAYS
from voting import queries
from voting.models import Ballot, Round, Vote

GOOD = 4  # stars that say: I voted for this


@dataclass(frozen=True)
class Audience:
    """People by the nearest thing they had to do with a design; each stands in one group only."""

    author: set[int]
    voted: set[int]
    commented: set[int]
    others: set[int]


def took_part(session: Session, contest_id: int) -> set[int]:
    """Return everybody who designed, commented or voted in a contest."""
    designed = submissions.authors_of(session, contest_id)
    commented = comments.commenters_of(session, contest_id)
    return {*designed, *commented, *queries.voters_of(session, contest_id)}


def has_taken_part(session: Session, contest_id: int, person_id: int) -> bool:
    """Return whether somebody designed, commented or voted in a contest, without counting all the others."""
    return (
        queries.has_voted(session, contest_id, person_id)
        or person_id in submissions.authors_of(session, contest_id)
        or person_id in comments.commenters_of(session, contest_id)
    )


def of_design(session: Session, contest_id: int, submission_id: int | None) -> Audience:
    """Return everybody who took part, by what they had to do with one design: made it, chose it, talked of it."""
    everybody = took_part(session, contest_id)
    design = submissions.by_id(session, submission_id) if submission_id else None
    if design is None:
        return Audience(set(), set(), set(), everybody)
    author = {design.author_id}
    voted = set(voters_for(session, contest_id, design.id)) - author
    commented = set(comments.commenters_on(session, design.id)) - author - voted
    return Audience(author, voted, commented, everybody - author - voted - commented)


def voters_for(session: Session, contest_id: int, submission_id: int) -> list[int]:
    """Return whose ballot spoke for a design in any round: a heart, four stars or five, a place, a pair it won."""
    chosen = select(Vote.voter_id).join(Round, Round.id == Vote.round_id)
    chosen = chosen.where(Round.contest_id == contest_id, Vote.submission_id == submission_id)
    liked = or_(Round.method.not_in(WAYS[STARS].rules) & (Vote.value > 0), Vote.value >= GOOD)
    return list(session.scalars(chosen.where(liked).distinct().order_by(Vote.voter_id)))


def have_voted(session: Session, round_id: int) -> set[int]:
    """Return whose ballot of a round says something: they need no reminder."""
    return set(session.scalars(select(Ballot.voter_id).where(Ballot.round_id == round_id, Ballot.spent > 0)))
