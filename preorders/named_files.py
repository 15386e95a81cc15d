"""The files that exports and packs name until they expire."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from preorders.models import ExportLog, ProductionPack
from webapp.infra.db import changed
from webapp.infra.named_files import Holder, Named, rows
from webapp.kernel.now import now as clock

_ADVICE = "ask for it again on the drop's page"


def _named(model: Any, what: str) -> Callable[[Session], Iterator[Named]]:
    def named(session: Session) -> Iterator[Named]:
        moment, found = clock(), select(model.id, model.file_key, model.expires_at).where(model.file_key.is_not(None))
        for row in rows(session, found.order_by(model.id)):
            yield Named(row.file_key, row.id, f"{what} {row.id}", bool(row.expires_at and row.expires_at > moment))

    return named


def _let_go(model: Any) -> Callable[[Session, Sequence[int], datetime], int]:
    """Let rows stop naming what is not there, as if its time were over: it is made of today's orders when asked for."""

    def again(session: Session, ids: Sequence[int], now: datetime) -> int:
        lost = update(model).where(model.id.in_(ids), model.file_key.is_not(None))
        return changed(session, lost.values(file_key=None, expires_at=now))

    return again


HOLDERS = (
    Holder("exports of orders", _named(ExportLog, "export"), _let_go(ExportLog), _ADVICE),
    Holder("production packs", _named(ProductionPack, "pack"), _let_go(ProductionPack), _ADVICE),
)
