"""Every act that is written into the audit log has words that a team can read."""

from __future__ import annotations

import ast
from pathlib import Path

from webapp.accounts.roles import ACT_NAMES

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("webapp", "contests", "voting", "preorders")
# Acts whose names are put together at run time: the file, and the names that come of it.
BUILT = {
    "contests/service.py": {"contest.rescheduled", "contest.prolonged", "contest.cancelled"},
    "voting/bundle/audit.py": {"votes.audit.grant", "votes.audit.take"},
    "voting/integrity/deciding.py": {"ballots.hold", "ballots.reinstate", "ballots.reject", "ballots.undo"},
    "contests/comments/questions/desk_views.py": {"question.merge", "question.part"},
    "voting/picking.py": {"pick.made", "pick.undone", "pick.made-by-link", "pick.undone-by-link"},
    "preorders/batches.py": {"orders.ship", "orders.cancel", "orders.resend"},
    "preorders/fulfilment.py": {"drop.lock", "drop.produce", "drop.finish"},
}
ACTION = 4  # the place of the action among the arguments of audit.note


def noted() -> list[tuple[str, ast.expr]]:
    """Every action handed to the audit log: the file and the expression."""
    found = []
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Call) and _is_note(node.func):
                    found.append((path.relative_to(ROOT).as_posix(), node.args[ACTION]))
    return found


def test_every_act_has_words() -> None:
    calls = noted()
    assert len(calls) > 20
    plain = {each.value for _path, each in calls if isinstance(each, ast.Constant)}
    built = {path for path, each in calls if not isinstance(each, ast.Constant)}
    assert built <= BUILT.keys(), "name here what acts these files put together"
    wanted = plain.union(*(BUILT[path] for path in built))
    assert sorted(wanted - ACT_NAMES.keys()) == []


def test_no_words_are_left_over() -> None:
    plain = {each.value for _path, each in noted() if isinstance(each, ast.Constant)}
    assert sorted(ACT_NAMES.keys() - plain.union(*BUILT.values())) == []


def _is_note(called: ast.expr) -> bool:
    if isinstance(called, ast.Attribute):
        return called.attr == "note" and isinstance(called.value, ast.Name) and called.value.id == "audit"
    return isinstance(called, ast.Name) and called.id == "note"
