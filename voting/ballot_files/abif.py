"""ABIF, the aggregated ballot information format: `42:Memph/5>Nash=Chat`.

`{...}` lines are about the election, `=Nash:[Nashville, TN]` names a design, `#` starts a comment. `>` is before,
`=` equal; a comma sets no order of its own: rated designs follow their ratings, others are equal. `/5` is a rating;
a file with ratings is an election of scores that keeps the order its lines give. `27:` are blank ballots; `27*` is the
older way to write `27:`. Names in brackets or quotes may hold any sign. A ballot's own data, `: {...}` at its end, is
passed over.
"""

import re

from voting.ballot_files.box import Box, once
from voting.ballot_files.malformed import Malformed, count, number, shown
from voting.methods.election import Election, Number, Ranking, ranked_by_score

_NAMED = re.compile(
    r"=\s*(?:\[(?P<full>[^\]]*)\]|\"(?P<quoted>[^\"]*)\"|(?P<short>[^:\[\]]+?))"
    r"\s*:\s*(?:\[(?P<name>[^\]]*)\]|(?P<bare>.*))$"
)
_ABOUT = re.compile(r"""^\{\s*["']?(?P<key>\w+)["']?\s*:\s*(?:"(?P<text>.*)"|(?P<plain>[^"]*?))\s*\}$""")
_MARK = re.compile(
    r"\s*(?:\[(?P<full>[^\]]*)\]|\"(?P<quoted>[^\"]*)\"|(?P<short>[^\[\]>=,/]+?))"
    r"\s*(?:/\s*(?P<rating>[^\s>=,]+))?\s*(?P<next>[>=,]|$)"
)
_SIGN = re.compile(r"([>=,])")
_COMMENT = re.compile(r"""(\[[^\]]*\]|"[^"]*")|#.*""")
_BALLOT = re.compile(r"^\s*\d[\d.]*\s*[:*]")
_COUNTED = re.compile(r"([^:*]*)[:*](.*)")
_OWN_DATA = re.compile(r"\s*:\s*\{.*\}$")

Mark = tuple[int, Number | None, str]  # the design, its rating, the sign behind it


def looks_like(text: str) -> bool:
    """Return whether the first line that is no comment is one of ABIF's."""
    for line in text.splitlines():
        plain = line.strip()
        if plain and not plain.startswith("#"):
            return bool(_ABOUT.match(plain) or _NAMED.match(plain) or _BALLOT.match(plain))
    return False


def read(text: str) -> Election:
    """Return the election; raises Malformed."""
    return Reader().read(text)


class Reader:
    """The designs met so far, by the words that stand for them, and the box."""

    def __init__(self) -> None:
        self.box = Box()
        self.known: dict[str, int] = {}
        self.marks: dict[str, tuple[int, Number | None]] = {}
        self.low: Number | None = None
        self.high: Number | None = None
        self.rated = False

    def read(self, text: str) -> Election:
        """Read all lines."""
        for line, raw in enumerate(text.splitlines(), 1):
            plain = raw.strip()
            if plain.startswith("{"):
                self._about(plain, line)
                continue
            plain = _COMMENT.sub(lambda found: found.group(1) or "", plain).strip() if "#" in plain else plain
            if plain.startswith("="):
                self._name(plain, line)
            elif plain:
                self._ballots(plain, line)
        box = self.box
        given = [score for paper in box.scored for _design, score in paper]
        low = self.low if self.low is not None else min([0, *given])
        box.scale = min([low, *given]), self.high if self.high is not None else max([5, *given])
        return box.election("score" if self.rated else "ranked")

    def _about(self, plain: str, line: int) -> None:
        found = _ABOUT.match(plain)
        if not found:
            raise Malformed(line, f"a line in curly brackets has to be {{key: value}}: {shown(plain)}")
        key, value = found.group("key"), found.group("text") or found.group("plain") or ""
        if key == "title":
            self.box.title = value
        elif key in ("min_rating", "max_rating") and value != "null":
            rating = number(value, line, key)
            self.low, self.high = (rating, self.high) if key == "min_rating" else (self.low, rating)

    def _name(self, plain: str, line: int) -> None:
        found = _NAMED.match(plain)
        if not found:
            raise Malformed(line, f"a line '=short:[full name]' is due here: {shown(plain)}")
        if found.group("full") is not None:  # the older order: =[full name]:short
            full, short = found.group("full"), found.group("bare") or found.group("name") or ""
        else:
            short = found.group("quoted") or found.group("short") or ""
            full = found.group("name") or found.group("bare") or ""
        short, full = short.strip(), full.strip()
        design = self._design(short or full, line)
        if full:
            self.box.names[design] = full
            self.known.setdefault(full, design)

    def _design(self, word: str, line: int) -> int:
        if not word.strip():
            raise Malformed(line, "the name of a design is empty")
        if word not in self.known:
            self.known[word] = len(self.box.names)
            self.box.names.append(word)
        return self.known[word]

    def _ballots(self, plain: str, line: int) -> None:
        found = _COUNTED.fullmatch(plain)
        if not found:
            raise Malformed(line, f"'number:ballot' is due here: {shown(plain)}")
        weight = count(found.group(1), line)
        marks = self._marks(_OWN_DATA.sub("", found.group(2)).strip(), line)
        if len({design for design, _rating, _sign in marks}) != len(marks):
            once((design for design, _rating, _sign in marks), self.box.names, line)
        ratings = {design: rating for design, rating, _sign in marks if rating is not None}
        self.rated = self.rated or bool(ratings)
        self.box.rank(_ranking(marks, ratings), weight)
        self.box.score(ratings, weight)

    def _marks(self, rest: str, line: int) -> list[Mark]:
        """Return the marks of a ballot; those met before are remembered: there are far fewer than ballots."""
        if "[" not in rest and '"' not in rest:
            parts = _SIGN.split(rest)
            if all(part in self.marks for part in parts[::2]):
                signs = [*parts[1::2], ""]
                return [(*self.marks[part], sign) for part, sign in zip(parts[::2], signs, strict=True)]
        marks: list[Mark] = []
        at = 0
        while at < len(rest):
            found = _MARK.match(rest, at)
            if not found or (found.group("next") and found.end() == len(rest)):
                raise Malformed(line, f"a design is due here: {shown(rest[at:])}")
            word = next(each for each in found.group("full", "quoted", "short") if each is not None).strip()
            if (found.group("short") or "").startswith('"'):
                raise Malformed(line, f"a quotation mark is not closed: {shown(rest[at:])}")
            rating = found.group("rating")
            value = None if rating is None else number(rating, line, "a rating")
            if value is not None and self.high is not None and value > self.high:
                raise Malformed(line, f"the rating {rating} is above the highest, {self.high}")
            design = self._design(word, line)
            self.marks[rest[at : found.start("next")]] = design, value
            marks.append((design, value, found.group("next")))
            at = found.end()
        return marks


def _ranking(marks: list[Mark], ratings: dict[int, Number]) -> Ranking:
    if len(ratings) == len(marks) and any(sign == "," for *_mark, sign in marks):
        order = sorted(ratings)
        groups = ranked_by_score(tuple(ratings[design] for design in order))
        return tuple(tuple(order[i] for i in group) for group in groups)
    found: list[list[int]] = []
    apart = True
    for design, _rating, sign in marks:
        if apart:
            found.append([])
        found[-1].append(design)
        apart = sign == ">"
    return tuple(tuple(sorted(group)) for group in found)
