"""Databases for tests: migrated once, then copied; emptied after each test."""

from __future__ import annotations

import contextlib
import itertools
import os
import shutil
import subprocess
import sys
from pathlib import Path

from sqlalchemy import Engine, create_engine, exists, literal, select, text, union_all
from sqlalchemy.engine import make_url

from tests import services

_TEMPLATE = "fanmade_template"


class Databases:
    """Makes databases of both kinds. The server and the templates are brought up when first needed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
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
                self._tell(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        self._stack.close()

    def _sqlite(self, migrated: bool) -> str:
        path = self._folder / f"{next(self._numbers)}.db"
        if migrated:
            template = self._folder / "template.db"
            if not template.exists():
                _migrate(f"sqlite:///{template}", self._folder)
            shutil.copy(template, path)
        return f"sqlite:///{path}"

    def _postgres(self, migrated: bool) -> str:
        if not self._server:
            self._server = self._stack.enter_context(services.running_postgres())
        template = f"{self._prefix}_{_TEMPLATE}"
        if migrated and template not in self._made:
            _migrate(self._create(template), self._folder)
        name = f"{self._prefix}_{next(self._numbers)}"
        return self._create(name, template if migrated else "template0")

    def _create(self, name: str, template: str = "template0") -> str:
        self._tell(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        self._made.append(name)
        return make_url(self._server).set(database=name).render_as_string(hide_password=False)

    def _tell(self, command: str) -> None:
        engine = create_engine(self._server, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(command))
        engine.dispose()


def delete_all_rows(engine: Engine) -> None:
    """Empty every table that has rows, those that point at others first."""
    from webapp.infra.db import Base

    tables = {table.name: table for table in reversed(Base.metadata.sorted_tables)}
    if not tables:
        return
    probes = [select(literal(name)).where(exists(select(1).select_from(t))) for name, t in tables.items()]
    with engine.connect() as connection:
        filled = set(connection.scalars(union_all(*probes)))
        connection.rollback()
        if not filled:
            return
        with connection.begin():
            for name, table in tables.items():
                if name in filled:
                    connection.execute(table.delete())


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
