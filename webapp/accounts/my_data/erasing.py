"""Erasing a person, room after room in a fixed order. For a worker; safe to repeat from anywhere.

The person is marked first (`erased_at`), so that nobody signs in and nothing new becomes theirs. Then each room does
its steps and its holdings. The row of the person loses its words last, in the transaction that queues the receipt:
until then the address is still known, afterwards it is nowhere.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from webapp.accounts.my_data import tables
from webapp.accounts.my_data.rooms import ROOMS, Kept, Room
from webapp.infra.db import db, transaction


def obstacles(session: Session, person_id: int) -> list[Kept]:
    """Return what somebody has to hand over first, in words; nothing when they can be erased."""
    return [each for room in ROOMS if room.obstacles for each in room.obstacles(session, person_id)]


def forget(person_id: int, now: datetime) -> None:
    """Let every room forget a person; the person's own row stays for `store.empty_person`."""
    for room in ROOMS:
        _forget(room, person_id, now)


def receipt(session: Session, person_id: int) -> dict[str, Any]:
    """Return what is gone and what stays, as sentences to be put into words when they are read."""
    kept = [each for room in ROOMS if room.kept for each in room.kept(session, person_id)]
    gone = [{"N_": sentence} for room in ROOMS for sentence in room.gone]
    return {"gone": gone, "kept": sentences(kept)}


def sentences(kept: Iterable[Kept]) -> list[dict[str, Any]]:
    """Return sentences as JSON: the message and what fills it."""
    return [{"N_": each.sentence, **each.params} for each in kept]


def _forget(room: Room, person_id: int, now: datetime) -> None:
    for step in room.steps:
        step(person_id, now)
        db.session.rollback()  # what a step has read must not be taken for the state after it
    with transaction() as session:
        for holding in room.holdings:
            tables.erase(session, holding, person_id)
