"""The tops of galleries in parts, as strangers see them, kept for as long as nobody commits anything.

While somebody does, each is asked for anew: whether its designs may be seen, with all that their cards show.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from webapp.infra import kept, replicas, standing
from webapp.infra.db import db
from webapp.infra.standing import Words
from webapp.pages import queries
from webapp.pages.card_text import plain_cards

MOST = 500  # lists of parts that the cards share; an hour's 64 orders of a contest, in some languages


@dataclass(frozen=True)
class Top:
    """The designs that are shown, in their order, and their cards in parts."""

    ids: list[int]
    parts: list[bytes]
    stands: Words | None


def top_of(ids: Sequence[int], slug: str, language: str, way: str) -> Top | None:
    """Return the cards of those of `ids` that are public at this moment; None when one was never written yet.

    slug, language, way: as `plain_cards` wants them.
    """
    # How the database stands is asked before anything is read of it.
    stands = None if replicas.engine() else standing.words(db.engine)
    tops: dict[tuple[object, ...], Top] = kept.store("tops", MOST)
    key = (tuple(ids), slug, language, way)
    found = tops.get(key) if stands else None
    if found and found.stands == stands:
        return found
    rows = queries.face_rows(ids)
    parts = plain_cards(rows, slug, language, way)
    if parts is None:
        return None
    top = Top([row[0] for row in rows], parts, stands)
    if stands:
        tops[key] = top
    return top
