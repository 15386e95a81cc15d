"""What the vote's own screens show in the demo: odd ballots, what is worn, roots, reports of exposure, bundles."""

import hashlib
import random
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from contests import queries as contests
from contests.models import Contest
from voting import ledger
from voting.bundle import making
from voting.exposure import freezing
from voting.integrity import acting, looking, windows
from voting.integrity.acting import Who
from voting.integrity.models import SignalCluster, SignalMember, VotingFeature
from voting.log import roots
from voting.models import Ballot, BallotVersion, Round, Vote
from voting.signals import VERSION
from voting.wearing import store as wearing
from voting.wearing.sizes import offered
from webapp.boot.demo.designs import Hung
from webapp.infra.db import changed, db, transaction

TABLET = 9  # ballots of one browser, all for one design: from eight on a rule holds them


def seed_tablet(
    session: Session, round_id: int, design: Hung, voters: Sequence[int], ends: datetime, rng: random.Random
) -> list[int]:
    """Let some who have not voted vote on one tablet, one after the other, for one design; return their ballots."""
    taken = set(session.scalars(select(Ballot.voter_id).where(Ballot.round_id == round_id)))
    at, ballots = ends - timedelta(hours=6), []
    for voter in [each for each in voters if each not in taken and each != design.author_id][:TABLET]:
        at += timedelta(seconds=rng.randint(40, 200))
        ballot = Ballot(round_id=round_id, voter_id=voter, spent=1, version=1)
        session.add(ballot)
        session.flush()
        one = {"round_id": round_id, "ballot_id": ballot.id}
        session.add(BallotVersion(**one, version=1, choices=[design.id], added=[design.id], removed=[], at=at))
        session.add(VotingFeature(**one, prefix="market hall", device="one tablet", agent="tablet", received_at=at))
        vote = {"submission_id": design.id, "revision_id": design.revision_id, "via": "design"}
        session.add(Vote(round_id=round_id, voter_id=voter, **vote, received_at=at, at=at))
        ballots.append(ballot.id)
    session.flush()
    while ledger.fold(session, round_id):
        pass
    return ballots


def hold(session: Session, round_id: int, design_id: int, ballots: Sequence[int], at: datetime) -> None:
    """Hold ballots as the rule about one browser does, with the cluster that the moderators decide about."""
    cluster = SignalCluster(
        round_id=round_id,
        key=hashlib.sha256(f"browser|one tablet|{design_id}".encode()).hexdigest(),
        tie="browser",
        rule="one-browser",
        rule_version=VERSION,
        submission_id=design_id,
        signals=[{"name": "favour", "hits": len(ballots), "of": len(ballots), "usual": 0.0, "chance": 0.0}],
        size=len(ballots),
        of=len(ballots),
        first_at=at - timedelta(hours=6),
        last_at=at - timedelta(hours=6) + timedelta(minutes=20),
        found_at=at,
        stands=True,
    )
    session.add(cluster)
    session.flush()
    session.add_all(SignalMember(cluster_id=cluster.id, ballot_id=ballot) for ballot in ballots)
    who = Who("one-browser", rule="one-browser", rule_version=VERSION)
    acting.move(session, round_id, ballots, "held", who, at)


def seed_worn(
    session: Session, rng: random.Random, contest_id: int, hung: Sequence[Hung], people: Sequence[int], until: datetime
) -> None:
    """Let a good half of the people say in which sizes they would wear two or three of the designs."""
    sizes = offered(contests.products(session, contest_id))
    for person in people if sizes else ():
        if rng.random() < 0.6:
            for design in rng.sample([each for each in hung if each.author_id != person], min(3, len(hung) - 1)):
                middling = round(rng.gauss((len(sizes) - 1) / 2, len(sizes) / 5))
                size = sizes[min(max(0, middling), len(sizes) - 1)]
                at = until - timedelta(hours=rng.uniform(1, 40))
                wearing.keep(session, design.id, contest_id, person, "", size, at)


def publish_seal(session: Session, round_id: int, at: datetime) -> None:
    """Write the roots of a sealed round, before anything of it is counted."""
    row = roots.write(session, round_id, roots.SEAL, at)
    assert row is not None
    changed(session, update(Round).where(Round.id == round_id).values(root=row.counted_root))


def finish(now: datetime) -> None:
    """After the seed: reports of exposure, final results, bundles, and one look of the rules at votes that run."""
    session = db.session()
    polls = session.execute(select(Round.id, Round.closed_at).order_by(Round.id)).all()
    session.rollback()
    for poll in polls:
        if poll.closed_at:
            freezing.freeze(poll.id, poll.closed_at)
        else:
            looking.run(poll.id, now)
    for contest_id in db.session().scalars(select(Contest.id).order_by(Contest.id)).all():
        _settle(contest_id, now)


def _settle(contest_id: int, now: datetime) -> None:
    window = windows.of_contest(db.session(), contest_id)
    db.session.rollback()
    if window is None:
        return
    making.make(contest_id, roots.SEAL, window.closed_at, tell=False)
    if window.until <= now:
        with transaction() as session:
            changed(session, update(Round).where(Round.contest_id == contest_id).values(final_at=window.until))
        making.finalise(contest_id, window.until, tell=False)
