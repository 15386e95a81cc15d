"""The second tree: the leaf of the counted version of every counted ballot, in the order of the ballots' numbers."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from voting.log.models import LogLeaf
from voting.merkle.growing import Growing
from voting.models import Ballot

COUNTED = ("counted", "reinstated")


@dataclass(frozen=True)
class CountedTree:
    """Size and root of the tree over the counted ballots."""

    size: int
    root: bytes


def tree(session: Session, round_id: int) -> CountedTree:
    """Return the tree over the ballots that count now; every version has to be folded. Memory stays flat."""
    growing = Growing()
    for _number, hashed in leaves(session, round_id):
        for _ in growing.append(bytes.fromhex(hashed)):
            pass
    return CountedTree(growing.size, growing.root())


def leaves(session: Session, round_id: int) -> Iterator[tuple[int, str]]:
    """Yield (ballot number, hash of its present version's leaf) of every counted ballot, by number."""
    of_version = and_(LogLeaf.round_id == Ballot.round_id, LogLeaf.ballot_number == Ballot.number)
    rows = session.execute(
        select(Ballot.number, LogLeaf.hash)
        .join(LogLeaf, and_(of_version, LogLeaf.version == Ballot.version))
        .where(Ballot.round_id == round_id, Ballot.state.in_(COUNTED), Ballot.spent > 0)
        .order_by(Ballot.number)
        .execution_options(yield_per=2000)
    )
    yield from rows


def ballots_by_state(session: Session, round_id: int) -> dict[str, int]:
    """Return how many ballots that say something are in each state."""
    rows = session.execute(
        select(Ballot.state, func.count()).where(Ballot.round_id == round_id, Ballot.spent > 0).group_by(Ballot.state)
    )
    return dict(rows.all())
