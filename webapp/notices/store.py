"""Every write of notices. `notify` is the one door to telling people something."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from webapp.infra import mail
from webapp.infra.db import changed, insert, insert_many_once
from webapp.notices import kinds, queries, unsubscribing
from webapp.notices.models import Notice, NoticePreference

CHUNK = 500  # people per statement


def notify(
    session: Session, recipients: Iterable[int], kind: str, dedupe: str, params: dict[str, Any], now: datetime
) -> int:
    """Tell each of `recipients` once, in the inbox and, as they wish, by mail; return how many were told now.

    `dedupe` names the fact ('pick:12'): told again, in whatever variant of the kind, it is nothing.
    `params` fill the kind's texts (see `values` for dates, money and words) and hold `path`, where the
    button leads on this site. Works in the caller's transaction; raises
    UnknownKind for a kind nobody registered, ValueError for a path that leads elsewhere.
    """
    known = kinds.get(kind)
    if known.variant_of:
        params = {**params, kinds.VARIANT: known.name}
    path = str(params.get("path", ""))
    if not path.startswith("/") or path.startswith("//"):
        raise ValueError(f"notice {kind}: params need a path of this site, not {path!r}")
    told = 0
    for people in _chunks(sorted(set(recipients))):
        readers = queries.readers(session, people)
        new = _insert(session, readers, known.family, f"{known.family}:{dedupe}", params, now)
        told += len(new)
        mail.post(session, _mails(session, known, dedupe, params, [readers[person_id] for person_id in new]))
    return told


def _insert(
    session: Session, people: Iterable[int], kind: str, dedupe: str, params: dict[str, Any], now: datetime
) -> list[int]:
    rows = [
        {"recipient_id": person_id, "kind": kind, "dedupe": dedupe, "params": params, "at": now} for person_id in people
    ]
    ids = insert_many_once(session, Notice, rows)
    return list(session.scalars(select(Notice.recipient_id).where(Notice.id.in_(ids)))) if ids else []


def _mails(
    session: Session, kind: kinds.Kind, dedupe: str, params: dict[str, Any], readers: list[queries.Reader]
) -> list[mail.Message]:
    decided = {} if kind.transactional else queries.decided(session, kind.family, [reader.id for reader in readers])
    return [
        mail.Message(
            address=reader.email,
            kind="notice",
            params={
                "kind": kind.family,
                "params": {**params, kinds.ZONE: reader.timezone},
                "unsubscribe_url": "" if kind.transactional else unsubscribing.url(reader.id, kind.family),
            },
            locale=reader.locale,
            recipient_id=reader.id,
            dedupe=f"notice:{kind.family}:{dedupe}:{reader.id}",
        )
        for reader in readers
        if reader.email and (kind.transactional or decided.get(reader.id, kind.mail))
    ]


def mark_read(session: Session, person_id: int, up_to: int, now: datetime) -> int:
    """Mark the person's notices up to one as read; return how many were not."""
    statement = update(Notice).where(Notice.recipient_id == person_id, Notice.id <= up_to, Notice.read_at.is_(None))
    return changed(session, statement.values(read_at=now))


def prefer(session: Session, person_id: int, kind: str, by_mail: bool, now: datetime) -> None:
    """Keep whether somebody wants a kind by mail; the latest word counts."""
    values = {"person_id": person_id, "kind": kind, "by_mail": by_mail, "changed_at": now}
    statement = insert(session, NoticePreference).values(**values)
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["person_id", "kind"], set_={"by_mail": by_mail, "changed_at": now}
        )
    )


def _chunks(people: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(people), CHUNK):
        yield people[start : start + CHUNK]
