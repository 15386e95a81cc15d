"""What a guardian of somebody under 13 is asked for first: whether they may take part in talk at all."""

from datetime import datetime

from flask_babel import gettext
from sqlalchemy.orm import Session

from webapp.accounts import queries as accounts
from webapp.accounts.ages.rules import ACCOUNT, CHILD
from webapp.accounts.guardians import queries
from webapp.accounts.guardians.actions import Action, Asked
from webapp.kernel.refusal import N_, Refused


def describe(session: Session, person_id: int, now: datetime) -> Asked | None:
    """Return the question as the guardian reads it; nothing once the person is older."""
    person = accounts.person(session, person_id)
    if person is None or person.age_band != CHILD:
        return None
    return Asked(
        title=str(gettext("Writing comments and suggestions below designs")),
        details=(str(gettext("Each is read by a moderator before anybody sees it.")),),
        without=str(gettext("Without an answer they can look around and vote, and write nothing.")),
        at_no=str(gettext("You can change your mind later: withdraw here what you agreed to.")),
    )


def answered(session: Session, person_id: int, said: str, now: datetime) -> None:
    """Do nothing more: the answer itself is what `require` reads."""


def require(session: Session, person_id: int, age_band: str | None) -> None:
    """Refuse somebody under 13 who wants to write something before their guardian has agreed to that."""
    if age_band != CHILD:
        return
    asked = queries.request_of(session, ACCOUNT, person_id)
    if asked is None or asked.state != "agreed":
        raise Refused(
            "guardian-first",
            N_("Under 13 a parent or guardian agrees first. Tell us in your settings where we can write to them."),
            403,
        )


ACTION = Action(ACCOUNT, N_("taking part in talk"), describe, answered)
