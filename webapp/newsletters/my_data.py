"""What newsletters keep of people: what they asked for, and who wrote and sent letters."""

from datetime import datetime

from sqlalchemy import delete, func, select

from webapp.accounts import queries as accounts
from webapp.accounts.my_data.rooms import Holding, Room
from webapp.infra.db import changed, db, transaction
from webapp.kernel.refusal import N_
from webapp.newsletters import joining
from webapp.newsletters.models import Letter, Subscription


def forget(person_id: int, now: datetime) -> None:
    """End and delete what somebody asked for, with and without their account; letters keep their figures."""
    person = accounts.person(db.session(), person_id)
    address = person.email if person else ""
    with transaction() as session:
        mine = (Subscription.person_id == person_id) | (func.length(address) > 0) & (Subscription.address == address)
        for number in session.scalars(select(Subscription.id).where(mine)).all():
            joining.end(session, number, "reader", now)
        changed(session, delete(Subscription).where(mine))


ROOM = Room(
    "newsletters",
    holdings=(
        Holding(Subscription.person_id, "step", "newsletters", hidden=("id", "person_id", "round", "mails")),
        Holding(Letter.created_by, "kept"),
        Holding(Letter.changed_by, "kept"),
        Holding(Letter.sent_by, "kept"),
    ),
    steps=(forget,),
    gone=(N_("Which newsletters you asked for."),),
)
