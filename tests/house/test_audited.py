"""What a team or an operator does is written down: each of their buttons leads to the audit log, or stands here.

Read from the sources: a view, and all it can get to by the names it uses. That a line is really written, and what it
says, is tested with each room.
"""

from __future__ import annotations

import inspect

import pytest
from flask import Flask

from tests.house.reach import reached
from tests.house.routes import UNSAFE, blueprint_of, rules
from webapp.accounts.guards import GUARDS

NOTE = "webapp.accounts.audit.note"
# A log of its own, shown to the team, with who and when.
OWN_LOGS = {
    "contests.submissions.models.ModerationAct": "moderation_acts",
    "preorders.models.orders.OrderEvent": "an order's timeline",
}
IN_OWN_LOG = {"floods.decide", "moderation.reinstate", "moderation.suspend", "moderation.undo", "desk.add_note"}
NOT_ACTS = {
    "desk.bulk": "says what an act would do; nothing is done yet",
    "desk.save_view": "a person's own way to look at the list",
    "desk.change_view": "the same",
    "exports.arrange": "the same, of columns",
    "exports.keep": "the same",
    "exports.forget": "the same",
    "letters.edit": "a draft; sending it off is noted, and each version stays",
    "letters.keep": "the same",
    "letters.trial": "a mail to oneself",
    "parcels.imports": "a file is read and shown; confirming it is noted",
    "picks.note": "a note to oneself",
    "question_desk.answer": "every version of an answer stays, with who wrote it",
}


def acts(app: Flask) -> dict[str, set[str]]:
    """Every unsafe view of teams and operators, with what it can get to."""
    found = {}
    for rule in rules(app):
        guard = GUARDS.get(blueprint_of(rule), "")
        if guard.startswith(("team:", "operator")) and (rule.methods or set()) & UNSAFE:
            view = inspect.unwrap(app.view_functions[rule.endpoint])
            found[rule.endpoint] = reached(f"{view.__module__}.{view.__name__}")
    return found


@pytest.mark.one_db
def test_every_act_of_a_team_leads_to_the_audit_log_or_is_explained(app: Flask) -> None:
    found = acts(app)
    assert len(found) > 80
    unwritten = {name for name, reach in found.items() if NOTE not in reach}
    assert unwritten == IN_OWN_LOG | set(NOT_ACTS)
    assert {name for name in IN_OWN_LOG if not found[name] & set(OWN_LOGS)} == set()


def test_the_reading_follows_names_and_no_further() -> None:
    """The negative control: a view that only shows does not lead to the log."""
    assert NOTE in reached("webapp.watch.views.retry")
    assert NOTE not in reached("webapp.watch.views.index")
