"""The tops of galleries in parts, as strangers see them, kept for as long as nobody commits anything.

Only where that can be asked for less than the cards themselves: of a file (`webapp.infra.standing`). PostgreSQL's one
small statement of what may be seen is as short as its question whether anything has changed.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from webapp.infra import replicas, standing
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


class Tops:
    """What one process has made."""

    def __init__(self) -> None:
        self.made: dict[tuple[object, ...], Top] = {}

    def of(self, ids: Sequence[int], slug: str, language: str, way: str) -> Top | None:
        """Return the cards of those of `ids` that are public at this moment; None when one was never written yet.

        slug, language, way: as `plain_cards` wants them.
        """
        stands = self._stands()
        key = (tuple(ids), slug, language, way)
        found = self.made.get(key) if stands else None
        if found and found.stands == stands:
            return found
        rows = queries.face_rows(ids)
        parts = plain_cards(rows, slug, language, way)
        if parts is None:
            return None
        top = Top([row[0] for row in rows], parts, stands)
        if stands:
            self._keep(key, top)
        return top

    def _keep(self, key: tuple[object, ...], top: Top) -> None:
        if len(self.made) >= MOST:
            self.made.clear()
        self.made[key] = top

    def _stands(self) -> Words | None:
        """Say how the database stands, before anything is read of it."""
        if replicas.engine() or db.engine.dialect.name != "sqlite":
            return None
        return standing.of_file(db.engine)
