"""Addresses that refuse our mail for good: written down after a bounce, taken off by their owner."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from webapp.infra.db import changed, insert_many_once
from webapp.infra.mail.models import OutgoingMail, RefusingAddress
from webapp.infra.mail.outcomes import drop


def refusing(session: Session, addresses: Iterable[str]) -> set[str]:
    """Return which of `addresses` refuse our mail."""
    wanted = sorted(set(addresses))
    if not wanted:
        return set()
    return set(session.scalars(select(RefusingAddress.address).where(RefusingAddress.address.in_(wanted))))


def of_address(session: Session, address: str) -> RefusingAddress | None:
    """Return how an address refused our mail; None when it does not."""
    return session.scalar(select(RefusingAddress).where(RefusingAddress.address == address))


def add(session: Session, address: str, status: str, said: str, at: datetime) -> bool:
    """Write a refusal down and leave what waits for that address unsent; return whether it is news."""
    row = {"address": address, "status": status[:20], "said": said[:1000], "at": at}
    new = bool(insert_many_once(session, RefusingAddress, [row]))
    drop(session, OutgoingMail.address == address)
    return new


def lift(session: Session, addresses: Iterable[str]) -> int:
    """Let mail go to these addresses again; return how many were refusing. For owners, and for erasing them."""
    return changed(session, delete(RefusingAddress).where(RefusingAddress.address.in_(list(addresses))))
