"""Finding @names in words. Pure: it knows names, not people.

A name is written `@name` or, with gaps or signs in it, `@[name as it is]`; `@Name with gaps` is found as well, as the
longest name that fits. Names are compared folded: without case, accents of typing, and signs one can't see.
"""

import unicodedata
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta

MOST = 5  # people mentioned by one text
TOLD_AN_HOUR = 20  # people who hear of one author's mentions within `HOUR`
HOUR = timedelta(hours=1)
LONGEST = 80  # characters of a name as it is written
SIGNS = 20  # @ looked at in one piece of a text: a wall of them costs a reader nothing
_SAME = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "\\": None})


@dataclass(frozen=True)
class Found:
    """A name that stands in words, from `start` (its @) to before `end`; `name` is folded."""

    start: int
    end: int
    name: str


def fold(name: str) -> str:
    """Return a name to compare by: no case, no invisible signs, one gap between words, typed quotes and dashes."""
    seen = "".join(c for c in unicodedata.normalize("NFKC", name) if unicodedata.category(c) != "Cf")
    return " ".join(unicodedata.normalize("NFKC", seen.translate(_SAME).casefold()).split())


def unambiguous(people: Iterable[tuple[int, str]]) -> dict[str, int]:
    """Return folded name -> person; names that two of them bear, or that fold to nothing, are left out."""
    found: dict[str, set[int]] = {}
    for person_id, name in people:
        found.setdefault(fold(name), set()).add(person_id)
    return {name: next(iter(bearers)) for name, bearers in found.items() if name and len(bearers) == 1}


def find(words: str, names: Collection[str], signs: int = SIGNS) -> list[Found]:
    """Return where folded `names` are mentioned in words, from left to right; none lies on another."""
    found: list[Found] = []
    if names:
        for start in _signs(words, signs):
            here = _name_at(words, start, names) if not found or start >= found[-1].end else None
            if here:
                found.append(here)
    return found


def mentioned(pieces: Iterable[str], names: Collection[str]) -> list[str]:
    """Return the folded names mentioned in the pieces of a text, each once, in their order, at most `MOST`."""
    order = dict.fromkeys(each.name for piece in pieces for each in find(piece, names))
    return list(order)[:MOST]


def cut(words: str, names: Collection[str]) -> list[tuple[str, bool]]:
    """Return words in pieces, each with whether it is a mention; of `@[a name]` the brackets are left out."""
    pieces: list[tuple[str, bool]] = []
    at = 0
    for each in find(words, names):
        pieces += [(words[at : each.start], False), ("@" + _inside(words[each.start + 1 : each.end]), True)]
        at = each.end
    return [(piece, marked) for piece, marked in [*pieces, (words[at:], False)] if piece]


def replaced(words: str, name: str, by: str) -> str:
    """Return words in which who is mentioned as `name` (folded) is called `by` instead."""
    for each in reversed(find(words, [name], len(words))):
        words = f"{words[: each.start]}@{by}{words[each.end :]}"
    return words


def _signs(words: str, most: int) -> Iterator[int]:
    """Yield where an @ may begin a mention: not inside an address, a path or another sign."""
    at, seen = words.find("@"), 0
    while at >= 0 and seen < most:
        before = words[at - 1 : at]
        if not (before and (_in_word(before) or before in "/@.")):
            yield at
        seen += 1
        at = words.find("@", at + 1)


def _name_at(words: str, start: int, names: Collection[str]) -> Found | None:
    """Return the longest name behind the @ at `start`, None when there is none."""
    bracketed = words[start + 1 : start + 2] == "["
    first = start + (2 if bracketed else 1)
    last = min(len(words), first + LONGEST)
    ahead = fold(words[first:last])
    if words[first : first + 1].isspace() or not any(ahead.startswith(name) for name in names):
        return None
    for end in range(last, first, -1):
        fits = words[end : end + 1] == "]" if bracketed else _ends(words, end)
        if fits and (name := fold(words[first:end])) in names:
            return Found(start, end + bracketed, name)
    return None


def _ends(words: str, end: int) -> bool:
    return not words[end - 1].isspace() and not (end < len(words) and _in_word(words[end]))


def _in_word(c: str) -> bool:
    return c.isalnum() or c == "_" or unicodedata.category(c)[0] == "M"


def _inside(written: str) -> str:
    return written[1:-1] if written.startswith("[") and written.endswith("]") else written
