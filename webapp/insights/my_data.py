"""What insights keep of people: which contests they looked at while signed in."""

from webapp.accounts.my_data.rooms import Holding, Room
from webapp.insights.models import ContestRegular
from webapp.kernel.refusal import N_

ROOM = Room(
    "insights",
    holdings=(Holding(ContestRegular.person_id, "gone", "visits"),),
    gone=(N_("Which contests you looked at."),),
)
