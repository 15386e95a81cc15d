"""The files that accounts name: artists' portraits, and what people asked for about themselves."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from webapp.accounts.models import Artist
from webapp.accounts.my_data.models import DataRequest
from webapp.infra.db import changed
from webapp.infra.named_files import Holder, Named, rows
from webapp.kernel.now import now as clock


def _portraits(session: Session) -> Iterator[Named]:
    found = select(Artist.id, Artist.portrait_key, Artist.slug).where(Artist.portrait_key.is_not(None))
    for row in rows(session, found.order_by(Artist.id)):
        yield Named(row.portrait_key, row.id, f"portrait of {row.slug}")


def _about_people(session: Session) -> Iterator[Named]:
    moment = clock()
    found = select(DataRequest.id, DataRequest.file_key, DataRequest.expires_at)
    for row in rows(session, found.where(DataRequest.file_key.is_not(None)).order_by(DataRequest.id)):
        there = bool(row.expires_at and row.expires_at > moment)
        yield Named(row.file_key, row.id, f"file of request {row.id} for one's own data", there)


def _let_go(session: Session, ids: Sequence[int], now: datetime) -> int:
    """Let requests stop naming what is not there: its owner can ask again at once."""
    lost = update(DataRequest).where(DataRequest.id.in_(ids), DataRequest.file_key.is_not(None))
    return changed(session, lost.values(file_key=None, expires_at=now))


HOLDERS = (
    Holder("portraits", _portraits, advice="the artist's team can upload it again"),
    Holder("files about people", _about_people, _let_go, "its owner can ask for it again"),
)
