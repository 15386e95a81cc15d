"""What a page is made of, apart from the words on it: to see whether words became anything else than words."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from html.parser import HTMLParser

from webapp.infra.markdown import TAGS

WORDS = frozenset(("alt", "title", "aria-label", "placeholder", "value", "content", "label", "data-title", "data-copy"))
"""Attributes that people's words may stand in."""
MADE = re.compile(r"[0-9a-f]{16,}|[\w-]{24}|[\w-]{60,}[.][\w.-]+")
"""Tokens and keys: another at each look."""
PROSE = frozenset({"prose"})
"""The class of a box whose inside is Markdown."""
EMPTY = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
)
SAFE = ("http", "https", "mailto")
SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):", re.IGNORECASE)


@dataclass
class Skeleton:
    """A page without its words: how often each element stands there, and each text, white space drawn together."""

    parts: Counter[str] = field(default_factory=Counter)
    texts: Counter[str] = field(default_factory=Counter)
    prose: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


def of(page: str) -> Skeleton:
    """Take a page, or a part of one, apart."""
    reader = _Reader()
    reader.feed(page)
    reader.close()
    reader.end()
    return reader.found


def words(text: str) -> str:
    """Return a text as a page shows it: white space drawn together."""
    return " ".join(text.split())


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found = Skeleton()
        self.text: list[str] = []
        self.deep = 0  # how many elements are open since the box of prose began; 0 outside
        self.inside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._judge(tag, attrs)
        if self.deep:
            self._in_prose(tag, attrs)
            return
        self.end()
        self.found.parts[f"{tag} {' '.join(sorted(self._shape(attrs)))}"] += 1
        for name, value in attrs:
            if name in WORDS and value and not MADE.fullmatch(value):
                self.found.texts[f"{tag}@{name}: {words(value)}"] += 1
        if PROSE & set((dict(attrs).get("class") or "").split()):
            self.deep = 1

    def handle_endtag(self, tag: str) -> None:
        if self.deep and tag not in EMPTY:
            self.deep -= 1
            if not self.deep:
                self.found.prose.append("".join(self.inside))
                self.inside = []
            return
        if not self.deep:
            self.end()

    def handle_data(self, data: str) -> None:
        if self.cdata_elem == "script":  # JSON for our own scripts, another at each look
            return
        (self.inside if self.deep else self.text).append(data)

    def handle_comment(self, data: str) -> None:
        self.found.parts[f"<!--{data}-->"] += 1

    def handle_decl(self, decl: str) -> None:
        self.found.parts[f"<!{decl}>"] += 1

    def unknown_decl(self, data: str) -> None:
        self.found.parts[f"<![{data}]>"] += 1

    def handle_pi(self, data: str) -> None:
        self.found.parts[f"<?{data}>"] += 1

    def end(self) -> None:
        """End the text that was being read."""
        text = words("".join(self.text))
        self.text = []
        if text:
            self.found.texts[text] += 1

    def _shape(self, attrs: list[tuple[str, str | None]]) -> list[str]:
        return [name if name in WORDS else f"{name}={(value or '').partition('?')[0]}" for name, value in attrs]

    def _judge(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name.startswith("on") or name in ("style", "srcdoc", "hx-on"):
                self.found.faults.append(f"<{tag} {name}={value!r}>")
            if name in ("href", "src", "action", "formaction", "xlink:href") and not _leads_somewhere_safe(value or ""):
                self.found.faults.append(f"<{tag} {name}={value!r}>")

    def _in_prose(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in EMPTY:
            self.deep += 1
        allowed = {"a": {"href", "rel"}, "bdi": {"class"}}.get(tag, set())
        if tag not in TAGS or {name for name, _ in attrs} - allowed:
            self.found.faults.append(f"in prose: <{tag} {attrs}>")


def _leads_somewhere_safe(address: str) -> bool:
    """Return whether a browser, which skips tabs, line ends and controls in front, finds no scheme that could run."""
    seen = re.sub(r"[\t\r\n]", "", address).lstrip("".join(map(chr, range(0x21))))
    scheme = SCHEME.match(seen)
    return scheme is None or scheme[1].lower() in SAFE
