"""A round's ballots as the signals want them, read in slices, so that a million of them need no more memory."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.orm import Session, aliased

from voting.integrity.models import VotingFeature
from voting.marks import Choices
from voting.models import Ballot, BallotVersion, Vote
from voting.signals import mailboxes
from voting.signals.voters import Voter
from webapp.accounts.models import Person

SLICE = 100_000
STRONG = 4  # stars from which a ballot speaks for a design


def slices(session: Session, round_id: int, way: str) -> Iterator[list[Voter]]:
    """Yield the ballots of a round that are not blank, in the order of their ids, so many at a time."""
    last = 0
    while rows := session.execute(_rows(round_id, last)).all():
        last = rows[-1].id
        links = _links(session, round_id, rows[0].id, last)
        yield [_voter(row, way, links) for row in rows]


def aliases(session: Session, round_id: int) -> list[list[int]]:
    """Return the ballots of each mailbox that has more than one under different spellings, the first one first."""
    rows = session.execute(
        select(Ballot.id, Person.email)
        .join(Person, Person.id == Ballot.voter_id)
        .where(Ballot.round_id == round_id, Ballot.spent > 0, Person.email.is_not(None))
        .order_by(Ballot.id)
        .execution_options(yield_per=2000)
    )
    first: dict[bytes, int] = {}
    found: defaultdict[int, list[int]] = defaultdict(list)
    for ballot, email in rows:
        key = hashlib.sha256(mailboxes.one_mailbox(email or "").encode()).digest()[:8]
        if (earlier := first.setdefault(key, ballot)) != ballot:
            found[earlier].append(ballot)
    return [[earlier, *later] for earlier, later in sorted(found.items())]


def digest(voters: list[Voter]) -> str:
    """Return a fingerprint of what the rules looked at."""
    return hashlib.sha256(repr(voters).encode()).hexdigest()


def _rows(round_id: int, after: int) -> Any:
    begun = aliased(BallotVersion)
    features = (VotingFeature.prefix, VotingFeature.device, VotingFeature.agent, VotingFeature.received_at)
    return (
        select(Ballot.id, BallotVersion.choices, begun.at, Person.email, Person.created_at, *features)
        .join(BallotVersion, and_(BallotVersion.ballot_id == Ballot.id, BallotVersion.version == Ballot.version))
        .join(begun, and_(begun.ballot_id == Ballot.id, begun.version == 1))
        .join(Person, Person.id == Ballot.voter_id)
        .outerjoin(VotingFeature, VotingFeature.ballot_id == Ballot.id)
        .where(Ballot.round_id == round_id, Ballot.spent > 0, Ballot.id > after)
        .order_by(Ballot.id)
        .limit(SLICE)
    )


def _links(session: Session, round_id: int, first: int, last: int) -> dict[int, frozenset[int]]:
    mine = and_(Vote.round_id == Ballot.round_id, Vote.voter_id == Ballot.voter_id)
    rows = session.execute(
        select(Ballot.id, Vote.submission_id)
        .join(Vote, mine)
        .where(Ballot.round_id == round_id, Ballot.id >= first, Ballot.id <= last, Vote.via == "link")
    )
    found: defaultdict[int, set[int]] = defaultdict(set)
    for ballot, design in rows:
        found[ballot].add(design)
    return {ballot: frozenset(designs) for ballot, designs in found.items()}


def _voter(row: Any, way: str, links: dict[int, frozenset[int]]) -> Voter:
    email = row.email or ""
    at = row.received_at or row.at
    return Voter(
        ballot=row.id,
        at=at.timestamp(),
        names=names_of(way, row.choices),
        said=json.dumps(row.choices),
        prefix=row.prefix or "",
        device=row.device or "",
        agent=row.agent or "",
        domain=mailboxes.domain_of(email),
        series=mailboxes.series_of(email),
        throwaway=mailboxes.is_throwaway(mailboxes.domain_of(email)),
        age=max(0.0, (at - row.created_at).total_seconds() / 3600),
        links=links.get(row.id, frozenset()),
        extreme=way == "stars" and _extreme(row.choices),
    )


def names_of(way: str, choices: Choices) -> tuple[int, ...]:
    """Return the designs a ballot speaks for."""
    if way == "stars":
        return tuple(design for design, stars in choices if stars >= STRONG)
    if way == "pairs":
        return tuple(sorted({winner for _, _, winner in choices}))
    return tuple(choices)


def _extreme(choices: Choices) -> bool:
    stars = sorted(given for _, given in choices)
    return len(stars) > 2 and stars[-1] == 5 and stars[-2] <= 1
