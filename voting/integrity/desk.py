"""What the moderators' desk shows: clusters without names of designs, wishes to reject, appeals, the log."""

import hashlib
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from contests.models import Contest
from voting.integrity.models import BallotAct, BallotAppeal, BallotRejection, SignalCluster, SignalMember, SignalRun
from voting.integrity.states import COUNTED, HELD, REJECTED
from voting.models import Ballot, Round
from webapp.accounts import queries as accounts
from webapp.infra import keys

MOST = 20
PER_PAGE = 40
ALARMS = 5


@dataclass(frozen=True)
class Card:
    """A cluster as the desk shows it. `states`: how many of its ballots are in which state."""

    row: SignalCluster
    contest: str
    letter: str
    states: dict[str, int]
    waits: bool

    @property
    def size(self) -> int:
        """Return how many ballots it is about."""
        return sum(self.states.values())

    @property
    def can(self) -> list[str]:
        """Return what can be done: hold, reinstate, reject."""
        acts = []
        if self.states.get(COUNTED) or self.states.get("reinstated"):
            acts.append("hold")
        if self.states.get(HELD) or self.states.get(REJECTED):
            acts.append("reinstate")
        if self.states.get(HELD) and not self.waits:
            acts.append("reject")
        return acts


@dataclass(frozen=True)
class Desk:
    """The whole desk of an artist's team."""

    cards: list[Card]
    more: int
    wishes: list[Row[Any]]
    appeals: list[Row[Any]]
    alarms: list[tuple[str, list[tuple[str, dict[str, Any]]]]]
    names: dict[int, str]


def build(session: Session, artist_id: int) -> Desk:
    """Return the desk; the number of statements does not grow."""
    rounds = {row.id: row for row in session.execute(_rounds(artist_id))}
    letters = letters_of(session, rounds.keys())
    waiting = (SignalCluster.round_id.in_(rounds), SignalCluster.stands, SignalCluster.settled_at.is_(None))
    rows = session.scalars(
        select(SignalCluster)
        .where(*waiting)
        .order_by(SignalCluster.rule == "", SignalCluster.size.desc(), SignalCluster.id)
        .limit(MOST)
    ).all()
    whole = session.scalar(select(func.count()).select_from(SignalCluster).where(*waiting)) or 0
    wishes = list(session.execute(_wishes(rounds)))
    asked = {wish.cluster_id for wish in wishes}
    states = _states(session, [row.id for row in rows])
    cards = [
        Card(row, _named(rounds[row.round_id]), _letter(letters, row), states[row.id], row.id in asked) for row in rows
    ]
    appeals = list(session.execute(_appeals(rounds)))
    names = accounts.names(session, [wish.proposed_by for wish in wishes])
    return Desk(cards, whole - len(cards), wishes, appeals, _alarms(session, rounds, letters), names)


def letters_of(session: Session, rounds: Collection[int]) -> dict[int, dict[int, str]]:
    """Return for each round a letter for every design that a run named, in an order that says nothing."""
    rows = session.execute(select(SignalRun.round_id, SignalRun.alarms).where(SignalRun.id.in_(_latest(rounds)))).all()
    found: defaultdict[int, set[int]] = defaultdict(set)
    for row in rows:
        found[row.round_id] |= {each["design"] for each in row.alarms}
    named = select(SignalCluster.round_id, SignalCluster.submission_id).where(
        SignalCluster.round_id.in_(rounds), SignalCluster.submission_id.is_not(None)
    )
    for row in session.execute(named.distinct()):
        found[row.round_id].add(row.submission_id)
    return {round_id: _lettered(round_id, designs) for round_id, designs in found.items()}


def log(session: Session, artist_id: int, before: int | None) -> list[Row[Any]]:
    """Return what was done to ballots in an artist's contests, by batch, newest first."""
    last = func.max(BallotAct.id)
    rows = (
        select(
            last.label("id"),
            BallotAct.batch,
            BallotAct.to_state,
            BallotAct.reason_code,
            func.max(BallotAct.reason).label("reason"),
            BallotAct.rule,
            BallotAct.rule_version,
            BallotAct.actor_id,
            func.max(BallotAct.at).label("at"),
            func.count().label("ballots"),
            Contest.title,
        )
        .join(Round, Round.id == BallotAct.round_id)
        .join(Contest, Contest.id == Round.contest_id)
        .where(Contest.artist_id == artist_id)
        .group_by(
            BallotAct.batch,
            BallotAct.to_state,
            BallotAct.reason_code,
            BallotAct.rule,
            BallotAct.rule_version,
            BallotAct.actor_id,
            Contest.title,
        )
        .order_by(last.desc())
        .limit(PER_PAGE + 1)
    )
    return list(session.execute(rows.having(last < before) if before else rows))


def batch_of(session: Session, batch: str, person_id: int) -> tuple[str, int, datetime] | None:
    """Return (state, number of ballots, moment) of a batch of this person's, to be offered for taking back."""
    rows = select(BallotAct.to_state, func.count(), func.max(BallotAct.at))
    rows = rows.where(BallotAct.batch == batch, BallotAct.actor_id == person_id, BallotAct.undoes_id.is_(None))
    found = session.execute(rows.group_by(BallotAct.to_state)).first()
    return (found[0], found[1], found[2]) if found else None


def waiting(session: Session, artist_id: int) -> int:
    """Return how many clusters, wishes and appeals wait for a moderator."""
    rounds = select(Round.id).join(Contest, Contest.id == Round.contest_id)
    rounds = rounds.where(Contest.artist_id == artist_id, Round.final_at.is_(None))
    clusters = select(func.count()).where(
        SignalCluster.round_id.in_(rounds), SignalCluster.stands, SignalCluster.settled_at.is_(None)
    )
    wishes = select(func.count()).where(BallotRejection.round_id.in_(rounds), BallotRejection.outcome == "")
    appeals = select(func.count()).where(BallotAppeal.round_id.in_(rounds), BallotAppeal.outcome == "")
    counts = (clusters.scalar_subquery(), wishes.scalar_subquery(), appeals.scalar_subquery())
    return sum(session.execute(select(*counts)).one())


def _rounds(artist_id: int) -> Any:
    return (
        select(Round.id, Round.kind, Contest.title)
        .join(Contest, Contest.id == Round.contest_id)
        .where(Contest.artist_id == artist_id, Round.final_at.is_(None))
    )


def _states(session: Session, clusters: list[int]) -> defaultdict[int, dict[str, int]]:
    rows = session.execute(
        select(SignalMember.cluster_id, Ballot.state, func.count())
        .join(Ballot, Ballot.id == SignalMember.ballot_id)
        .where(SignalMember.cluster_id.in_(clusters))
        .group_by(SignalMember.cluster_id, Ballot.state)
    )
    found: defaultdict[int, dict[str, int]] = defaultdict(dict)
    for cluster, state, number in rows:
        found[cluster][state] = number
    return found


def _wishes(rounds: Collection[int]) -> Any:
    columns = (BallotRejection.id, BallotRejection.round_id, BallotRejection.cluster_id, BallotRejection.ballots)
    more = (BallotRejection.reason_code, BallotRejection.reason, BallotRejection.proposed_by)
    wanted = select(*columns, *more, BallotRejection.proposed_at)
    return wanted.where(BallotRejection.round_id.in_(rounds), BallotRejection.outcome == "").limit(MOST)


def _appeals(rounds: Collection[int]) -> Any:
    last = select(func.max(BallotAct.id)).where(BallotAct.ballot_id == BallotAppeal.ballot_id).correlate(BallotAppeal)
    return (
        select(BallotAppeal.id, BallotAppeal.words, BallotAppeal.made_at, Ballot.state, BallotAct.reason_code)
        .join(Ballot, Ballot.id == BallotAppeal.ballot_id)
        .outerjoin(BallotAct, BallotAct.id == last.scalar_subquery())
        .where(BallotAppeal.round_id.in_(rounds), BallotAppeal.outcome == "")
        .order_by(BallotAppeal.id)
        .limit(MOST)
    )


def _alarms(
    session: Session, rounds: dict[int, Any], letters: dict[int, dict[int, str]]
) -> list[tuple[str, list[tuple[str, dict[str, Any]]]]]:
    rows = session.execute(select(SignalRun.round_id, SignalRun.alarms).where(SignalRun.id.in_(_latest(rounds.keys()))))
    found = []
    for row in rows:
        some = [(letters[row.round_id].get(each["design"], "?"), each) for each in row.alarms[:ALARMS]]
        if some:
            found.append((_named(rounds[row.round_id]), some))
    return found


def _latest(rounds: Collection[int]) -> Any:
    return select(func.max(SignalRun.id)).where(SignalRun.round_id.in_(rounds)).group_by(SignalRun.round_id)


def _named(row: Any) -> str:
    return str(row.title)


def _letter(letters: dict[int, dict[int, str]], row: SignalCluster) -> str:
    """Return the letter of a cluster's design, '' where it has none in common."""
    return letters.get(row.round_id, {}).get(row.submission_id, "?") if row.submission_id else ""


def _lettered(round_id: int, designs: set[int]) -> dict[int, str]:
    def lot(design: int) -> str:
        return hashlib.sha256(f"{keys.lasting()}|{round_id}|{design}".encode()).hexdigest()

    return {design: _spelled(place) for place, design in enumerate(sorted(designs, key=lot))}


def _spelled(place: int) -> str:
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
