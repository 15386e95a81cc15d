"""SQLite lets one writer in; the threads of a process take turns instead of sleeping until their time is up."""

from __future__ import annotations

import contextvars
import threading
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, text

from webapp.infra import db as database
from webapp.infra.db import db, transaction


class NoTurn:
    """The guard, switched off."""

    def acquire(self, database: str, timeout: float) -> bool:
        """Let everybody in."""
        return False


@pytest.mark.one_db
@pytest.mark.parametrize("guarded", [True, False], ids=["guarded", "control"])
def test_a_second_writer_waits_outside_of_sqlite(app: Flask, monkeypatch: pytest.MonkeyPatch, guarded: bool) -> None:
    if not guarded:
        monkeypatch.setattr(database, "_turn", NoTurn())
    asked, may_end, began = threading.Event(), threading.Event(), threading.Event()

    def note(*connection: Any) -> None:
        if threading.current_thread() is second:
            asked.set()

    def first_writer() -> None:
        with app.app_context(), transaction() as session:
            session.execute(text("SELECT 1"))
            began.set()
            may_end.wait(20)

    def second_writer() -> None:
        began.wait(20)
        with app.app_context(), transaction() as session:
            session.execute(text("SELECT 1"))

    first = threading.Thread(target=contextvars.Context().run, args=(first_writer,))
    second = threading.Thread(target=contextvars.Context().run, args=(second_writer,))
    event.listen(db.engine, "checkout", note)
    try:
        first.start()
        second.start()
        assert asked.wait(2) is not guarded, "SQLite was asked while another thread was writing"
        may_end.set()
        assert asked.wait(10)
    finally:
        may_end.set()
        first.join(20)
        second.join(20)
        event.remove(db.engine, "checkout", note)
