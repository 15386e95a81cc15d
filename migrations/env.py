"""Alembic's door: the application's engine and the models' metadata."""

from alembic import context
from flask import current_app

from webapp.boot import tables
from webapp.infra import migrating
from webapp.infra.db import Base

tables.load()


def run() -> None:
    """Run migrations on the application's database in one transaction, alone; SQLite in batch mode."""
    engine = current_app.extensions["migrate"].db.engine
    options = current_app.extensions["migrate"].configure_args
    with engine.connect() as connection, connection.begin():
        migrating.queue_up(connection)
        context.configure(connection=connection, target_metadata=Base.metadata, **options)
        context.run_migrations()


run()
