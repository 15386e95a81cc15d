"""Markdown people write, as HTML nobody can be hurt by: rendered, then cleaned by an allow-list."""

import html as entities
from collections.abc import Callable, Iterator, Sequence

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token
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
    "bdi",
}
MARKED = "mention"  # the class of what `render` was told to mark; nobody can write the tag themselves
_renderer = MarkdownIt("js-default", {"html": False, "linkify": False, "typographer": True, "breaks": True})
# Headings in a text begin below the page's own.
_DEEPER = {"h1": "h3", "h2": "h4", "h3": "h5", "h4": "h5", "h5": "h5", "h6": "h5"}

Mark = Callable[[str], Sequence[tuple[str, bool]]]
"""Cuts words into pieces, each with whether it is to be marked."""


def render(text: str, mark: Mark | None = None) -> Markup:
    """Return `text` as safe HTML; links get rel='nofollow noopener ugc', pictures are dropped.

    `mark` is asked about all words outside of code and links; what it marks stands in <bdi class="mention">.
    """
    tokens = _renderer.parse(text or "")
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = _DEEPER[token.tag]
        if mark and token.type == "inline":
            token.children = list(_marked(token.children or [], mark))
    html = _renderer.renderer.render(tokens, _renderer.options, {})
    clean = nh3.clean(
        html,
        tags=TAGS,
        attributes={"a": {"href"}, "*": set()},
        allowed_classes={"bdi": {MARKED}},
        url_schemes={"http", "https", "mailto"},
        link_rel="nofollow noopener ugc",
    )
    return Markup(clean)


def words(text: str) -> list[str]:
    """Return the words of `text` outside of code and links, in the pieces that `render` would give to `mark`."""
    inlines = [token.children or [] for token in _renderer.parse(text or "") if token.type == "inline"]
    return [child.content for children in inlines for child, is_plain in _plain(children) if is_plain]


def plain(text: str, limit: int = 200) -> str:
    """Return the words of `text` without markup, cut at `limit` characters, for cards and subjects."""
    said = entities.unescape(nh3.clean(str(render(text)), tags=set()))  # words, not HTML: whoever shows them escapes
    one_line = " ".join(said.split())
    return one_line if len(one_line) <= limit else one_line[: limit - 1].rsplit(" ", 1)[0] + "…"


def _plain(children: Sequence[Token]) -> Iterator[tuple[Token, bool]]:
    """Yield each token with whether it is words outside of a link."""
    links = 0
    for child in children:
        links += {"link_open": 1, "link_close": -1}.get(child.type, 0)
        yield child, child.type == "text" and not links


def _marked(children: Sequence[Token], mark: Mark) -> Iterator[Token]:
    for child, is_plain in _plain(children):
        if not is_plain:
            yield child
            continue
        for piece, is_marked in mark(child.content):
            if is_marked:
                yield Token("mark_open", "bdi", 1, attrs={"class": MARKED})
            yield Token("text", "", 0, content=piece)
            if is_marked:
                yield Token("mark_close", "bdi", -1)
