"""What this machine is: its version, its schema, the space it has left."""

import shutil
import tempfile
from functools import cache
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as version_of

from flask import current_app
from sqlalchemy import text
from sqlalchemy.orm import Session


@cache
def version(package: str = "fanmade") -> str:
    """Return the version of an installed package, "" when there is none."""
    try:
        return version_of(package)
    except PackageNotFoundError:
        return ""


def schema(session: Session) -> str:
    """Return the number of the newest migration of the database."""
    return str(session.execute(text("SELECT version_num FROM alembic_version")).scalar() or "")


def free_bytes() -> int:
    """Return how much may still be written where this machine keeps its data, in bytes."""
    folder = current_app.config["SETTINGS"].data
    return shutil.disk_usage(folder if folder.exists() else tempfile.gettempdir()).free
