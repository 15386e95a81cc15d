"""A ballot of stars, places or pairs in the hand of a use case: read under its lock, written whole.

No commit here. A voter's paper is the row in `ballots` with its last version; a stranger's is the row in
`pending_ballots`, which nobody counts.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from voting import locks, marks, papers_store, store
from voting.marks import Choices
from voting.queries import ChoiceRow, RoundRow


@dataclass(frozen=True)
class Paper:
    """What a ballot says, whose it is, and of a voter's the row and version it was read at."""

    choices: Choices
    trail: Choices
    voter_id: int | None
    device_id: str | None
    ballot_id: int = 0
    version: int = 0


def hold(session: Session, device_id: str | None) -> None:
    """Let a browser's acts come one after the other: the first lock of its transaction."""
    if device_id is not None:
        locks.hold_device(session, device_id)


def locked(session: Session, poll: RoundRow, voter_id: int | None, device_id: str | None) -> Paper:
    """Return the paper of a voter, its row locked until the transaction ends, or of a browser that is held."""
    if voter_id is None:
        kept = papers_store.pending(session, poll.id, device_id or "")
        return Paper(list(kept.choices), list(kept.trail), None, device_id) if kept else Paper([], [], None, device_id)
    ballot = store.lock_ballot(session, poll.id, voter_id)
    choices, trail = papers_store.current(session, ballot)
    return Paper(choices, trail, voter_id, None, ballot.ballot_id, ballot.version)


def write(
    session: Session,
    poll: RoundRow,
    paper: Paper,
    choices: Choices,
    trail: Choices,
    designs: Mapping[int, ChoiceRow],
    via: str,
    received_at: datetime,
    now: datetime | None = None,
) -> bool:
    """Let a paper say this; return whether it was a change. `designs` holds those that are new on it."""
    if choices == paper.choices and trail == paper.trail:
        return False
    if paper.voter_id is None:
        papers_store.keep(session, poll.id, paper.device_id or "", choices, trail, via, received_at)
        return True
    if choices == paper.choices:
        papers_store.set_trail(session, paper.ballot_id, trail)  # a skip says nothing: no version of the ballot
        return False
    before, after = marks.values(poll.way, paper.choices), marks.values(poll.way, choices)
    papers_store.sync_votes(session, poll.id, paper.voter_id, before, after, designs, via, received_at, now)
    papers_store.append(
        session, poll.id, paper.ballot_id, paper.version, choices, trail, before, after, now or received_at
    )
    return True
