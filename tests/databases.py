"""Databases for tests: migrated once a run, then copied; emptied after each test."""

from __future__ import annotations

import contextlib
import itertools
import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

from flask import Flask
from sqlalchemy import URL, Connection, Engine, Table, create_engine, event, text
from sqlalchemy.engine import make_url

from tests import services
from tests.once import once

TEMPLATE = "fanmade_template"


class Databases:
    """Makes databases of both kinds. The server and the templates are brought up when first needed.

    `folder` is for its own files; `shared`, if given, is where the processes of a run keep their templates.
    """

    def __init__(self, folder: Path, shared: Path | None = None) -> None:
        self._folder, self._templates = folder, shared or folder
        self._stack = contextlib.ExitStack()
        self._numbers = itertools.count(1)
        self._shared: dict[str, str] = {}
        self._server = ""
        self._prefix = f"t_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}_{os.getpid()}"
        self._made: list[str] = []

    def shared(self, kind: str) -> str:
        """The address of the one database of its kind that ordinary tests use one after another."""
        if kind not in self._shared:
            self._shared[kind] = self.fresh(kind)
        return self._shared[kind]

    def fresh(self, kind: str, *, migrated: bool = True) -> str:
        """The address of a new database, for a test that must have one to itself."""
        return self._sqlite(migrated) if kind == "sqlite" else self._postgres(migrated)

    def close(self) -> None:
        """Drop what a borrowed server was given; stop our own."""
        if self._server and self._made:
            for name in reversed(self._made):
                _tell(self._server, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        self._stack.close()

    def _sqlite(self, migrated: bool) -> str:
        path = self._folder / f"{next(self._numbers)}.db"
        if migrated:
            shutil.copy(sqlite_template(self._templates), path)
        return f"sqlite:///{path}"

    def _postgres(self, migrated: bool) -> str:
        template = f"{self._prefix}_{TEMPLATE}" if self._borrowed else TEMPLATE
        if not self._server:
            kept = None if self._borrowed else self.kept_postgres()
            self._server = self._stack.enter_context(services.running_postgres(kept))
        if migrated and self._borrowed and template not in self._made:
            _migrate(self._create(template), self._folder)
        name = f"{self._prefix}_{next(self._numbers)}"
        return self._create(name, template if migrated else "template0")

    def kept_postgres(self) -> Path:
        """The data of a server that holds a migrated database named TEMPLATE, for a server of one's own."""
        return once(self._templates / "postgres", self._keep_postgres)

    @property
    def _borrowed(self) -> bool:
        return "TEST_POSTGRES_URL" in os.environ

    def _keep_postgres(self, place: Path) -> None:
        """Leave the data of a server with a migrated database in a folder."""
        with services.running_postgres(keep=place) as address:
            _tell(address, f'CREATE DATABASE "{TEMPLATE}" TEMPLATE template0')
            _migrate(_within(address, TEMPLATE), self._folder)

    def _create(self, name: str, template: str = "template0") -> str:
        _tell(self._server, f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        self._made.append(name)
        return _within(self._server, name)


def sqlite_template(shared: Path) -> Path:
    """A migrated file to copy, made once in that folder."""
    return once(shared / "template.db", _migrated_file)


def _migrated_file(path: Path) -> None:
    part = path.with_suffix(".part")
    part.unlink(missing_ok=True)
    _migrate(f"sqlite:///{part}", path.parent)
    part.rename(path)


def _within(server: str, name: str) -> str:
    return make_url(server).set(database=name).render_as_string(hide_password=False)


def _tell(server: str, command: str) -> None:
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(command))
    engine.dispose()


def hasten(app: Flask) -> None:
    """Let SQLite wait for no disk: these rows need not outlive the machine."""
    from webapp.infra.db import db

    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            event.listen(db.engine, "connect", lambda connection, _: connection.execute("PRAGMA synchronous=OFF"))


def delete_all_rows(engine: Engine) -> None:
    """Empty every table that has rows, those that point at others first."""
    from webapp.infra.db import Base

    tables = _tables(len(Base.metadata.tables))
    if not tables:
        return
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql" and _is_superuser(engine.url):
            _empty_at_once(connection, tuple(tables))
            return
        filled = set(connection.scalars(text(_probe(tuple(tables)))))
        connection.rollback()
        if not filled:
            return
        with connection.begin():
            for name, table in tables.items():
                if name in filled:
                    connection.execute(table.delete())


_WRITTEN = "SELECT relname FROM pg_class WHERE relkind = 'r' AND pg_relation_size(oid) > 0"


def _empty_at_once(connection: Connection, names: tuple[str, ...]) -> None:
    """Empty what was ever written to in one go, no row of which is asked who points at it: a tenth of the work."""
    written = set(connection.exec_driver_sql(_WRITTEN).scalars())
    words = "; ".join(f'DELETE FROM "{name}"' for name in names if name in written)
    connection.exec_driver_sql(f"SET LOCAL session_replication_role = replica; {words}")
    connection.commit()


@cache
def _is_superuser(server: URL) -> bool:
    """Whether that may be asked of the server: it is our own, or a generous one."""
    engine = create_engine(server)
    with engine.connect() as connection:
        found = connection.scalar(text("SELECT current_setting('is_superuser')")) == "on"
    engine.dispose()
    return found


@cache
def _tables(count: int) -> dict[str, Table]:
    """All tables, by name, in an order of deletion; `count` is how many there are by now."""
    from webapp.infra.db import Base

    return {table.name: table for table in reversed(Base.metadata.sorted_tables)}


@cache
def _probe(names: tuple[str, ...]) -> str:
    """One question for all tables, as text: to build it anew after each test takes longer than to answer it."""
    return " UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM \"{name}\")" for name in names)


def _migrate(address: str, folder: Path) -> None:
    """As an operator would: in a process of its own, which also leaves no connection behind."""
    environ = {**os.environ, "FANMADE_DATABASE_URL": address, "FANMADE_DATA": str(folder)}
    done = subprocess.run(
        [sys.executable, "-m", "webapp.boot.cli", "migrate"],
        cwd=services.ROOT,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise AssertionError(
            f"the migrations fail on {make_url(address).get_backend_name()}:\n{done.stdout}{done.stderr}"
        )
