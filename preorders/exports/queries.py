"""What is read of exports and templates, other than what they hold."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from preorders.models import ExportLog, ExportTemplate

SHOWN = 50


@dataclass(frozen=True)
class ExportRow:
    """An export as the log has it."""

    id: int
    drop_id: int
    by_id: int
    at: datetime
    template: str
    format: str
    filters: dict[str, Any]
    columns: list[str]
    rows: int
    persons: int
    state: str
    written: int
    attempts: int
    failure: str
    file_key: str | None
    filename: str
    sha256: str
    done_at: datetime | None
    expires_at: datetime | None

    def is_there(self, now: datetime) -> bool:
        """Return whether its file can still be taken."""
        return self.file_key is not None and self.expires_at is not None and self.expires_at > now


@dataclass(frozen=True)
class TemplateRow:
    """A template a team has kept."""

    id: int
    by_id: int
    name: str
    base: str
    columns: list[str]
    filters: dict[str, Any]
    format: str
    shared: bool


def export(session: Session, export_id: int) -> ExportRow | None:
    """Return one export."""
    return next(iter(_exports(session, ExportLog.id == export_id)), None)


def of_drop(session: Session, drop_id: int) -> list[ExportRow]:
    """Return a drop's exports, the latest first."""
    return _exports(session, ExportLog.drop_id == drop_id)


def templates(session: Session, artist_id: int, person_id: int) -> list[TemplateRow]:
    """Return the templates a member of the team may use: the shared ones and their own, by name."""
    names = [getattr(ExportTemplate, name) for name in TemplateRow.__dataclass_fields__]
    visible = or_(ExportTemplate.shared, ExportTemplate.by_id == person_id)
    found = select(*names).where(ExportTemplate.artist_id == artist_id, visible)
    return [TemplateRow(**row._mapping) for row in session.execute(found.order_by(ExportTemplate.name))]


def _exports(session: Session, condition: Any) -> list[ExportRow]:
    names = [getattr(ExportLog, name) for name in ExportRow.__dataclass_fields__]
    found = select(*names).where(condition).order_by(ExportLog.id.desc()).limit(SHOWN)
    return [ExportRow(**row._mapping) for row in session.execute(found)]
