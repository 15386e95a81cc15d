"""The two doors to a pick desk: the artist's account, and a link on a phone. Each knows its own addresses."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from voting.pick_links_queries import LinkRow


@dataclass(frozen=True)
class Door:
    """Who stands at a desk and where it is; by a link, `person_id` is who made the link and answers for it."""

    base: str
    person_id: int
    link: LinkRow | None = None

    @property
    def link_id(self) -> int | None:
        """The link by which they came; None with an account."""
        return self.link.id if self.link else None

    @property
    def owner(self) -> str:
        """The name under which notes to oneself are kept: a link is another desk than its maker's own."""
        return f"link:{self.link.id}" if self.link else f"person:{self.person_id}"

    def desk(self, query: Mapping[str, Any]) -> str:
        """Return the desk, shown as the query says; its picks are posted there too."""
        return f"{self.base}?{urlencode(query)}" if query else self.base

    def confirm(self, code: str, query: Mapping[str, Any]) -> str:
        """Return where a pick is confirmed."""
        return f"{self.base}/{quote(code)}?{urlencode(query)}"

    def note(self, code: str, query: Mapping[str, Any]) -> str:
        """Return where a note to oneself is posted."""
        return f"{self.base}/{quote(code)}/note?{urlencode(query)}"

    @property
    def undo(self) -> str:
        """Where a pick is taken back."""
        return f"{self.base}/undo"

    @property
    def void(self) -> str:
        """Where an operator is asked to void an announced pick: with an account only."""
        return f"{self.base}/void"
