"""How a database stands: the words change with each commit of anybody, and with nothing else."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Engine, StaticPool, create_engine, insert, select, text

from webapp.accounts.models import Person
from webapp.infra.db import db
from webapp.infra.standing import words
from webapp.kernel.now import now

WRITERS, WRITES = 4, 60
CUT = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE"


def test_words_change_with_each_commit_and_stay_otherwise(app: Flask) -> None:
    with app.app_context():
        before = words(db.engine)
        with db.engine.connect() as connection:
            connection.execute(select(Person.id)).all()
        assert words(db.engine) == before is not None
        with db.engine.begin() as connection:
            connection.execute(insert(Person).values(email="ida@example.org", display_name="Ida", created_at=now()))
            assert words(db.engine) == before  # nothing is committed yet
        assert words(db.engine) != before


@pytest.fixture
def file(tmp_path: Path) -> Engine:
    engine = create_engine(f"sqlite:///{tmp_path / 'one.sqlite3'}")
    with engine.begin() as connection:
        connection.execute(text("PRAGMA journal_mode=WAL"))
        connection.execute(text("CREATE TABLE written (number INTEGER)"))
    return engine


def test_whoever_asks_after_a_commit_is_told_of_it(file: Engine) -> None:
    def write(writer: int) -> None:
        seen = words(file)
        for number in range(WRITES):
            with file.begin() as connection:
                connection.execute(text("INSERT INTO written VALUES (:it)"), {"it": number})
            found = words(file)
            assert found != seen
            seen = found

    with ThreadPoolExecutor(WRITERS) as crowd:
        assert list(crowd.map(write, range(WRITERS))) == [None] * WRITERS


def test_words_of_another_connection_are_never_the_same(file: Engine) -> None:
    before = words(file)
    file.dispose()  # after a fork, say
    assert words(file) not in (None, before)
    assert words(create_engine("sqlite://", poolclass=StaticPool)) is None


def test_a_connection_that_was_cut_is_made_anew(app: Flask) -> None:
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            return
        before = words(db.engine)
        with db.engine.connect() as connection:
            assert connection.execute(text(f"{CUT} '%pg_current_snapshot%' AND pid <> pg_backend_pid()")).all()
        with pytest.raises(db.engine.dialect.loaded_dbapi.Error):
            words(db.engine)
        assert words(db.engine) not in (None, before)
