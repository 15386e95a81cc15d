"""BLT: what Hill, Wichmann and Woodall wrote down for transferable votes, with the usual extensions.

First line: designs and seats. Then withdrawn designs as negative numbers; ballots as weight, designs in order,
0; a single 0; names in quotes (a party in quotes may stand beside); the title. `2=4` are equal, `(2 4)` too; `-` is a
skipped rank (closed up); `# …` a comment; `(id)` before a ballot stands for the weight 1.
"""

import re
from collections.abc import Iterator

from voting.ballot_files.box import Box, once
from voting.ballot_files.malformed import Malformed, count, shown, whole
from voting.methods.election import Election, Number, Ranking

Line = tuple[int, str]
_COMMENT = re.compile(r'("(?:[^"\\]|\\.)*")|#.*')
_BALLOT_ID = re.compile(r"^\([^)]*\)")


def looks_like(text: str) -> bool:
    """Return whether the first words are two whole numbers alone on their line."""
    first = next(_lines(text), (0, ""))[1]
    return re.fullmatch(r"\d+\s+\d+", first) is not None


def read(text: str) -> Election:
    """Return the election; raises Malformed."""
    lines = _lines(text)
    last = max(1, len(text.splitlines()))
    first = next(lines, (1, ""))
    size, seats = _header(first)
    if size > len(text):
        raise Malformed(first[0], f"{size} designs are announced, more than the file has letters")
    box = Box(str(number) for number in range(1, size + 1))
    box.seats = seats
    if not _ballots(lines, box):
        raise Malformed(last, "the list of ballots does not end with a 0 of its own")
    _names(list(lines), box, last)
    return box.election("ranked")


def _lines(text: str) -> Iterator[Line]:
    for number, raw in enumerate(text.splitlines(), 1):
        line = _COMMENT.sub(lambda found: found.group(1) or "", raw).strip() if "#" in raw else raw.strip()
        if line:
            yield number, line


def _header(first: Line) -> tuple[int, int]:
    number, line = first
    parts = line.split()
    if len(parts) != 2:
        raise Malformed(number, "the first line has to be the number of designs and of seats")
    return whole(parts[0], number, "the number of designs"), whole(parts[1], number, "the number of seats")


def _ballots(lines: Iterator[Line], box: Box) -> bool:
    """Put all ballots into the box; returns whether the closing 0 was found."""
    size = len(box.names)
    single = {str(number): (number - 1,) for number in range(1, size + 1)}
    started = False
    for number, line in lines:
        words = line.split()
        if words == ["0"]:
            return True
        if words[0].startswith("-") and words[0] != "-" and not started:
            box.withdrawn.update(_withdrawn(word, size, number) for word in words)
            continue
        started = True
        try:  # the plain ballot, of which there may be hundreds of thousands
            if words[-1] != "0" or not words[0].isdecimal() or words[0] == "0" or len(words[0]) > 18:
                raise KeyError
            groups: Ranking = tuple([single[word] for word in words[1:-1]])
            weight: Number = int(words[0])
            if len(set(groups)) != len(groups):
                raise KeyError
        except KeyError:
            for weight, groups in _unusual(line, box, number):
                box.rank(groups, weight)
        else:
            box.rank(groups, weight)
    return False


def _withdrawn(word: str, size: int, line: int) -> int:
    if not word.startswith("-"):
        raise Malformed(line, f"only withdrawn designs may stand here, each with a minus: {shown(word)}")
    design = whole(word.removeprefix("-"), line, "a withdrawn design")
    if not 1 <= design <= size:
        raise Malformed(line, f"there is no design {design} to withdraw: there are {size}")
    return design - 1


def _unusual(line: str, box: Box, number: int) -> Iterator[tuple[Number, Ranking]]:
    """Read a line with ties, skips, a ballot id, a fractional weight, or several ballots."""
    rest = " ".join(line.split())
    while rest:
        rest, weight = _weight(rest, number)
        groups: list[tuple[int, ...]] = []
        while True:
            if not rest:
                raise Malformed(number, "the ballot does not end with 0")
            part, rest = _part(rest, number)
            if part == "0":
                break
            if part != "-":
                groups.append(tuple(sorted(_design(each, box, number) for each in part.split("="))))
        once((design for group in groups for design in group), box.names, number)
        yield weight, tuple(groups)


def _weight(rest: str, number: int) -> tuple[str, Number]:
    if found := _BALLOT_ID.match(rest):
        return rest[found.end() :].strip(), 1
    word, _, left = rest.partition(" ")
    return left.strip(), count(word, number, "the weight of the ballot")


def _part(rest: str, number: int) -> tuple[str, str]:
    """Return the next rank of a ballot and what follows; (2 4) is read as 2=4."""
    if rest.startswith("("):
        inside, closed, left = rest[1:].partition(")")
        if not closed or not inside.split():
            raise Malformed(number, "a bracket of equal ranks is not closed, or empty")
        return "=".join(inside.replace("=", " ").split()), left.strip()
    found = re.match(r"\S+?(?=\(|\s|$)(?:\s*=\s*[^\s=]+)*", rest)
    word = found.group(0) if found else rest
    return re.sub(r"\s*=\s*", "=", word), rest[len(word) :].strip()


def _design(word: str, box: Box, line: int) -> int:
    design = whole(word, line, "a design of the ballot")
    if not 1 <= design <= len(box.names):
        raise Malformed(line, f"there is no design {design}: there are {len(box.names)}")
    return design - 1


def _names(lines: list[Line], box: Box, last: int) -> None:
    read = [(number, _quoted(line, number)) for number, line in lines]
    if 1 < len(box.names) < len(read) and all(len(each) > 1 for _number, each in read[: len(box.names)]):
        read = [(number, [f"{each[0]} ({', '.join(each[1:])})"] if each[1:] else each) for number, each in read]
    found = [(number, name) for number, each in read for name in each]
    if len(found) < len(box.names):
        raise Malformed(last, f"{len(box.names)} names are due after the ballots, {len(found)} are there")
    for number, name in found[: len(box.names)]:
        if not name:
            raise Malformed(number, "the name of a design is empty")
    size = len(box.names)
    box.names = [name for _number, name in found[:size]]
    box.title = found[size][1] if len(found) > size else ""


def _quoted(line: str, number: int) -> list[str]:
    """Return the names on a line: one or more in quotes, or the whole line without them."""
    if not line.startswith('"'):
        return [line]
    names = re.findall(r'"((?:[^"\\]|\\.)*)"', line)
    if re.sub(r'"(?:[^"\\]|\\.)*"', "", line).strip():
        raise Malformed(number, f"a quotation mark is not closed: {shown(line)}")
    return [name.replace('\\"', '"').strip() for name in names]
