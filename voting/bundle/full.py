"""Checking a bundle against the auditor's export: roots rebuilt from the ballots, every result counted anew. Pure."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from voting import counting
from voting.bundle import verify
from voting.bundle.verify import Fault, need
from voting.log import content
from voting.merkle.growing import Growing
from voting.statistics import Statistics

COUNTED = ("counted", "reinstated")


def check(zipped: bytes, lines: Iterable[bytes]) -> list[str]:
    """Check a bundle that `verify.check` has accepted against an export; return lines, raise Fault."""
    files = verify.contents(zipped)
    log, result = json.loads(files["log.json"]), json.loads(files["result.json"])
    rows = _rows(lines)
    head = next(rows, {})
    need(head.get("format") == "fanmade-audit", "the export does not begin with its head")
    need(head["contest"] == json.loads(files["contest.json"])["id"], "the export is of another contest")
    rebuilt = {each["round"]: _Round(each["round"], head["contest"]) for each in head["rounds"]}
    sizes = {name: {root["size"] for root in _roots(log, name)} for name in rebuilt}
    for number, row in enumerate(rows, 2):
        try:
            rebuilt[row["round"]].add(row, sizes[row["round"]])
        except (KeyError, TypeError, ValueError, AttributeError) as bad:
            raise Fault(f"line {number} of the export: not of this form ({bad!r})") from None
    said = []
    for part in result["rounds"]:
        need(part["round"] in rebuilt, f"the export holds no {part['round']} round")
        said += rebuilt[part["round"]].compare(part["published"], _roots(log, part["round"]), result["label"])
    return said


class _Round:
    """One round as the export tells it: the tree of its leaves, the tree of the counted ballots, what each says."""

    def __init__(self, kind: str, contest_id: int) -> None:
        self.kind, self.contest_id = kind, contest_id
        self.tree, self.second = Growing(), Growing()
        self.seen: dict[int, bytes] = {0: self.tree.root()}
        self.last: dict[int, tuple[int, bytes, list[Any]]] = {}
        self.ballots: list[tuple[str, list[Any]]] = []
        self.erased, self.number = 0, -1

    def add(self, row: dict[str, Any], sizes: set[int]) -> None:
        """Take in a line of the export."""
        if "counts" in row:
            self._ballot(row)
            return
        where = f"leaf {row['leaf']} of the {self.kind} round"
        need(row["leaf"] == self.tree.size, f"{where}: stands where leaf {self.tree.size} should")
        hashed = bytes.fromhex(row["hash"])
        if row["salt"] is None:
            self.erased += 1
        else:
            made = content.leaf(self.contest_id, row["ballot"], content.commitment(self._text(row), row["salt"]))
            need(made == hashed, f"{where}: not the hash of what ballot {row['ballot']} says")
        for _ in self.tree.append(hashed):
            pass
        if self.tree.size in sizes:
            self.seen[self.tree.size] = self.tree.root()
        if "version" in row:
            self.last[row["ballot"]] = (row["version"], hashed, row["choices"])

    def compare(self, published: dict[str, Any], roots: list[dict[str, Any]], label: str) -> list[str]:
        """Compare with what the bundle says; return what was found."""
        for root in roots:
            made = self.seen.get(root["size"], b"").hex()
            where = f"{self.kind} round, root {root['label']}"
            need(made == root["root"], f"{where}: the export's leaves have another root")
        final = next(root for root in roots if root["label"] == label)
        same = (self.second.size, self.second.root().hex()) == (final["counted_size"], final["counted_root"])
        need(same, f"{self.kind} round: the export's counted ballots have another root")
        designs = [each["submission_id"] for each in published["order"]]
        sums = Statistics(published["method"], designs)
        sums.gather(choices for state, choices in self.ballots if state in COUNTED)
        need(_plain(sums.as_json()) == published["statistics"], f"{self.kind} round: the ballots give other sums")
        seats = published["size"] if self.kind == "open" else 1
        found = counting.count(sums, seats, published["seed"])
        order = [vars(each) for each in counting.placed(sums, found.order, published["seed"])]
        need(order == published["order"], f"{self.kind} round: the ballots give another order")
        words = f"{self.kind} round: {self.tree.size} leaves and {self.second.size} counted ballots have the "
        return [words + f"published roots and give the published result ({self.erased} leaves of erased voters)"]

    def _text(self, row: dict[str, Any]) -> bytes:
        if "version" in row:
            need(row["kind"] == content.kind_of(row["version"], row["choices"]), f"leaf {row['leaf']}: another kind")
            return content.version_text(self.kind, row["version"], row["choices"])
        return content.act_text(self.kind, row["act"], row["kind"])

    def _ballot(self, row: dict[str, Any]) -> None:
        need(row["counts"] > self.number, f"ballot {row['counts']}: out of order")
        self.number = row["counts"]
        version, hashed, choices = self.last[row["counts"]]
        need(version == row["version"], f"ballot {row['counts']}: version {row['version']} is not its last in the log")
        self.ballots.append((row["state"], choices))
        if row["state"] in COUNTED:
            for _ in self.second.append(hashed):
                pass


def _rows(lines: Iterable[bytes]) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(lines, 1):
        try:
            row = json.loads(line)
        except ValueError:
            raise Fault(f"line {number} of the export: not JSON") from None
        need(isinstance(row, dict), f"line {number} of the export: not an object")
        yield row


def _roots(log: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return [root for part in log["rounds"] if part["round"] == kind for root in part["roots"]]


def _plain(value: Any) -> Any:
    return json.loads(json.dumps(value))
