"""The files that designs, print files, kits and drawings name: what an audit of the storage is held against."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, and_, literal, select, update
from sqlalchemy.orm import Session

from contests.submissions import rebuilding
from contests.submissions.finalists.models import FinalistKit
from contests.submissions.models import Revision, Submission
from contests.submissions.print_files.models import PrintFile
from contests.submissions.studio.models import StudioAsset
from webapp.infra.db import changed
from webapp.infra.named_files import Holder, Named, rows

_AGAIN: dict[str, Any] = {"state": "waiting", "attempts": 0, "lease_until": None, "failure_code": ""}


def _originals(session: Session) -> Iterator[Named]:
    """An erased design keeps the row of its original, not the file."""
    erased = and_(Submission.withdrawn_at.is_not(None), Revision.original_name == "")
    found = select(Revision.id, Revision.original_key, Revision.number, Submission.code, erased.label("erased"))
    for row in rows(session, found.join(Submission, Submission.id == Revision.submission_id).order_by(Revision.id)):
        if row.original_key:
            yield Named(row.original_key, row.id, f"original {row.number} of design {row.code}", not row.erased)


def _renditions(session: Session) -> Iterator[Named]:
    columns = (Revision.renditions, Revision.mockups, Revision.print_files, Revision.share_card_key)
    found = select(Revision.id, Revision.number, Submission.code, *columns)
    for row in rows(session, found.join(Submission, Submission.id == Revision.submission_id).order_by(Revision.id)):
        keys = [*_pictures(row.renditions), *_pictures(row.mockups), *(each["key"] for each in row.print_files or ())]
        for key in [*keys, *([row.share_card_key] if row.share_card_key else [])]:
            yield Named(key, row.id, f"picture {row.number} of design {row.code}")


def _pictures(entries: Any) -> Iterator[str]:
    yield from (each[kind] for each in entries or () for kind in ("avif", "jpeg") if each.get(kind))


def _sent_for_print(session: Session) -> Iterator[Named]:
    yield from _columns(session, PrintFile, PrintFile.original_key, "print file")


def _print_pictures(session: Session) -> Iterator[Named]:
    for row in rows(session, select(PrintFile.id, PrintFile.renditions).order_by(PrintFile.id)):
        yield from (Named(key, row.id, f"picture of print file {row.id}") for key in _pictures(row.renditions))


def _kits(session: Session) -> Iterator[Named]:
    for row in rows(session, select(FinalistKit.id, FinalistKit.files).order_by(FinalistKit.id)):
        yield from (Named(each["key"], row.id, f"{each['part']} of kit {row.id}") for each in row.files or ())


def _drawn_with(session: Session) -> Iterator[Named]:
    yield from _columns(session, StudioAsset, StudioAsset.original_key, "picture to draw with", _stands())


def _shown_in_editors(session: Session) -> Iterator[Named]:
    yield from _columns(session, StudioAsset, StudioAsset.proxy_key, "picture in the editor", _stands())


def _stands() -> Any:
    """Of one that is about to go the file may be gone before the row."""
    return StudioAsset.removed_at.is_(None)


def _columns(session: Session, model: Any, key: Any, what: str, stands: Any = None) -> Iterator[Named]:
    expected = literal(True, Boolean) if stands is None else stands
    found = select(model.id, key.label("key"), expected.label("expected")).where(key.is_not(None))
    for row in rows(session, found.order_by(model.id)):
        yield Named(row.key, row.id, f"{what} {row.id}", bool(row.expected))


def _remake(session: Session, ids: Sequence[int], now: datetime) -> int:
    return rebuilding.wish(session, rebuilding.finished_of(ids), now)


def _wait_again(model: Any) -> Any:
    """Let finished rows be made again as if they had just come: the sweep wakes a worker."""

    def again(session: Session, ids: Sequence[int], now: datetime) -> int:
        return changed(session, update(model).where(model.id.in_(ids), model.state == "done").values(**_AGAIN))

    return again


HOLDERS = (
    Holder("originals of designs", _originals),
    Holder("pictures of designs", _renditions, _remake),
    Holder("files sent for print", _sent_for_print),
    Holder("pictures of print files", _print_pictures, _wait_again(PrintFile)),
    Holder("kits of finalists", _kits, _wait_again(FinalistKit)),
    Holder("pictures to draw with", _drawn_with),
    Holder("pictures in the editor", _shown_in_editors, _wait_again(StudioAsset)),
)
