"""Filters a team keeps under a name: tabs beside the built-in views, one's own or shared with the team."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, delete, or_, select, update
from sqlalchemy.exc import IntegrityError

from preorders.models import SavedView
from preorders.order_list import Filters
from webapp.infra.db import changed, db, insert_once, transaction
from webapp.kernel.refusal import N_, NotFound, Refused

MOST = 30
TAKEN = N_("Your team has a view of that name already. Choose another one.")


@dataclass(frozen=True)
class View:
    """A view somebody kept; `mine`: the reader's own to rename and remove."""

    id: int
    name: str
    filters: Filters
    shared: bool
    mine: bool


def of(artist_id: int, person_id: int) -> Sequence[View]:
    """Return what a member of the team sees: their own and the shared ones, by name; one statement."""
    seen = (SavedView.artist_id == artist_id, or_(SavedView.shared.is_(True), SavedView.by_id == person_id))
    rows = db.session.scalars(select(SavedView).where(*seen).order_by(SavedView.name).limit(MOST)).all()
    return [View(row.id, row.name, Filters.kept(row.query), row.shared, row.by_id == person_id) for row in rows]


def save(artist_id: int, person_id: int, name: str, filters: Filters, shared: bool, now: datetime) -> int:
    """Keep filters under a name; raises Refused: name-needed, name-taken."""
    with transaction() as session:
        values = {"artist_id": artist_id, "by_id": person_id, "query": filters.args(), "shared": shared}
        view_id = insert_once(session, SavedView, name=_name(name), created_at=now, **values)
        if view_id is None:
            raise Refused("name-taken", TAKEN)
        return view_id


def rename(view_id: int, artist_id: int, person_id: int, name: str, shared: bool) -> None:
    """Rename one's own view; raises NotFound, Refused: name-needed, name-taken."""
    try:
        with transaction() as session:
            mine = _mine(view_id, artist_id, person_id)
            if session.scalar(select(SavedView.id).where(*mine)) is None:
                raise NotFound()
            if not changed(session, update(SavedView).where(*mine).values(name=_name(name), shared=shared)):
                raise NotFound()
    except IntegrityError as error:
        raise Refused("name-taken", TAKEN) from error


def remove(view_id: int, artist_id: int, person_id: int) -> None:
    """Remove one's own view; raises NotFound."""
    with transaction() as session:
        if not changed(session, delete(SavedView).where(*_mine(view_id, artist_id, person_id))):
            raise NotFound()


def _mine(view_id: int, artist_id: int, person_id: int) -> tuple[ColumnElement[bool], ...]:
    return SavedView.id == view_id, SavedView.artist_id == artist_id, SavedView.by_id == person_id


def _name(name: str) -> str:
    name = " ".join(name.replace("\x00", "").split())[:40]
    if not name:
        raise Refused("name-needed", N_("Give the view a name."), 422)
    return name
