"""Markdown people write, as HTML nobody can be hurt by: rendered, then cleaned by an allow-list."""

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup

TAGS = {
    "p",
    "br",
    "em",
    "strong",
    "ul",
    "ol",
    "li",
    "blockquote",
    "code",
    "pre",
    "a",
    "h3",
    "h4",
    "h5",
    "hr",
    "del",
}
_renderer = MarkdownIt("js-default", {"html": False, "linkify": False, "typographer": True, "breaks": True})
# Headings in a text begin below the page's own.
_DEEPER = {"h1": "h3", "h2": "h4", "h3": "h5", "h4": "h5", "h5": "h5", "h6": "h5"}


def render(text: str) -> Markup:
    """Return `text` as safe HTML; links get rel='nofollow noopener ugc', pictures are dropped."""
    tokens = _renderer.parse(text or "")
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = _DEEPER[token.tag]
    html = _renderer.renderer.render(tokens, _renderer.options, {})
    clean = nh3.clean(
        html,
        tags=TAGS,
        attributes={"a": {"href"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="nofollow noopener ugc",
    )
    return Markup(clean)


def plain(text: str, limit: int = 200) -> str:
    """Return the words of `text` without markup, cut at `limit` characters, for cards and subjects."""
    words = " ".join(nh3.clean(str(render(text)), tags=set()).split())
    return words if len(words) <= limit else words[: limit - 1].rsplit(" ", 1)[0] + "…"
