"""How a database stands: the words change with each commit of anybody, and with nothing else."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Engine, create_engine, insert, select, text

from webapp.accounts.models import Person
from webapp.infra import standing
from webapp.infra.db import db
from webapp.infra.short_ways import driver
from webapp.kernel.now import now

WRITERS, WRITES = 4, 60


def words() -> standing.Words | None:
    if db.engine.dialect.name == "sqlite":
        return standing.of_file(db.engine)
    with driver() as given:
        return standing.of_snapshot(given)


def test_words_change_with_each_commit_and_stay_otherwise(app: Flask) -> None:
    with app.app_context():
        before = words()
        with db.engine.connect() as connection:
            connection.execute(select(Person.id)).all()
        assert words() == before is not None
        with db.engine.begin() as connection:
            connection.execute(insert(Person).values(email="ida@example.org", display_name="Ida", created_at=now()))
            assert words() == before  # nothing is committed yet
        assert words() != before


@pytest.fixture
def file(tmp_path: Path) -> Engine:
    engine = create_engine(f"sqlite:///{tmp_path / 'one.sqlite3'}")
    with engine.begin() as connection:
        connection.execute(text("PRAGMA journal_mode=WAL"))
        connection.execute(text("CREATE TABLE written (number INTEGER)"))
    return engine


def test_whoever_asks_after_a_commit_is_told_of_it(file: Engine) -> None:
    def write(writer: int) -> None:
        seen = standing.of_file(file)
        for number in range(WRITES):
            with file.begin() as connection:
                connection.execute(text("INSERT INTO written VALUES (:it)"), {"it": number})
            found = standing.of_file(file)
            assert found != seen
            seen = found

    with ThreadPoolExecutor(WRITERS) as crowd:
        assert list(crowd.map(write, range(WRITERS))) == [None] * WRITERS


def test_words_of_another_connection_are_never_the_same(file: Engine) -> None:
    before = standing.of_file(file)
    file.dispose()  # after a fork, say
    assert standing.of_file(file) not in (None, before)
    assert standing.of_file(create_engine("sqlite://")) is None
