"""Pabulib .pb: the votes of participatory budgets.

Three tables, META, PROJECTS, VOTES, with semicolons. `vote_type` says what a vote is: approval (choose-1 too),
ordinal (a ranking), scoring and cumulative (points beside the projects). Costs and the budget decide nothing
here: the votes are counted. A design is called by the project's name, by its number where there is none.
"""

import csv
import io

from voting.ballot_files.box import Box, once
from voting.ballot_files.malformed import Malformed, number, shown, whole
from voting.methods.election import Election

KINDS = {
    "approval": "approval",
    "choose-1": "approval",
    "ordinal": "ranked",
    "scoring": "score",
    "cumulative": "score",
}
Row = tuple[int, list[str]]


def looks_like(text: str) -> bool:
    """Return whether the first line is META."""
    return text.lstrip().split("\n", 1)[0].strip().rstrip(";").upper() == "META"


def read(text: str) -> Election:
    """Return the election; raises Malformed."""
    tables = _tables(text)
    meta = {row[0].strip().lower(): (line, row[1].strip()) for line, row in tables["META"][1:] if len(row) > 1}
    line, type_ = meta.get("vote_type", (1, "approval"))
    if type_.lower() not in KINDS:
        raise Malformed(line, f"votes of the type {shown(type_)} are unknown")
    kind = KINDS[type_.lower()]
    box = Box()
    box.title = meta.get("description", (0, ""))[1]
    numbers = _projects(tables["PROJECTS"], box)
    _check(meta, "num_projects", len(tables["PROJECTS"]) - 1)
    _votes(tables["VOTES"], numbers, box, kind)
    _check(meta, "num_votes", len(tables["VOTES"]) - 1)
    return box.election(kind)


def _tables(text: str) -> dict[str, list[Row]]:
    """Return the rows of each table, the head of its columns first."""
    tables: dict[str, list[Row]] = {}
    here: list[Row] | None = None
    reader = csv.reader(io.StringIO(text), delimiter=";", skipinitialspace=True)
    try:
        for row in reader:
            name = row[0].strip().upper() if row else ""
            if name in ("META", "PROJECTS", "VOTES") and not any(cell.strip() for cell in row[1:]):
                here = tables.setdefault(name, [])
            elif any(cell.strip() for cell in row):
                if here is None:
                    raise Malformed(reader.line_num, "the file has to start with META")
                here.append((reader.line_num, row))
    except csv.Error as bad:
        raise Malformed(reader.line_num, f"no table: {bad}") from None
    for name in ("META", "PROJECTS", "VOTES"):
        if not tables.get(name):
            raise Malformed(max(1, reader.line_num), f"the table {name} is missing")
    return tables


def _column(rows: list[Row], name: str, due: bool = True) -> int | None:
    line, head = rows[0]
    names = [cell.strip().lower() for cell in head]
    if name in names:
        return names.index(name)
    if due:
        raise Malformed(line, f"the column {name} is missing")
    return None


def _cell(row: list[str], column: int | None) -> str:
    return row[column].strip() if column is not None and column < len(row) else ""


def _projects(rows: list[Row], box: Box) -> dict[str, int]:
    key, name = _column(rows, "project_id"), _column(rows, "name", due=False)
    numbers: dict[str, int] = {}
    for line, row in rows[1:]:
        project = _cell(row, key)
        if not project or project in numbers:
            raise Malformed(line, f"the project {shown(project)} has no number of its own")
        numbers[project] = len(box.names)
        box.names.append(_cell(row, name) or project)
    often = {each for each in box.names if box.names.count(each) > 1} if len(box.names) < 5000 else set()
    box.names = [
        f"{each} ({project})" if each in often else each for project, each in zip(numbers, box.names, strict=True)
    ]
    return numbers


def _votes(rows: list[Row], numbers: dict[str, int], box: Box, kind: str) -> None:
    vote = _column(rows, "vote")
    points = _column(rows, "points", due=kind == "score")
    head = len(rows[0][1])
    for line, row in rows[1:]:
        if len(row) > head:
            raise Malformed(line, f"{len(row)} cells, where the table has {head} columns")
        if vote is None or len(row) <= vote:
            raise Malformed(line, "the row ends before its vote")
        chosen = [word.strip() for word in row[vote].split(",") if word.strip()]
        designs = [_project(word, numbers, line) for word in chosen]
        once(designs, box.names, line)
        if kind == "approval":
            box.approve(designs, 1)
        elif kind == "ranked":
            box.rank(tuple((design,) for design in designs), 1)
        else:
            given = [word for word in _cell(row, points).split(",") if word.strip()]
            if len(given) != len(designs):
                raise Malformed(line, f"{len(designs)} projects, but {len(given)} times points")
            box.score({design: number(word, line, "points") for design, word in zip(designs, given, strict=True)}, 1)


def _project(word: str, numbers: dict[str, int], line: int) -> int:
    if word not in numbers:
        raise Malformed(line, f"there is no project {shown(word)}")
    return numbers[word]


def _check(meta: dict[str, tuple[int, str]], key: str, found: int) -> None:
    if key in meta and meta[key][1]:
        line, due = meta[key]
        if whole(due, line, key) != found:
            raise Malformed(line, f"{due} are announced as {key}, {found} are there")
