"""What contests keep of people: who of a team made, published or changed one, by number."""

from contests.models import Contest, ContestChange
from webapp.accounts.my_data.rooms import Holding, Room

ROOM = Room(
    "contests",
    holdings=(
        Holding(Contest.created_by, "kept"),
        Holding(Contest.published_by, "kept"),
        Holding(Contest.cancelled_by, "kept"),
        Holding(ContestChange.by_id, "kept"),
    ),
)
