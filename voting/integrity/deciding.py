"""What moderators decide about clusters: hold, reinstate, reject, in bulk, with a reason; all can be taken back.

Rejecting takes two people, or one where a documented rule held every one of the ballots.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import and_, func, select, update
from sqlalchemy.orm import Session, aliased

from voting.integrity import acting, states
from voting.integrity.acting import Who
from voting.integrity.events import BallotsJudged
from voting.integrity.models import BallotAct, BallotRejection, SignalCluster, SignalMember
from voting.integrity.states import HELD, REINSTATED, REJECTED
from voting.models import Ballot, Round
from webapp.accounts import audit
from webapp.infra import outbox
from webapp.infra.db import changed, transaction
from webapp.kernel.refusal import N_, NotFound, Refused

UNDO_WINDOW = timedelta(seconds=10)  # so long the desk offers to take an act back; the log page does later, too
ACTS = {"hold": HELD, "reinstate": REINSTATED, "reject": REJECTED}


def decide(
    cluster_id: int, artist_id: int, person_id: int, act: str, reason_code: str, words: str, now: datetime
) -> str:
    """Carry out an act on a whole cluster; return the batch that can be undone, '' when it waits for a second person.

    Raises Refused for an unknown act or reason, when nothing is left to do, while the round is being counted, and
    once its result is final; NotFound for another team's cluster.
    """
    if act not in ACTS:
        raise Refused("unknown-act", N_("Choose what is to become of these ballots."), 422)
    words = states.require_reason(reason_code, words)
    with transaction() as session:
        round_id = _round_of(session, cluster_id, artist_id)
        acting.hold_still(session, round_id)
        members = session.scalars(
            select(SignalMember.ballot_id).where(SignalMember.cluster_id == cluster_id).order_by(SignalMember.ballot_id)
        ).all()
        if act == "reject" and not states.may_reject_alone(_holders(session, members)):
            _propose(session, round_id, cluster_id, members, person_id, reason_code, words, now)
            return ""
        who = Who(reason_code, words, person_id=person_id)
        batch, done = acting.move(session, round_id, members, ACTS[act], who, now)
        if not done:
            raise Refused("already-decided", N_("Somebody has decided about this meanwhile. Look again."))
        _settle(session, cluster_id, now)
        _after(session, round_id, artist_id, person_id, f"ballots.{act}", len(done), now)
        return batch


def answer_rejection(rejection_id: int, artist_id: int, person_id: int, agree: bool, now: datetime) -> str:
    """Confirm or decline somebody else's wish to reject; return the batch ('' when declined).

    Raises Refused for one's own wish and when somebody was faster.
    """
    with transaction() as session:
        wish = session.get(BallotRejection, rejection_id)
        if wish is None or _artist_of(session, wish.round_id) != artist_id:
            raise NotFound()
        if wish.proposed_by == person_id:
            raise Refused("two-people", N_("Somebody else of the team has to confirm this."), 403)
        acting.hold_still(session, wish.round_id)
        outcome = "confirmed" if agree else "declined"
        statement = update(BallotRejection).where(BallotRejection.id == rejection_id, BallotRejection.outcome == "")
        if not changed(session, statement.values(decided_by=person_id, decided_at=now, outcome=outcome)):
            raise Refused("already-decided", N_("Somebody has decided about this meanwhile. Look again."))
        if not agree:
            return ""
        who = Who(wish.reason_code, wish.reason, person_id=person_id)
        batch, done = acting.move(session, wish.round_id, wish.ballots, REJECTED, who, now)
        _settle(session, wish.cluster_id, now)
        _after(session, wish.round_id, artist_id, person_id, "ballots.reject", len(done), now)
        return batch


def undo(batch: str, artist_id: int, person_id: int, now: datetime) -> int:
    """Take back what a batch did, where nothing has been decided since; return for how many ballots."""
    with transaction() as session:
        acts = session.scalars(select(BallotAct).where(BallotAct.batch == batch).order_by(BallotAct.id)).all()
        if not acts or _artist_of(session, acts[0].round_id) != artist_id or acts[0].actor_id is None:
            raise NotFound()
        round_id = acts[0].round_id
        acting.hold_still(session, round_id)
        latest = _latest(session, [act.ballot_id for act in acts])
        back: defaultdict[str, dict[int, int]] = defaultdict(dict)
        for act in acts:
            if latest.get(act.ballot_id) == act.id:
                back[states.after_undo(act.from_state)][act.ballot_id] = act.id
        who, done = Who("undone", person_id=person_id), 0
        for state, ballots in sorted(back.items()):
            done += len(acting.move(session, round_id, ballots, state, who, now, undoes=ballots)[1])
        if not done:
            raise Refused("already-decided", N_("Somebody has decided about this meanwhile. Look again."))
        _unsettle(session, list(latest))
        _after(session, round_id, artist_id, person_id, "ballots.undo", done, now)
        return done


def _propose(
    session: Session,
    round_id: int,
    cluster_id: int,
    members: Sequence[int],
    person_id: int,
    reason_code: str,
    words: str,
    now: datetime,
) -> None:
    held = select(Ballot.id).where(Ballot.id.in_(members), Ballot.state == HELD).order_by(Ballot.id)
    ballots = [each for each in session.scalars(held) if each]
    if not ballots:
        raise Refused("hold-first", N_("Only ballots that are held can be rejected. Hold them first."))
    waiting = select(BallotRejection.id).where(BallotRejection.cluster_id == cluster_id, BallotRejection.outcome == "")
    if session.scalar(waiting.limit(1)):
        raise Refused("already-proposed", N_("This already waits for a second person."))
    session.add(
        BallotRejection(
            round_id=round_id,
            cluster_id=cluster_id,
            ballots=ballots,
            reason_code=reason_code,
            reason=words,
            proposed_by=person_id,
            proposed_at=now,
        )
    )


def _holders(session: Session, members: Sequence[int]) -> list[str]:
    """Return for each held ballot the rule that holds it, '' where a person does."""
    latest = _latest(session, members)
    rows = select(BallotAct.rule).join(Ballot, Ballot.id == BallotAct.ballot_id)
    rows = rows.where(BallotAct.id.in_(list(latest.values())), Ballot.state == HELD)
    return list(session.scalars(rows))


def _latest(session: Session, ballots: Sequence[int]) -> dict[int, int]:
    rows = select(BallotAct.ballot_id, func.max(BallotAct.id)).where(BallotAct.ballot_id.in_(ballots))
    return dict(session.execute(rows.group_by(BallotAct.ballot_id)).all())


def _settle(session: Session, cluster_id: int, now: datetime) -> None:
    changed(session, update(SignalCluster).where(SignalCluster.id == cluster_id).values(settled_at=now))


def _unsettle(session: Session, ballots: Sequence[int]) -> None:
    one = aliased(SignalMember)
    theirs = select(one.cluster_id).where(one.ballot_id.in_(ballots)).distinct()
    changed(session, update(SignalCluster).where(SignalCluster.id.in_(theirs)).values(settled_at=None))


def _after(
    session: Session, round_id: int, artist_id: int, person_id: int, action: str, ballots: int, now: datetime
) -> None:
    audit.note(session, now, person_id, artist_id, action, f"round:{round_id}", ballots=ballots)
    if session.scalar(select(Round.closed_at).where(Round.id == round_id)):
        outbox.record(session, BallotsJudged(round_id))


def _round_of(session: Session, cluster_id: int, artist_id: int) -> int:
    round_id = session.scalar(select(SignalCluster.round_id).where(SignalCluster.id == cluster_id))
    if round_id is None or _artist_of(session, round_id) != artist_id:
        raise NotFound()
    return round_id


def _artist_of(session: Session, round_id: int) -> int | None:
    from contests.models import Contest

    of_round = and_(Contest.id == Round.contest_id, Round.id == round_id)
    return session.scalar(select(Contest.artist_id).select_from(Round).join(Contest, of_round))
