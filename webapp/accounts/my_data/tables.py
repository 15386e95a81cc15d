"""Rows of people as plain values, and what an erasure does to the rows that a holding names."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, delete, select, update
from sqlalchemy.orm import Session

from webapp.accounts.my_data.rooms import Holding, Rows
from webapp.infra.db import changed


def rows_of(session: Session, holding: Holding, person_id: int) -> Rows:
    """Return the person's rows of a holding, without hidden columns."""
    return rows(session, holding.column.class_, holding.column == person_id, hidden=holding.hidden)


def rows(session: Session, model: Any, *where: ColumnElement[bool], hidden: Sequence[str] = ()) -> Rows:
    """Return the rows of a table as plain values by column name, in the order of their keys."""
    table = model.__table__
    shown = [column for column in table.columns if column.name not in hidden]
    return plain(session, select(*shown).where(*where).order_by(*table.primary_key.columns))


def plain(session: Session, statement: Select[Any]) -> Rows:
    """Return what a statement finds as plain values: dates as ISO text."""
    return [{name: _plain(value) for name, value in row.items()} for row in session.execute(statement).mappings()]


def erase(session: Session, holding: Holding, person_id: int) -> None:
    """Do to the person's rows what the holding's fate says, in the caller's transaction."""
    model = holding.column.class_
    where = [holding.column == person_id, *([] if holding.only is None else [holding.only])]
    if holding.fate == "gone":
        changed(session, delete(model).where(*where))
    elif holding.fate == "emptied":
        changed(session, update(model).where(*where).values(**holding.empty))


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, (datetime, date)) else value
