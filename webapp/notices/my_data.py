"""What the inbox keeps of people: what they were told, what they want by mail, their names in others' notices."""

from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from webapp.accounts import queries as accounts
from webapp.accounts.my_data import names, tables
from webapp.accounts.my_data.rooms import Chapter, Holding, Room, Rows
from webapp.infra.db import changed, db, transaction
from webapp.infra.mail import OutgoingMail
from webapp.notices.models import Crowd, DigestLine, Notice, NoticePreference

BATCH = 500


def notices_of(session: Session, person_id: int) -> Rows:
    """Return what somebody was told and when; the texts may name others, so the page each leads to stands for them."""
    rows = tables.rows(session, Notice, Notice.recipient_id == person_id, hidden=("id", "dedupe", "recipient_id"))
    for row in rows:
        row["path"] = (row.pop("params") or {}).get("path", "")
    return rows


def forget_name(person_id: int, now: datetime) -> None:
    """Take the person's name, and what they said, out of others' notices."""
    person = accounts.person(db.session(), person_id)
    for table in (Notice, OutgoingMail, Crowd):  # a mail may wait through the night, or for its relay
        seen = 0
        while person and person.display_name and (seen := _unname(table, person.display_name, seen)):
            pass


def _unname(table: type[Notice] | type[OutgoingMail] | type[Crowd], name: str, after: int) -> int:
    """Take a name out of the next rows above an id; return the last id looked at, 0 when there are no more."""
    with transaction() as session:
        naming = select(table.id, table.params).where(names.mentions(table.params, name), table.id > after)
        naming = naming.order_by(table.id)
        found = [(row.id, row.params, names.without(row.params, name)) for row in session.execute(naming.limit(BATCH))]
        new: list[tuple[int, Any]] = [(row_id, after) for row_id, before, after in found if before != after]
        for row_id, params in new:
            changed(session, update(table).where(table.id == row_id).values(params=params))
        return found[-1][0] if found else 0


ROOM = Room(
    "notices",
    holdings=(
        Holding(DigestLine.person_id, "gone"),
        Holding(Notice.recipient_id, "gone"),
        Holding(NoticePreference.person_id, "gone", "notice_preferences"),
    ),
    chapters=(Chapter("notices", notices_of),),
    steps=(forget_name,),
)
