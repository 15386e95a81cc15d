"""The rules at work: a look at a round, what is held by it, and the last look before the count."""

import hashlib
import json
from collections import defaultdict
from datetime import UTC, datetime
from typing import Any

import structlog
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from voting import queries
from voting.integrity import acting, gathering
from voting.integrity.acting import Who
from voting.integrity.models import BallotAct, SignalCluster, SignalMember, SignalRun
from voting.integrity.states import HELD, REINSTATED
from voting.log import roots
from voting.models import Ballot, Round
from voting.signals import VERSION
from voting.signals.look import Cluster, Findings, doubled, look
from voting.signals.voters import Voter
from webapp.infra.db import db, insert_many_once, insert_once, transaction
from webapp.kernel.now import now

LOOK_AGAIN = "look-again"
CHUNK = 500
log = structlog.get_logger()
_seen: dict[int, int] = {}  # round -> how long its log was when this process last looked: nothing new, no look


def look_at_open_rounds() -> int:
    """Let the rules look at every round that takes votes and has new ones; return how many ballots they moved."""
    rows = db.session().execute(select(Round.id, Round.folded_through).where(Round.sealed_at.is_(None))).all()
    db.session.rollback()
    moved = 0
    for round_id, length in rows:
        if length and _seen.get(round_id) != length:
            moved += run(round_id, now())
            _seen[round_id] = length
    return moved


def before_count(round_id: int, at: datetime) -> bool:
    """Look once more at a sealed round; return whether it may be counted (a step of the close, safe to repeat)."""
    sealed = roots.sealed(db.session(), round_id)
    db.session.rollback()
    if not sealed:  # once the roots are out nothing changes before the result
        run(round_id, at, last=True)
    return True


def run(round_id: int, at: datetime, last: bool = False) -> int:
    """Look at a round and hold what the rules hold; return how many ballots changed their state.

    `last`: the look before the count, which also lets go what earlier looks held and this one does not.
    """
    session = db.session()
    session.rollback()
    poll = queries.round_by_id(session, round_id)
    if poll is None:
        return 0
    parts, inputs, ballots = [], hashlib.sha256(), 0
    aliases = gathering.aliases(session, round_id)
    later, again = {ballot for same in aliases for ballot in same[1:]}, list[Voter]()
    for voters in gathering.slices(session, round_id, poll.way):
        parts.append(look(voters))
        again += [voter for voter in voters if voter.ballot in later]
        inputs.update(gathering.digest(voters).encode())
        ballots += len(voters)
    found = _joined([*parts, doubled(again, aliases)])
    session.rollback()
    with transaction() as writing:
        acting.hold_still(writing, round_id, counting=last)
        _remember(writing, round_id, found, ballots, inputs.hexdigest(), at)
        return _hold(writing, round_id, found, at) + (_let_go(writing, round_id, found, at) if last else 0)


def _joined(parts: list[Findings]) -> Findings:
    """Return one finding of all parts of a look; where two hold a ballot, the rule of the earlier one is named."""
    clusters = [each for part in parts for each in part.clusters]
    alarms = [each for part in parts for each in part.alarms]
    held: dict[int, str] = {}
    for part in reversed(parts):
        held |= part.held
    return Findings(clusters, sorted(alarms, key=lambda each: (-each.score, each.design)), held)


def _hold(session: Session, round_id: int, found: Findings, at: datetime) -> int:
    by_rule: defaultdict[str, list[int]] = defaultdict(list)
    decided = _decided_by_people(session, round_id)
    for ballot, rule in sorted(found.held.items()):
        if ballot not in decided:
            by_rule[rule].append(ballot)
    moved = 0
    for rule, ballots in sorted(by_rule.items()):
        who = Who(rule, rule=rule, rule_version=VERSION)
        moved += len(acting.move(session, round_id, ballots, HELD, who, at)[1])
    return moved


def _let_go(session: Session, round_id: int, found: Findings, at: datetime) -> int:
    held = session.scalars(select(Ballot.id).where(Ballot.round_id == round_id, Ballot.state == HELD)).all()
    free = set(held) - found.held.keys() - _decided_by_people(session, round_id)
    who = Who(LOOK_AGAIN, rule=LOOK_AGAIN, rule_version=VERSION)
    return len(acting.move(session, round_id, free, REINSTATED, who, at)[1])


def _decided_by_people(session: Session, round_id: int) -> set[int]:
    """Return ballots about which a person has decided: no rule changes these any more."""
    acts = select(BallotAct.ballot_id).where(BallotAct.round_id == round_id, BallotAct.actor_id.is_not(None))
    return set(session.scalars(acts.distinct()))


def _remember(session: Session, round_id: int, found: Findings, ballots: int, inputs: str, at: datetime) -> None:
    said = json.dumps([[_key(each), sorted(v.ballot for v in each.members)] for each in found.clusters])
    outcome = hashlib.sha256((said + json.dumps(sorted(found.held.items()))).encode()).hexdigest()
    latest = select(SignalRun.outcome_sha256).where(SignalRun.round_id == round_id)
    if session.scalar(latest.order_by(SignalRun.id.desc()).limit(1)) == outcome:
        return
    alarms = [{"design": a.design, "score": a.score, "backers": a.backers, "parts": a.parts} for a in found.alarms]
    session.add(
        SignalRun(
            round_id=round_id,
            rule_version=VERSION,
            ballots=ballots,
            held=len(found.held),
            input_sha256=inputs,
            outcome_sha256=outcome,
            alarms=alarms,
            at=at,
        )
    )
    session.execute(update(SignalCluster).where(SignalCluster.round_id == round_id).values(stands=False))
    for each in found.clusters:
        _keep(session, round_id, each, at)


def _keep(session: Session, round_id: int, cluster: Cluster, at: datetime) -> None:
    times = [voter.at for voter in cluster.members]
    known: dict[str, Any] = {
        "rule": cluster.rule,
        "rule_version": VERSION,
        "signals": [each.as_json() for each in cluster.signals],
        "size": len(cluster.members),
        "of": cluster.of,
        "first_at": datetime.fromtimestamp(min(times), UTC),
        "last_at": datetime.fromtimestamp(max(times), UTC),
        "stands": True,
    }
    mine = (SignalCluster.round_id == round_id, SignalCluster.key == _key(cluster))
    new = {"round_id": round_id, "key": _key(cluster), "tie": cluster.tie, "submission_id": cluster.design}
    insert_once(session, SignalCluster, **new, **known, found_at=at)
    session.execute(update(SignalCluster).where(*mine).values(**known))
    cluster_id = session.scalars(select(SignalCluster.id).where(*mine)).one()
    ballots = {voter.ballot for voter in cluster.members}
    there = set(session.scalars(select(SignalMember.ballot_id).where(SignalMember.cluster_id == cluster_id)))
    gone = sorted(there - ballots)
    for start in range(0, len(gone), CHUNK):
        of_it = (SignalMember.cluster_id == cluster_id, SignalMember.ballot_id.in_(gone[start : start + CHUNK]))
        session.execute(delete(SignalMember).where(*of_it))
    rows = [{"cluster_id": cluster_id, "ballot_id": ballot} for ballot in sorted(ballots - there)]
    if rows:  # what people decided was about the others: it comes back to the desk
        session.execute(update(SignalCluster).where(*mine).values(settled_at=None))
    insert_many_once(session, SignalMember, rows)


def _key(cluster: Cluster) -> str:
    return hashlib.sha256(f"{cluster.tie}|{cluster.value}|{cluster.design}".encode()).hexdigest()
