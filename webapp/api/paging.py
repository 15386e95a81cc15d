"""Pages by key: `after` is what the page before called `next`."""

from collections.abc import Mapping, Sequence
from typing import Any

from webapp.api.parsing import Shape, Text, Whole

MOST = 100


class PageQuery(Shape):
    """Which page of a list."""

    after = Whole(1, spoken=True, load_default=None, metadata={"description": "The `next` of the page before"})
    limit = Whole(1, MOST, spoken=True, load_default=24)


class ArtistPageQuery(PageQuery):
    """Which page of a list, perhaps of one artist only."""

    artist = Text(0, 60, load_default="")


class SearchQuery(PageQuery):
    """Which page of what was looked for."""

    q = Text(0, 80, load_default="")


def cut(ids: Sequence[int], query: Mapping[str, Any]) -> tuple[Sequence[int], str | None]:
    """Return the page's ids, of one more than its size, and the key of the next page."""
    size = query["limit"]
    return ids[:size], str(ids[size - 1]) if len(ids) > size else None
