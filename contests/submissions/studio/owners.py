"""Whose a drawing is: a person's, or a browser's that nobody has signed in with yet."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from webapp.infra import quotas

OWNER, FILE = 4201, 4202
"""The first keys of the advisory locks that this file takes; SQLite has one writer anyway."""


@dataclass(frozen=True)
class Owner:
    """Who is drawing: the signed-in person, if any, and the browser.

    What the browser began before its person signed in is that person's as well. `address` is where the request
    came from; a stranger's uploads count for its network.
    """

    person_id: int | None
    device_id: str
    address: str = ""

    @property
    def name(self) -> str:
        """Return what tells this owner from all others."""
        return f"person:{self.person_id}" if self.person_id else f"device:{self.device_id}"

    @property
    def sender(self) -> str:
        """Return under whom uploads are counted, see `quotas.counted`."""
        return quotas.person(self.person_id) if self.person_id else quotas.network(self.address)

    @property
    def columns(self) -> dict[str, int | str | None]:
        """Return the columns of a row that belongs to this owner."""
        return {"person_id": self.person_id, "device_id": None if self.person_id else self.device_id}

    def owns(self, row: Any) -> ColumnElement[bool]:
        """Return the condition under which a row of a table (StudioDraft, StudioAsset) is this owner's."""
        by_device = row.device_id == self.device_id
        return or_(row.person_id == self.person_id, by_device) if self.person_id else by_device


def hold(session: Session, owner: Owner) -> None:
    """Let one owner's drawings and pictures be counted one after the other."""
    _lock(session, OWNER, owner.name)


def hold_file(session: Session, sha256: str) -> None:
    """Let no other transaction add or delete a picture of the same bytes."""
    _lock(session, FILE, sha256)


def _lock(session: Session, what: int, which: str) -> None:
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(what, func.hashtext(which))))
