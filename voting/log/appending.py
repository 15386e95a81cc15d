"""The two ways into the log, both for the one sequencer of a round: versions as they are folded, and acts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from voting import locks
from voting.log import content, tree
from voting.models import Round, random_salt
from webapp.infra.db import changed


class Version(Protocol):
    """What the log must know of a version that is folded: a row with these columns."""

    @property
    def number(self) -> int: ...
    @property
    def version(self) -> int: ...
    @property
    def choices(self) -> list[Any]: ...
    @property
    def salt(self) -> str | None: ...
    @property
    def at(self) -> datetime: ...


@dataclass(frozen=True)
class Act:
    """A change of one ballot's state: the ballot's number, the number of the act, and what became of it.

    `kind` is held, reinstated or rejected; (ballot, act) is unique in a round.
    """

    number: int
    act: int
    kind: str
    at: datetime


def append(session: Session, round_id: int, first: int, versions: Iterable[Version]) -> None:
    """Append versions to a round's log of `first` leaves, in the transaction that gives them their leaf index.

    The caller is the sequencer, and moves `rounds.folded_through` on by as many.
    """
    contest_id, kind = _round(session, round_id)
    leaves = []
    for each in versions:
        text = content.version_text(kind, each.version, each.choices)
        salt = each.salt or random_salt()  # of an erased voter nothing may be guessed: a leaf that never opens
        leaves.append(
            _leaf(contest_id, each.number, text, salt, each.at)
            | {"kind": content.kind_of(each.version, each.choices), "version": each.version, "act": None, "salt": None}
        )
    tree.append(session, round_id, first, leaves)


def append_acts(session: Session, round_id: int, acts: Sequence[Act]) -> int:
    """Append changes of state to a round's log, in the transaction that makes them; return its size after them.

    Acts and versions share one row of indices, so this waits for the sequencer and moves `folded_through` on.
    """
    locks.become_sequencer(session, round_id)
    contest_id, round_kind = _round(session, round_id)
    size = session.scalars(select(Round.folded_through).where(Round.id == round_id)).one()
    leaves = []
    for each in acts:
        salt = random_salt()
        text = content.act_text(round_kind, each.act, each.kind)
        leaves.append(
            _leaf(contest_id, each.number, text, salt, each.at)
            | {"kind": each.kind, "version": None, "act": each.act, "salt": salt}
        )
    tree.append(session, round_id, size, leaves)
    changed(session, update(Round).where(Round.id == round_id).values(folded_through=size + len(leaves)))
    return size + len(leaves)


def _leaf(contest_id: int, number: int, text: bytes, salt: str, at: datetime) -> dict[str, Any]:
    hashed = content.leaf(contest_id, number, content.commitment(text, salt))
    return {"hash": hashed.hex(), "ballot_number": number, "at": at}


def _round(session: Session, round_id: int) -> tuple[int, str]:
    row = session.execute(select(Round.contest_id, Round.kind).where(Round.id == round_id)).one()
    return row.contest_id, row.kind
