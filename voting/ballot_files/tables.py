"""CSV: scores with a column for each design, or pairs with the columns winner and loser.

Scores: the first row names the designs; a row is a ballot, an empty cell stays blank. Columns called voter, id,
date and the like are passed over, `count` (or weight, ballots) says how many such ballots there are.
Pairs: columns winner and loser, `count` and `tie` if need be (anything but empty, 0 and no is a tie).
Separated by commas, semicolons or tabs.
"""

import csv
import io

from voting.ballot_files.box import Box
from voting.ballot_files.malformed import Malformed, count, number, shown
from voting.methods.election import Election

PASSED_OVER = {"voter", "voterid", "ballot", "ballotid", "id", "date", "time", "timestamp", "pollid", "", "#"}
WEIGHT = {"count", "weight", "ballots", "votes"}
Row = tuple[int, list[str]]


def looks_like(text: str) -> bool:
    """Return whether the first line has columns."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    return any(sign in first for sign in ",;\t")


def read(text: str) -> Election:
    """Return the election; raises Malformed."""
    rows = _rows(text)
    if not rows:
        raise Malformed(1, "the file is empty")
    head = [_key(cell) for cell in rows[0][1]]
    return _pairs(rows, head) if {"winner", "loser"} <= set(head) else _scores(rows, head)


def _rows(text: str) -> list[Row]:
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text), delimiter=delimiter, strict=True)
    rows: list[Row] = []
    try:
        for row in reader:
            if any(cell.strip() for cell in row) or (rows and row):
                rows.append((reader.line_num, row))
    except csv.Error as bad:
        raise Malformed(max(1, reader.line_num), f"no table: {bad}") from None
    return rows


def _key(cell: str) -> str:
    return cell.strip().lower().replace("_", "").replace(" ", "")


def _scores(rows: list[Row], head: list[str]) -> Election:
    line, names = rows[0]
    weight = next((i for i, key in enumerate(head) if key in WEIGHT), None)
    columns = [i for i, key in enumerate(head) if key not in PASSED_OVER and i != weight]
    box = Box(names[i].strip() for i in columns)
    if len(set(box.names)) != len(box.names):
        raise Malformed(line, "two columns have the same name")
    if box.names and all(_is_number(name) for name in box.names):
        raise Malformed(line, "the first row has to name the designs")
    for at, row in rows[1:]:
        if len(row) != len(head):
            raise Malformed(at, f"{len(row)} cells, where the first row has {len(head)}")
        given = {
            design: number(row[i], at, f"the score of {shown(box.names[design])}")
            for design, i in enumerate(columns)
            if row[i].strip()
        }
        box.score(given, 1 if weight is None else count(row[weight], at))
    return box.election("score")


def _is_number(text: str) -> bool:
    try:
        number(text, 1, "")
    except Malformed:
        return False
    return True


def _pairs(rows: list[Row], head: list[str]) -> Election:
    box = Box()
    known: dict[str, int] = {}
    for line, row in rows[1:]:
        if len(row) != len(head):
            raise Malformed(line, f"{len(row)} cells, where the first row has {len(head)}")
        cells = dict(zip(head, (cell.strip() for cell in row), strict=True))
        if not cells["winner"] or not cells["loser"] or cells["winner"] == cells["loser"]:
            raise Malformed(line, "a comparison needs two designs")
        one, other = (known.setdefault(cells[key], len(known)) for key in ("winner", "loser"))
        tie = cells.get("tie", "").lower() not in ("", "0", "no", "false")
        often = next((cells[key] for key in head if key in WEIGHT), "1")
        box.compare(one, other, count(often, line), tie)
    box.names = list(known)
    return box.election("pairs")
