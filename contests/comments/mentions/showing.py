"""Words in which people are mentioned, as HTML."""

from collections.abc import Collection
from functools import partial

from markupsafe import Markup

from contests.comments.mentions import rules
from webapp.infra import markdown


def html(words: str, names: Collection[str]) -> Markup:
    """Return Markdown as safe HTML in which `names` (folded) are marked where they are mentioned."""
    return markdown.render(words, partial(rules.cut, names=names) if names else None)
