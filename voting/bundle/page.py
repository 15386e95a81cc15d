"""What the result page says about checking it."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from voting.bundle import making
from voting.log.models import LogRoot
from voting.log.roots import SEAL
from voting.models import Round


@dataclass(frozen=True)
class Seal:
    """The two roots of a sealed round."""

    round: str
    size: int
    root: str
    counted_size: int | None
    counted_root: str | None


@dataclass(frozen=True)
class Check:
    """The bundle's fingerprint and size, None while it is being made, and the seals of the rounds."""

    sha256: str | None
    kilobytes: int
    seals: list[Seal]


def build(session: Session, contest_id: int) -> Check:
    """Return it, in two statements."""
    kept = making.standing(session, contest_id)
    rows = session.execute(
        select(Round.kind, LogRoot.size, LogRoot.root, LogRoot.counted_size, LogRoot.counted_root)
        .join(Round, Round.id == LogRoot.round_id)
        .where(Round.contest_id == contest_id, LogRoot.label == SEAL)
        .order_by(Round.kind.desc())
    )
    seals = [Seal(row.kind, row.size, row.root, row.counted_size, row.counted_root) for row in rows]
    return Check(kept.sha256 if kept else None, -(-kept.bytes // 1024) if kept else 0, seals)
