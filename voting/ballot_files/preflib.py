"""PrefLib: soc, soi (strict orders), toc, toi (orders with ties), cat (categories).

Modern files start with `# KEY: value`; legacy ones with the number of designs, a line `number,name` for each,
and `voters,sum of counts,different orders`. A ballot line is `count: 1,{2,3},4` (legacy `count,1,{2,3},4`).
In a cat file each group is a category, `{}` an empty one: the first category is approval, the order of all is a
ranking; where all categories are named by numbers they are scores.
"""

import re
from collections.abc import Iterator

from voting.ballot_files.box import Box, once
from voting.ballot_files.malformed import Malformed, count, number, shown, whole
from voting.methods.election import Election, Number, Ranking

TYPES = ("soc", "soi", "toc", "toi", "cat")
Line = tuple[int, str]
_NAME = re.compile(r"(ALTERNATIVE|CATEGORY) NAME (\d+)")
_GROUP = re.compile(r"\{[^{}]*\}|[^{},]+")


def looks_like(text: str) -> str | None:
    """Return the type of a PrefLib file by its content: one of TYPES, or None for another file."""
    if found := re.search(r"^#\s*DATA TYPE:\s*(\w+)", text, re.MULTILINE):
        return found.group(1).lower() if found.group(1).lower() in TYPES else None
    if re.search(r"^#\s*NUMBER ALTERNATIVES:", text, re.MULTILINE):
        return "cat" if re.search(r"^#\s*NUMBER CATEGORIES:", text, re.MULTILINE) else "toi"
    return "toi" if re.match(r"\s*\d+\s*\n\s*1\s*,", text) else None


def read(text: str, type_: str) -> Election:
    """Return the election of a file of one of TYPES; raises Malformed."""
    lines = [(n, line.strip()) for n, line in enumerate(text.splitlines(), 1) if line.strip()]
    if not lines:
        raise Malformed(1, "the file is empty")
    head = Head()
    body = head.modern(lines) if lines[0][1].startswith("#") else head.legacy(lines)
    box = Box(head.names)
    box.title = head.title
    if type_ == "cat":
        return _categories(body, box, head)
    known: dict[str, tuple[int, ...]] = {str(n): (n - 1,) for n in range(1, len(box.names) + 1)}
    voters: Number = 0
    for line, weight, rest in _split(body):
        voters += weight
        box.rank(_order(line, rest, box, known, type_), weight)
    head.check(voters)
    return box.election("ranked")


class Head:
    """What stands before the ballots."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.categories: list[str] = []
        self.title = ""
        self.voters: tuple[int, int] | None = None

    def modern(self, lines: list[Line]) -> Iterator[Line]:
        """Read the lines with #; returns those after them."""
        named: dict[str, dict[int, str]] = {"ALTERNATIVE": {}, "CATEGORY": {}}
        due: dict[str, tuple[int, int]] = {}
        for line, text in lines:
            if not text.startswith("#"):
                break
            key, colon, value = text.lstrip("# ").partition(":")
            if found := _NAME.fullmatch(key.strip()):
                named[found.group(1)][whole(found.group(2), line, key.strip())] = value.strip()
            elif colon and key.startswith("NUMBER "):
                due[key.strip()] = line, whole(value, line, key.strip())
            elif key == "TITLE":
                self.title = value.strip()
        self.names = _in_order(named["ALTERNATIVE"], due.get("NUMBER ALTERNATIVES"), lines[0][0], "designs")
        self.categories = _in_order(named["CATEGORY"], due.get("NUMBER CATEGORIES"), lines[0][0], "categories")
        self.voters = due.get("NUMBER VOTERS")
        return (each for each in lines if not each[1].startswith("#"))

    def legacy(self, lines: list[Line]) -> Iterator[Line]:
        """Read the head of numbers; returns the lines after it."""
        size = whole(lines[0][1], lines[0][0], "the number of designs")
        if len(lines) < size + 2:
            raise Malformed(lines[-1][0], f"the file ends before {size} names and the line of totals")
        for position, (line, text) in enumerate(lines[1 : size + 1], 1):
            first, comma, name = text.partition(",")
            if not comma or first.strip() != str(position):
                raise Malformed(line, f"'{position},name' is due here, not {shown(text)}")
            self.names.append(name.strip().strip('"'))
        line, text = lines[size + 1]
        totals = [whole(part, line, "a total") for part in text.split(",")]
        if len(totals) != 3:
            raise Malformed(line, "three totals are due here: voters, sum of counts, different orders")
        self.voters = line, totals[1]
        return iter(lines[size + 2 :])

    def check(self, voters: Number) -> None:
        """Raise Malformed when the ballots don't add up to the number the head gives: something is missing."""
        if self.voters is not None and self.voters[1] != voters:
            line, due = self.voters
            raise Malformed(line, f"{due} voters are announced, the ballots add up to {voters}")


def _in_order(named: dict[int, str], due: tuple[int, int] | None, first: int, what: str) -> list[str]:
    line, size = due or (first, len(named))
    if len(named) != size or sorted(named) != list(range(1, size + 1)):
        raise Malformed(line, f"{size} {what} are announced, {len(named)} are named")
    return [named[position] for position in range(1, size + 1)]


def _split(body: Iterator[Line]) -> Iterator[tuple[int, Number, str]]:
    for line, text in body:
        first, colon, rest = text.partition(":")
        if not colon:
            first, colon, rest = text.partition(",")
        yield line, count(first, line), rest.strip()


def _order(line: int, rest: str, box: Box, known: dict[str, tuple[int, ...]], type_: str) -> Ranking:
    groups: Ranking = tuple(group for group in _groups(line, rest, box, known) if group)
    placed = sum(map(len, groups))
    if len({design for group in groups for design in group}) != placed:
        once((design for group in groups for design in group), box.names, line)
    if type_[0] == "s" and placed != len(groups):
        raise Malformed(line, f"an order with ties, in a file of strict orders ({type_})")
    if type_[2] == "c" and placed != len(box.names):
        raise Malformed(line, f"an incomplete order, in a file of complete orders ({type_})")
    return groups


def _groups(line: int, rest: str, box: Box, known: dict[str, tuple[int, ...]]) -> list[tuple[int, ...]]:
    """Return the groups of a ballot; `known` remembers groups met before, of which there are few."""
    plain = rest.replace(" ", "")
    if not plain:
        return []
    words = _GROUP.findall(plain) if "{" in plain else plain.split(",")
    if ",".join(words) != plain or "" in words:
        raise Malformed(line, f"groups of designs with commas between are due here: {shown(rest)}")
    groups = []
    for word in words:
        if word not in known:
            inside = [each for each in word.strip("{}").split(",") if each]
            known[word] = tuple(sorted(_design(each, box, line) for each in inside))
        groups.append(known[word])
    return groups


def _design(word: str, box: Box, line: int) -> int:
    design = whole(word, line, "a design of the ballot")
    if not 1 <= design <= len(box.names):
        raise Malformed(line, f"there is no design {design}: there are {len(box.names)}")
    return design - 1


def _categories(body: Iterator[Line], box: Box, head: Head) -> Election:
    given = _as_numbers(head.categories)
    voters: Number = 0
    known: dict[str, tuple[int, ...]] = {}
    for line, weight, rest in _split(body):
        groups = _groups(line, rest, box, known)
        if head.categories and len(groups) > len(head.categories):
            raise Malformed(line, f"{len(groups)} categories, where {len(head.categories)} are announced")
        once((design for group in groups for design in group), box.names, line)
        voters += weight
        if given:
            box.score({design: given[i] for i, group in enumerate(groups) for design in group}, weight)
        else:
            box.approve(groups[0] if groups else (), weight)
            box.rank(tuple(group for group in groups if group), weight)
    head.check(voters)
    if given:
        box.scale = min(given), max(given)
    return box.election("score" if given else "approval")


def _as_numbers(categories: list[str]) -> list[Number]:
    try:
        return [number(name, 1, "a category") for name in categories]
    except Malformed:
        return []
