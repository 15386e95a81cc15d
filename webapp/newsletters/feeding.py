"""The sending: a row for each recipient, made in batches, then a mail for each row, a few hundred ahead at a time.

Any number of workers may do this at once, and each may die at any moment: the letter's cursor, the unique delivery
and the key of the mail decide. Mails are `bulk`: whatever else the site has to send goes first.
"""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from flask import current_app
from sqlalchemy import and_, func, literal, or_, select, update
from sqlalchemy.orm import Session

from webapp.accounts import queries as accounts
from webapp.accounts.models import Person
from webapp.infra import mail, queue
from webapp.infra.db import changed, db, insert, transaction
from webapp.infra.mail import OutgoingMail
from webapp.infra.mail.quiet import BEGINS, BEGINS_FOR_MINORS
from webapp.kernel.now import now
from webapp.newsletters import audience, content, queries, segments
from webapp.newsletters.models import Letter, LetterDelivery, Subscription
from webapp.newsletters.queries import LetterRow

BATCH = 1000  # deliveries made in one transaction
AHEAD = 500  # mails of one letter that wait in the mail table at most
POSTED = 100  # of them posted in one transaction
SOON = timedelta(minutes=10)  # what is leased, or waits for a relay that is away, is on its way
STEPS = 60  # what one job does before another goes on
SETTLED = {"sent": "sent", "failed": "failed", "dropped": "left-out"}  # a mail's state -> its delivery's


def wake() -> int:
    """Begin letters that are due and wake a worker for each that is on its way; return how many. The ticker's part."""
    moment = now()
    due = select(Letter.id).where(Letter.state == "scheduled", Letter.send_at <= moment)
    going = select(Letter.id).where(Letter.state.in_(("sending", "stopped")), Letter.finished_at.is_(None))
    begin, ids = list(db.session.scalars(due)), list(db.session.scalars(going))
    db.session.rollback()
    if begin:
        with transaction() as session:
            starting = (Letter.id.in_(begin), Letter.state == "scheduled", Letter.send_at <= moment)
            changed(session, update(Letter).where(*starting).values(state="sending"))
    for letter_id in {*begin, *ids}:
        queue.enqueue("outbox", "webapp.newsletters.feeding.feed", letter_id)
    return len({*begin, *ids})


def feed(letter_id: int) -> None:
    """Do some of what is left of a letter: rows, mails, what became of them. Safe to run twice, and at once."""
    for _ in range(STEPS):
        if not list_more(letter_id, now()):
            break
    settle(letter_id)
    for _ in range(AHEAD // POSTED):
        if not post_more(letter_id):
            break
    finish(letter_id, now())


def list_more(letter_id: int, moment: datetime) -> bool:
    """Make the next deliveries; return whether there may be more."""
    with transaction() as session:
        row = session.execute(
            select(Letter.artist_id, Letter.cursor, Letter.segment).where(
                Letter.id == letter_id, Letter.state == "sending", Letter.listed_at.is_(None)
            )
        ).first()
        if row is None:
            return False
        segment = segments.read(row.segment)
        next_ones = audience.members(row.artist_id, segment, moment).where(Subscription.id > row.cursor).limit(BATCH)
        last = session.scalar(select(func.max(next_ones.subquery().c.id)))
        # Whoever moves the cursor makes the rows; another worker finds it moved and makes none.
        moved = {"listed_at": moment} if last is None else {"cursor": last}
        here = (Letter.id == letter_id, Letter.state == "sending", Letter.cursor == row.cursor)
        if not changed(session, update(Letter).where(*here).values(**moved)) or last is None:
            return last is not None
        chosen = next_ones.subquery()
        rows = select(literal(letter_id), chosen.c.id, literal("waiting")).where(chosen.c.id <= last)
        names = ["letter_id", "subscription_id", "state"]
        session.execute(insert(session, LetterDelivery).from_select(names, rows).on_conflict_do_nothing())
        return True


def post_more(letter_id: int) -> bool:
    """Post mails for some of the deliveries that wait, unless enough are on their way; return whether any was."""
    with transaction() as session:
        locked = select(Letter.id).where(Letter.id == letter_id, Letter.state == "sending")
        if session.scalar(locked.with_for_update()) is None:  # who stops the letter waits, or has stopped it
            return False
        row = queries.letter(session, letter_id)
        artist = accounts.artist(session, row.artist_id) if row else None
        waiting = _waiting(session, letter_id)
        if row is None or artist is None or not waiting:
            return False
        wanted = [each for each in waiting if each.wanted]
        messages = [_message(row, artist.slug, each) for each in wanted]
        mail.post(session, messages)
        ids = _mail_ids(session, [message.dedupe for message in messages])
        _mark(session, waiting, ids, {each.id: m.dedupe for each, m in zip(wanted, messages, strict=True)})
        return True


def _waiting(session: Session, letter_id: int) -> Sequence[Any]:
    # Mails that rest through their readers' night hold up nobody whose day it is.
    on_their_way = (
        select(func.count())
        .select_from(LetterDelivery)
        .join(OutgoingMail, OutgoingMail.id == LetterDelivery.mail_id)
        .where(LetterDelivery.letter_id == letter_id, LetterDelivery.state == "queued")
        .where(OutgoingMail.not_before <= now() + SOON)
    )
    room = min(POSTED, AHEAD - (session.scalar(on_their_way) or 0))
    if room <= 0:
        return []
    artist = select(Letter.artist_id).where(Letter.id == letter_id).scalar_subquery()
    found = (
        select(
            LetterDelivery.id,
            Subscription.id.label("subscription_id"),
            Subscription.person_id,
            audience.address().label("address"),
            func.coalesce(func.nullif(Person.timezone, ""), Subscription.zone).label("zone"),
            and_(Person.age_band.is_not(None), Person.age_band != "18+").label("minor"),
            # Asked again at the last moment: somebody may have left, or been erased, since the row was made.
            func.coalesce(audience.reached(artist), False).label("wanted"),  # type: ignore[arg-type]
        )
        .outerjoin(Subscription, Subscription.id == LetterDelivery.subscription_id)
        .outerjoin(Person, Person.id == Subscription.person_id)
        .where(LetterDelivery.letter_id == letter_id, LetterDelivery.state == "waiting")
        .order_by(LetterDelivery.id)
        .limit(room)
    )
    return session.execute(found).all()


def _message(row: LetterRow, slug: str, to: Any) -> mail.Message:
    quiet = mail.Quiet(to.zone or "", BEGINS_FOR_MINORS if to.minor else BEGINS)
    return mail.Message(
        address=to.address,
        kind=content.KIND,
        params=content.params(row, slug, to.subscription_id),
        locale=row.locale,
        recipient_id=to.person_id,
        # By the address: who has asked with an account and without gets one letter.
        dedupe=f"letter:{row.id}:{hashlib.sha256(to.address.encode()).hexdigest()[:40]}",
        quiet=quiet if current_app.config["SETTINGS"].quiet_hours else None,
        optional=True,
        bulk=True,
    )


def _mail_ids(session: Session, keys: list[str]) -> dict[str, int]:
    found = select(OutgoingMail.dedupe, OutgoingMail.id).where(OutgoingMail.dedupe.in_(keys))
    return {row.dedupe: row.id for row in session.execute(found)} if keys else {}


def _mark(session: Session, waiting: Sequence[Any], ids: dict[str, int], keys: dict[int, str]) -> None:
    """Write down which mail each delivery has; a second one to the same address has none."""
    taken = set(session.scalars(select(LetterDelivery.mail_id).where(LetterDelivery.mail_id.in_(list(ids.values())))))
    rows: list[dict[str, Any]] = []
    for each in waiting:
        mail_id = ids.get(keys.get(each.id, ""))
        if mail_id is None or mail_id in taken:
            rows.append({"id": each.id, "state": "left-out", "mail_id": None})
            continue
        taken.add(mail_id)
        rows.append({"id": each.id, "state": "queued", "mail_id": mail_id})
    session.execute(update(LetterDelivery), rows)


def settle(letter_id: int) -> int:
    """Write down what became of mails; return how many were settled."""
    count = 0
    with transaction() as session:
        for state, settled in SETTLED.items():
            over = select(OutgoingMail.id).where(OutgoingMail.id == LetterDelivery.mail_id, OutgoingMail.state == state)
            queued = (LetterDelivery.letter_id == letter_id, LetterDelivery.state == "queued", over.exists())
            count += changed(session, update(LetterDelivery).where(*queued).values(state=settled))
    return count


def finish(letter_id: int, moment: datetime) -> bool:
    """Write down that a letter has gone to everybody, or stands still after a stop; return whether it has."""
    open_ = select(LetterDelivery.id).where(
        LetterDelivery.letter_id == letter_id, LetterDelivery.state.in_(("waiting", "queued"))
    )
    with transaction() as session:
        sent = and_(Letter.state == "sending", Letter.listed_at.is_not(None))
        over = (Letter.id == letter_id, Letter.finished_at.is_(None), or_(sent, Letter.state == "stopped"))
        done = update(Letter).where(*over, ~open_.exists())
        state = func.coalesce(func.nullif(Letter.state, "sending"), "sent")
        return bool(changed(session, done.values(state=state, finished_at=moment)))
