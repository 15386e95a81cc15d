"""A row of any table: what must stand in it is made up, what it hangs on is given or made up as well."""

from __future__ import annotations

import re
import secrets
from typing import Any

from sqlalchemy import JSON, Boolean, CheckConstraint, Column, Integer, String, Table, insert, select
from sqlalchemy.orm import Session

from tests.pages.make import NOW
from webapp.infra.db import Base, UtcDateTime

# What a CHECK over several columns asks for.
PAIRED: dict[str, dict[str, Any]] = {"kit_items": {"kind": "colour", "value": "#112233"}}


def filled(session: Session, name: str, **given: Any) -> int:
    """Insert a row into the table `name` and return its id; `given` are the columns that matter to the caller."""
    table = Base.metadata.tables[name]
    values = PAIRED.get(name, {}) | {key: value for key, value in given.items() if key in table.c}
    for column in table.columns:
        if column.name not in values and not (column.nullable or column.primary_key or column.default is not None):
            values[column.name] = _made_up(session, column, given)
    return int(session.execute(insert(table).values(values).returning(table.c.id)).scalar_one())


def _made_up(session: Session, column: Column[Any], given: dict[str, Any]) -> Any:
    for key in column.foreign_keys:
        target: Table = key.column.table
        if target.name == "people":
            return session.scalar(select(key.column).order_by(key.column).limit(1))
        return filled(session, target.name, **given)
    if isinstance(column.type, UtcDateTime):
        return NOW
    if isinstance(column.type, Boolean):
        return False
    if isinstance(column.type, JSON):
        return []
    if isinstance(column.type, String) and (words := _allowed(column)):
        return words[0]
    if isinstance(column.type, String):
        return secrets.token_hex(16)[: column.type.length or 16]
    return 1 if isinstance(column.type, Integer) or column.type.python_type is int else None


def _allowed(column: Column[Any]) -> list[str]:
    """The words a CHECK of the table allows in the column, if one does."""
    for check in column.table.constraints:
        if isinstance(check, CheckConstraint) and (
            found := re.match(rf"{column.name} IN \((.+)\)$", str(check.sqltext))
        ):
            return re.findall(r"'([^']*)'", found[1])
    return []
