"""Every SELECT of what waits, each from an index."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from contests.submissions.models import Revision
from preorders.models import Drop
from voting.integrity.models import BallotAct
from voting.models import BallotVersion, PendingVote, Round
from webapp.infra.mail.models import OutgoingMail
from webapp.infra.outbox import Delivery

MOST_DROPS = 50
UNMADE = ("waiting", "processing", "failed")
JUDGED = ("held", "rejected", "reinstated")


@dataclass(frozen=True)
class Owed:
    """How much is due, how long the oldest of it (seconds), and how much was given up."""

    due: int
    lag_seconds: float
    failed: int


@dataclass(frozen=True)
class DropRow:
    """The stock of a drop that sells; `cap` is None without one."""

    slug: str
    cap: int | None
    reserved: int
    offered: int


def facts(session: Session, moment: datetime) -> Owed:
    """Return the facts that are to be told."""
    due = (Delivery.done_at.is_(None), Delivery.failed_at.is_(None), Delivery.not_before <= moment)
    failed = (Delivery.done_at.is_(None), Delivery.failed_at.is_not(None))
    return _owed(session, moment, Delivery.not_before, due, failed)


def mails(session: Session, moment: datetime) -> Owed:
    """Return the mails that are to be sent."""
    due = (OutgoingMail.state == "queued", OutgoingMail.not_before <= moment)
    return _owed(session, moment, OutgoingMail.not_before, due, (OutgoingMail.state == "failed",))


def pictures(session: Session) -> dict[str, int]:
    """Return how many pictures of designs are not made, by state."""
    found = (
        select(Revision.state, func.count().label("number")).where(Revision.state.in_(UNMADE)).group_by(Revision.state)
    )
    counts = {row.state: row.number for row in session.execute(found)}
    return {state: counts.get(state, 0) for state in UNMADE}


def votes(session: Session) -> dict[str, int]:
    """Return what of the votes is where.

    Ballots that count are not counted here: there may be millions, and the ledger's length says it too.
    """
    open_rounds = select(Round.id).where(Round.closed_at.is_(None))
    unfolded = select(func.count()).where(BallotVersion.round_id.in_(open_rounds), BallotVersion.leaf_index.is_(None))
    folded = select(func.coalesce(func.sum(Round.folded_through), 0)).where(Round.closed_at.is_(None))
    pending = select(func.count()).where(PendingVote.round_id.in_(open_rounds))
    row = session.execute(
        select(
            pending.scalar_subquery().label("pending"),
            folded.scalar_subquery().label("folded"),
            unfolded.scalar_subquery().label("unfolded"),
        )
    ).one()
    return {**{name: int(number) for name, number in row._mapping.items()}, **_judged(session)}


def _judged(session: Session) -> dict[str, int]:
    """The acts on ballots are few, the ballots many: who came into a state less who left it."""
    came, left = BallotAct.to_state, BallotAct.from_state
    moves = session.execute(select(came, left, func.count()).group_by(came, left)).all()
    return {
        state: sum(n for to, _, n in moves if to == state) - sum(n for _, was, n in moves if was == state)
        for state in JUDGED
    }


def drops(session: Session) -> list[DropRow]:
    """Return the drops that sell, newest first, fifty at most."""
    sells = (Drop.published_at.is_not(None), Drop.locked_at.is_(None), Drop.cancelled_at.is_(None))
    found = select(Drop.slug, Drop.edition_cap, Drop.reserved, Drop.offered).where(*sells)
    return [DropRow(*row) for row in session.execute(found.order_by(Drop.id.desc()).limit(MOST_DROPS))]


def _owed(
    session: Session,
    moment: datetime,
    since: Any,
    due: tuple[ColumnElement[bool], ...],
    failed: tuple[ColumnElement[bool], ...],
) -> Owed:
    row = session.execute(select(func.count(), func.min(since)).where(*due)).one()
    lag = max(0.0, (moment - row[1]).total_seconds()) if row[1] else 0.0
    return Owed(row[0], lag, session.scalar(select(func.count()).where(*failed)) or 0)
