"""What the design page asks: would you wear it, and in which size?"""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy.orm import Session

from contests.queries import ProductRow
from voting.wearing import queries
from voting.wearing.sizes import is_worn, offered


@dataclass(frozen=True)
class Ask:
    """The sizes offered, the one this reader has chosen, and whether it waits for a sign-in."""

    sizes: list[str]
    chosen: str | None
    pending: bool
    worn: bool


def ask(
    session: Session, submission_id: int, products: Collection[ProductRow], person_id: int | None, device_id: str
) -> Ask | None:
    """Return the question; None where the contest has no sizes. One statement."""
    sizes = offered(products)
    if not sizes:
        return None
    chosen = queries.chosen(session, submission_id, person_id, device_id)
    return Ask(sizes, chosen, chosen is not None and not person_id, is_worn(products))
