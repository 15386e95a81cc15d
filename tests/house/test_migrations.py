"""The migrations make exactly the tables of the models, on both databases, and can be taken back."""

import flask_migrate
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from sqlalchemy import inspect, text

from tests.databases import Databases
from webapp.boot import tables
from webapp.boot.app import create_app
from webapp.infra.db import Base, db
from webapp.infra.settings import Settings

LEFT = {
    "sqlite": "SELECT name FROM sqlite_master WHERE name NOT LIKE 'sqlite_sequence'",
    "postgres": """
        SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace
        UNION SELECT typname FROM pg_type WHERE typnamespace = 'public'::regnamespace
        UNION SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace""",
}
"""Every name of what was made by hand in a database: tables, indices, sequences, types, functions."""


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_migrated_schema_equals_the_models(kind: str, databases: Databases, redis_url: str, tmp_path: object) -> None:
    app = _app(databases.fresh(kind), redis_url, tmp_path)
    tables.load()
    with app.app_context(), db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []
        db.engine.dispose()


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_migrations_can_be_taken_back(kind: str, databases: Databases, redis_url: str, tmp_path: object) -> None:
    app = _app(databases.fresh(kind), redis_url, tmp_path)
    with app.app_context():
        flask_migrate.downgrade(revision="base")
        # Nothing is left that could be in the way: then to go forward again is what was done before the test.
        assert set(inspect(db.engine).get_table_names()) == {"alembic_version"}
        with db.engine.connect() as connection:
            assert {name for name in connection.scalars(text(LEFT[kind])) if "alembic_version" not in name} == set()
        db.engine.dispose()


def _app(address: str, redis_url: str, data: object) -> Flask:
    return create_app(Settings(data=data, database_url=address, redis_url=redis_url, secret_key="x" * 40))  # type: ignore[arg-type]
