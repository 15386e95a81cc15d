"""Every write of notices. `notify` is the one door to telling people something."""

from collections.abc import Iterable
from datetime import datetime
from functools import cache
from typing import Any

from flask import current_app
from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.orm import Session

from webapp.accounts.models import Person
from webapp.infra import mail, queue
from webapp.infra.db import after_commit, changed, insert, insert_many_once, insert_of, run
from webapp.notices import kinds, paces, queries, unsubscribing
from webapp.notices.models import Crowd, DigestLine, Notice, NoticePreference

CHUNK = 1000  # people per statement; more than that are told by a worker, a thousand in a transaction
TELL = ("outbox", "webapp.notices.crowds.tell_waiting")
NOTICE = "notice:"  # begins the key of a mail about one notice


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
    people = sorted(set(recipients))
    # After a crowd that waits, a few wait, too: the first words sent to a person stand.
    if len(people) > CHUNK or (people and queries.crowd_waits(session, dedupe)):
        _add_crowd(session, known, dedupe, params, people, now)
        return 0
    return tell(session, known, dedupe, params, people, now) if people else 0


def tell(
    session: Session,
    kind: kinds.Kind,
    dedupe: str,
    params: dict[str, Any],
    people: list[int],
    now: datetime,
    mailed_from: datetime | None = None,
) -> int:
    """Tell at most CHUNK people in the caller's transaction; return how many had not been told before.

    Three statements however many they are, and one for mails, one for lines of digests. With `mailed_from` no mail
    goes before it.
    """
    new = _insert(session, people, kind.family, f"{kind.family}:{dedupe}", params, now)
    if new:
        readers = queries.readers(session, new)
        decided = {} if kind.transactional else queries.decided(session, kind.family, new)
        _send(session, kind, dedupe, params, {readers[each]: new[each] for each in new}, decided, now, mailed_from)
    return len(new)


def _add_crowd(
    session: Session, kind: kinds.Kind, dedupe: str, params: dict[str, Any], people: list[int], now: datetime
) -> None:
    row = {"kind": kind.name, "dedupe": dedupe, "params": params, "people": people, "told": 0, "at": now}
    session.execute(insert(session, Crowd).values(**row))
    after_commit(lambda: queue.nudge(*TELL))


def _insert(
    session: Session, people: list[int], kind: str, dedupe: str, params: dict[str, Any], now: datetime
) -> dict[int, int]:
    """Return the notices that were new, of those who can be told something: person id -> notice id."""
    values = {"people": people, "kind": kind, "dedupe": dedupe, "params": params, "at": now}
    made = run(session, _inserting(session.get_bind().dialect.name), values)
    return {row.recipient_id: row.id for row in made}


@cache
def _inserting(dialect: str) -> Any:
    table: Any = Notice.__table__
    names = ("kind", "dedupe", "params", "at")
    given = [bindparam(name, type_=table.c[name].type) for name in names]
    those = (Person.id.in_(bindparam("people", expanding=True)), *queries.ALIVE)
    statement: Any = insert_of(dialect, table).from_select(
        ["recipient_id", *names], select(Person.id, *given).where(*those), include_defaults=False
    )
    return statement.on_conflict_do_nothing().returning(table.c.recipient_id, table.c.id)


def _send(
    session: Session,
    kind: kinds.Kind,
    dedupe: str,
    params: dict[str, Any],
    new: dict[queries.Reader, int],
    decided: dict[int, str],
    now: datetime,
    mailed_from: datetime | None,
) -> None:
    """Mail new notices at once, or let them wait for a digest, as each reader wishes: one or the other."""
    pace_of = {reader: decided.get(reader.id, kind.pace) for reader in new if reader.email}
    at_once = [
        _mail(kind, dedupe, params, reader, mailed_from) for reader, pace in pace_of.items() if pace == paces.AT_ONCE
    ]
    due = cache(lambda zone, pace: paces.next_digest(now, zone, pace))  # many read by one clock
    lines = [
        {
            "notice_id": new[reader],
            "person_id": reader.id,
            "due_at": due(paces.zone_for(reader.timezone, params), pace),
        }
        for reader, pace in pace_of.items()
        if pace in paces.TOGETHER
    ]
    mail.post(session, at_once)
    insert_many_once(session, DigestLine, lines)


def _mail(
    kind: kinds.Kind, dedupe: str, params: dict[str, Any], reader: queries.Reader, mailed_from: datetime | None
) -> mail.Message:
    zone = paces.zone_for(reader.timezone, params)
    return mail.Message(
        address=reader.email,
        kind="notice",
        params={
            "kind": kind.family,
            "params": {**params, kinds.ZONE: reader.timezone},
            "unsubscribe_url": "" if kind.transactional else unsubscribing.url(reader.id, kind.family),
        },
        locale=reader.locale,
        recipient_id=reader.id,
        dedupe=f"{NOTICE}{kind.family}:{dedupe}:{reader.id}",
        not_before=mailed_from,
        quiet=nights(reader, zone, transactional=kind.transactional),
        optional=not kind.transactional,
    )


def nights(reader: queries.Reader, zone: str, *, transactional: bool = False) -> mail.Quiet | None:
    """Return the nights in which a reader gets no such mail; None when it may come at any hour."""
    if not current_app.config["SETTINGS"].quiet_hours:
        return None
    return paces.nights(zone, minor=reader.minor, transactional=transactional)


def mark_read(session: Session, person_id: int, up_to: int, now: datetime) -> int:
    """Mark the person's notices up to one as read; return how many were not."""
    statement = update(Notice).where(Notice.recipient_id == person_id, Notice.id <= up_to, Notice.read_at.is_(None))
    return changed(session, statement.values(read_at=now))


def prefer(session: Session, person_id: int, kind: str, pace: str, now: datetime) -> None:
    """Keep how soon somebody wants a kind by mail; the latest word counts. With 'never', what waits is not sent.

    Other changes count for what happens from now on: what waits for a digest goes with it.
    """
    values = {"person_id": person_id, "kind": kind, "pace": pace, "changed_at": now}
    statement = insert(session, NoticePreference).values(**values)
    session.execute(
        statement.on_conflict_do_update(index_elements=["person_id", "kind"], set_={"pace": pace, "changed_at": now})
    )
    if pace == paces.NEVER:
        of_kind = select(Notice.id).where(Notice.recipient_id == person_id, Notice.kind == kind)
        waiting = (DigestLine.person_id == person_id, DigestLine.letter.is_(None), DigestLine.notice_id.in_(of_kind))
        changed(session, delete(DigestLine).where(*waiting))
        mail.drop(
            session,
            mail.OutgoingMail.recipient_id == person_id,
            mail.OutgoingMail.dedupe.startswith(f"{NOTICE}{kind}:", autoescape=True),
        )


def claim(session: Session, people: Iterable[int], letters: dict[int, str], now: datetime) -> dict[int, list[int]]:
    """Let all that is due for `people` go with their letters; return what each now has: person id -> notice ids.

    Whoever claims a line first has it: another ticker at the same moment gets none of it.
    """
    due = select(DigestLine.id, DigestLine.person_id, DigestLine.notice_id).where(
        DigestLine.person_id.in_(list(people)), DigestLine.letter.is_(None), DigestLine.due_at <= now
    )
    if session.get_bind().dialect.name == "postgresql":
        due = due.with_for_update(skip_locked=True)
    claimed: dict[int, list[int]] = {}
    for row in session.execute(due.order_by(DigestLine.id)).all():
        claimed.setdefault(row.person_id, []).append(row.notice_id)
    for person_id, notices in claimed.items():
        mine = update(DigestLine).where(DigestLine.notice_id.in_(notices), DigestLine.letter.is_(None))
        if changed(session, mine.values(letter=letters[person_id])) != len(notices):
            raise RuntimeError("a line of a digest was claimed twice")  # rolls back; the next ticker sees what is left
    return claimed


def drop_digests(session: Session, person_id: int) -> int:
    """Leave unsent what waits for somebody's next digest, and a digest that waits itself; return how many mails."""
    changed(session, delete(DigestLine).where(DigestLine.person_id == person_id, DigestLine.letter.is_(None)))
    return mail.drop(session, mail.OutgoingMail.recipient_id == person_id, mail.OutgoingMail.kind == "digest")


def let_wait(session: Session, notices: list[int], due_at: datetime) -> int:
    """Take claimed lines back, for a later digest; return how many."""
    return changed(
        session, update(DigestLine).where(DigestLine.notice_id.in_(notices)).values(letter=None, due_at=due_at)
    )


def forget(session: Session, notices: list[int]) -> int:
    """Delete lines of somebody who hears nothing any more; return how many."""
    return changed(session, delete(DigestLine).where(DigestLine.notice_id.in_(notices)))
