"""Migrations: what Flask-Migrate looks for in an application, given without loading it or Alembic.

A start of the product migrates nothing, and both together are a tenth of what it loads.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import click
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from webapp.infra.db import db

MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations"


class Migrations:
    """Stands at `app.extensions["migrate"]`; the library's own object is made when it is asked for."""

    db = db
    directory = str(MIGRATIONS)
    configure_args = {"render_as_batch": True, "compare_type": True}

    @property
    def migrate(self) -> Any:
        """The library's object, which knows where the migrations are."""
        import flask_migrate

        return flask_migrate.Migrate(db=self.db, directory=self.directory, **self.configure_args)


class _Commands(click.Group):
    """`flask db …`, for who writes a migration."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(_library().commands)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        return _library().get_command(ctx, cmd_name)


def init_app(app: Flask) -> None:
    """Make the application one that can be migrated."""
    app.extensions["migrate"] = Migrations()
    app.cli.add_command(_Commands("db", help="Write and run migrations."))


def is_newest() -> bool:
    """Return whether the current application's database is at the newest revision; without Alembic."""
    try:
        found = list(db.session.scalars(text("SELECT version_num FROM alembic_version")))
    except DatabaseError:  # there is no such table: nothing has been migrated yet
        found = []
    finally:
        db.session.remove()
    return found == [_newest()]


def _newest() -> str:
    file = max((MIGRATIONS / "versions").glob("[0-9]*.py"))
    said = re.search(r'^revision = "(\w+)"', file.read_text(), re.MULTILINE)
    return said[1] if said else ""


def upgrade(revision: str = "head") -> None:
    """Bring the current application's database to a revision; leaves the process with 1 when that fails."""
    import flask_migrate

    flask_migrate.upgrade(revision=revision)


def _library() -> click.Group:
    from flask_migrate.cli import db as commands

    group: click.Group = commands
    return group
