"""Our own format: one JSON object, described in docs/tally.md."""

import json
import re
from collections.abc import Iterator
from typing import Any, NoReturn

from voting.ballot_files.box import Box, once
from voting.ballot_files.malformed import MOST_DIGITS, Malformed, count, number, shown
from voting.methods.election import Election, Number

FORMAT = "fanmade-ballots"
KINDS = {"approval": "approve", "score": "scores", "ranked": "ranking", "pairs": "pair"}


def _is_text(text: str) -> bool:
    """Return whether a text can be written: JSON's escapes can name half of a pair."""
    return not any("\ud800" <= letter <= "\udfff" for letter in text)


def looks_like(text: str) -> bool:
    """Return whether the text is one JSON object of ours (or meant to be)."""
    return text.lstrip().startswith("{") and f'"{FORMAT}"' in text


def read(text: str) -> Election:
    """Return the election; raises Malformed."""
    return Reader(text).read()


class Reader:
    """The parsed object beside its text, which knows the lines."""

    def __init__(self, text: str) -> None:
        self.text = text
        try:
            self.data = json.loads(text, parse_float=str, parse_int=self._int, parse_constant=_no_constant)
        except json.JSONDecodeError as bad:
            raise Malformed(bad.lineno, f"no JSON: {bad.msg}") from None
        except (ValueError, RecursionError) as bad:
            raise Malformed(1, f"no JSON: {bad}") from None
        if not isinstance(self.data, dict):
            raise Malformed(1, "one JSON object is due")

    def read(self) -> Election:
        """Return the election."""
        data = self.data
        if data.get("format") != FORMAT or data.get("version") != 1:
            self._wrong("format", f'"format": "{FORMAT}" and "version": 1 are due')
        kind = data.get("kind")
        if kind not in KINDS:
            self._wrong("kind", f'"kind" has to be one of {", ".join(KINDS)}')
        box = Box(self._names("designs"))
        if len(set(box.names)) != len(box.names):
            self._wrong("designs", "two designs have the same name")
        self.number = {name: i for i, name in enumerate(box.names)}
        self._about(box)
        ballots = data.get("ballots")
        if not isinstance(ballots, list):
            self._wrong("ballots", '"ballots" has to be a list')
        for ballot, line in zip(ballots, self._lines(), strict=False):
            self._ballot(ballot, line, box, kind)
        return box.election(kind)

    def _int(self, digits: str) -> int:
        if len(digits) > MOST_DIGITS:
            line = self.text.count("\n", 0, self.text.index(digits)) + 1
            raise Malformed(line, f"a number is longer than {MOST_DIGITS} digits: {shown(digits)}")
        return int(digits)

    def _wrong(self, key: str, what: str) -> NoReturn:
        at = self.text.find(f'"{key}"')
        raise Malformed(self.text.count("\n", 0, max(at, 0)) + 1, what)

    def _names(self, key: str) -> list[str]:
        names = self.data.get(key, [] if key == "withdrawn" else None)
        if not isinstance(names, list) or not all(isinstance(name, str) and name for name in names):
            self._wrong(key, f'"{key}" has to be a list of names')
        if not all(map(_is_text, names)):
            self._wrong(key, f'"{key}" holds half a character, which nobody can print')
        return names

    def _about(self, box: Box) -> None:
        data = self.data
        box.title = str(data.get("title", ""))
        if not _is_text(box.title):
            self._wrong("title", '"title" holds half a character, which nobody can print')
        for name in self._names("withdrawn"):
            if name not in self.number:
                self._wrong("withdrawn", f"there is no design {shown(name)} to withdraw")
            box.withdrawn.add(self.number[name])
        seats = data.get("seats")
        if seats is not None and (type(seats) is not int or seats < 1):
            self._wrong("seats", '"seats" has to be a whole number above zero')
        box.seats = seats
        scale = data.get("scale")
        if scale is not None:
            if not isinstance(scale, list) or len(scale) != 2 or not all(type(each) is int for each in scale):
                self._wrong("scale", '"scale" has to be the lowest and the highest score')
            box.scale = scale[0], scale[1]
        seen = data.get("exposures", {})
        if not isinstance(seen, dict) or not all(type(each) is int and each >= 0 for each in seen.values()):
            self._wrong("exposures", '"exposures" has to give a whole number for each design')
        for name, often in seen.items():
            if name not in self.number:
                self._wrong("exposures", f"there is no design {shown(name)}")
            box.exposures[self.number[name]] = often

    def _lines(self) -> Iterator[int]:
        """Yield the line on which each ballot starts."""
        found = re.search(r'"ballots"\s*:\s*\[', self.text)
        decoder = json.JSONDecoder(parse_float=str)
        at, line, counted = found.end() if found else 0, 1, 0
        while True:
            while at < len(self.text) and self.text[at] in " \t\r\n,":
                at += 1
            line += self.text.count("\n", counted, at)
            counted = at
            yield line
            if at >= len(self.text) or self.text[at] == "]":
                return
            _value, at = decoder.raw_decode(self.text, at)

    def _ballot(self, ballot: Any, line: int, box: Box, kind: str) -> None:
        key = KINDS[kind]
        if not isinstance(ballot, dict) or key not in ballot:
            raise Malformed(line, f'a ballot of the kind {kind} needs "{key}"')
        weight = self._count(ballot.get("count", 1), line)
        said = ballot[key]
        if kind == "score":
            self._score(said, weight, line, box)
            return
        if not isinstance(said, list):
            raise Malformed(line, f'"{key}" has to be a list')
        groups = [each if isinstance(each, list) and kind == "ranked" else [each] for each in said]
        designs = tuple(tuple(sorted(self._design(name, line) for name in group)) for group in groups)
        flat = [design for group in designs for design in group]
        once(flat, box.names, line)
        if kind == "ranked":
            box.rank(tuple(group for group in designs if group), weight)
        elif kind == "approval":
            box.approve(flat, weight)
        elif len(flat) == 2:
            box.compare(flat[0], flat[1], weight, tie=ballot.get("tie") is True)
        else:
            raise Malformed(line, "a comparison needs two designs")

    def _score(self, said: Any, weight: Number, line: int, box: Box) -> None:
        if not isinstance(said, dict):
            raise Malformed(line, '"scores" has to give a score for each design')
        given = {}
        for name, value in said.items():
            design = self._design(name, line)
            if value is not None:
                given[design] = _number(value, line, f"the score of {shown(name)}")
                low, high = box.scale or (given[design], given[design])
                if not low <= given[design] <= high:
                    raise Malformed(line, f"the score of {shown(name)} is outside the scale")
        box.score(given, weight)

    def _count(self, value: Any, line: int) -> Number:
        found = _number(value, line, '"count"')
        return count(str(found), line, '"count"') if isinstance(found, int) else _above_zero(found, line)

    def _design(self, name: Any, line: int) -> int:
        if not isinstance(name, str) or name not in self.number:
            raise Malformed(line, f"there is no design {shown(str(name))}")
        return self.number[name]


def _number(value: Any, line: int, what: str) -> Number:
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise Malformed(line, f"{what} is not a number: {shown(str(value))}")
    return number(str(value), line, what)


def _above_zero(found: Number, line: int) -> Number:
    if found <= 0:
        raise Malformed(line, '"count" is not above zero')
    return found


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")
