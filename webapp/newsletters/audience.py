"""Who is in a segment, as one statement over what the rooms below keep. It gives a number, or ids for the sending."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from contests.comments.models import Comment
from contests.comments.suggestions.models import Suggestion
from contests.models import Contest
from contests.submissions.models import Submission
from preorders.models import Drop, Preorder, WaitlistEntry
from voting.models import Ballot, Pick, Round, Shortlisted, Vote
from webapp.accounts.models import Follow, Person
from webapp.infra.mail.models import RefusingAddress
from webapp.newsletters.models import Subscription
from webapp.newsletters.segments import Segment

TOO_YOUNG = ("under-13", "13-15")  # no letters of this kind before the 16th birthday, whatever a law allows
COUNTED = ("counted", "reinstated")
WHO = Subscription.person_id


def address() -> Any:
    """Return the column of the address a letter goes to: of the account, when there is one."""
    return func.coalesce(Person.email, Subscription.address)


def reached(artist_id: int) -> ColumnElement[bool]:
    """Return the condition of who may be mailed at all, for subscriptions outer-joined with people."""
    someone = and_(Person.suspended_at.is_(None), Person.erased_at.is_(None), Person.email.is_not(None))
    grown = or_(Person.age_band.is_(None), Person.age_band.not_in(TOO_YOUNG))
    return and_(
        Subscription.artist_id == artist_id,
        Subscription.confirmed_at.is_not(None),
        Subscription.ended_at.is_(None),
        or_(WHO.is_(None), and_(someone, grown)),
        ~exists().where(RefusingAddress.address == address()),
    )


def members(artist_id: int, segment: Segment, now: datetime) -> Any:
    """Return the statement that selects the subscriptions of a segment, in the order of their ids."""
    return (
        select(Subscription.id)
        .outerjoin(Person, Person.id == WHO)
        .where(reached(artist_id), *_narrowed(artist_id, segment, now))
        .order_by(Subscription.id)
    )


def size(session: Session, artist_id: int, segment: Segment, now: datetime) -> int:
    """Return how many people a segment reaches now. One statement."""
    found = members(artist_id, segment, now).order_by(None).subquery()
    return session.scalar(select(func.count()).select_from(found)) or 0


def _narrowed(artist_id: int, segment: Segment, now: datetime) -> list[ColumnElement[bool]]:
    acts = _acts(artist_id, segment)
    narrowed = [acts[act] for act in segment.did] + [~acts[act] for act in segment.did_not]
    if segment.quiet_days:
        narrowed.append(~or_(*_lately(artist_id, now - timedelta(days=segment.quiet_days))))
    if segment.language:
        narrowed.append(func.coalesce(Person.locale, Subscription.locale) == segment.language)
    if segment.country:
        narrowed.append(Person.country == segment.country)
    return narrowed


def _acts(artist_id: int, segment: Segment) -> dict[str, ColumnElement[bool]]:
    """Return each act as a condition; where a contest or a drop is named, in it alone.

    What a vote was for is told only of a winner that has been announced: until then it is nobody's to know. That
    somebody voted shows no more than the number of voters, which the contest's page tells.
    """
    contest = (Contest.artist_id == artist_id, *([Contest.id == segment.contest_id] if segment.contest_id else []))
    drop = (Drop.artist_id == artist_id, *([Drop.id == segment.drop_id] if segment.drop_id else []))
    sent_in = (Submission.author_id == WHO, Submission.submitted_at.is_not(None), Submission.contest_id == Contest.id)
    talked = (Comment.author_id == WHO, Comment.state == "visible", Comment.submission_id == Submission.id)
    here = (Submission.contest_id == Contest.id, *contest)
    cast = (Ballot.voter_id == WHO, Ballot.spent > 0, Ballot.round_id == Round.id, Round.contest_id == Contest.id)
    known = (Pick.announced_at.is_not(None), Pick.undone_at.is_(None), Pick.voided_at.is_(None))
    won = (Pick.contest_id == Contest.id, Round.contest_id == Contest.id, Round.closed_at.is_not(None), *known)
    for_it = (Vote.round_id == Round.id, Vote.voter_id == WHO, Vote.submission_id == Pick.submission_id)
    listed = (Shortlisted.contest_id == Contest.id, Shortlisted.submission_id == Submission.id)
    ordered = (Preorder.person_id == WHO, Preorder.cancelled_at.is_(None), Preorder.drop_id == Drop.id)
    waits = (WaitlistEntry.person_id == WHO, WaitlistEntry.standing.is_(True), WaitlistEntry.drop_id == Drop.id)
    return {
        "designed": exists().where(*sent_in, *contest),
        "suggested": exists().where(Suggestion.comment_id == Comment.id, *talked, *here),
        "commented": exists().where(*talked, *here),
        "voted": exists().where(*cast, *contest),
        "voted-winner": exists().where(*for_it, Vote.state.in_(COUNTED), Vote.value > 0, *won, *contest),
        "finalist": exists().where(*listed, *sent_in, *contest),
        "preordered": exists().where(*ordered, *drop),
        "waitlist": exists().where(*waits, *drop),
        "follows": exists().where(Follow.person_id == WHO, Follow.artist_id == artist_id),
    }


def _lately(artist_id: int, since: datetime) -> list[ColumnElement[bool]]:
    """Return conditions of what somebody did since a moment, in any contest or drop of the artist."""
    of_artist = (Submission.contest_id == Contest.id, Contest.artist_id == artist_id)
    return [
        Subscription.confirmed_at >= since,  # to ask for the newsletter is something, too
        exists().where(Submission.author_id == WHO, Submission.submitted_at >= since, *of_artist),
        exists().where(
            Comment.author_id == WHO, Comment.created_at >= since, Comment.submission_id == Submission.id, *of_artist
        ),
        exists().where(
            Vote.voter_id == WHO,
            Vote.received_at >= since,
            Vote.round_id == Round.id,
            Round.contest_id == Contest.id,
            Contest.artist_id == artist_id,
        ),
        exists().where(
            Preorder.person_id == WHO,
            Preorder.placed_at >= since,
            Preorder.drop_id == Drop.id,
            Drop.artist_id == artist_id,
        ),
    ]
