"""The clock of retention: what is kept no longer is deleted, or emptied of what names people. Idempotent."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import ColumnElement, Text, and_, cast, delete, or_, select, update

from contests.comments.models import Takedown
from contests.comments.questions.models import QuestionVote
from preorders import forgetting
from preorders.models import Preorder
from preorders.shipping.models import ParcelImport
from voting.models import PendingBallot, PendingVote
from voting.wearing.models import WouldWear
from webapp.accounts import login
from webapp.accounts.guardians.models import Guardian
from webapp.accounts.models import Invitation, KnownDevice, SessionRow, SignInCode
from webapp.boot.keeping import DAYS
from webapp.infra.db import changed, db, transaction
from webapp.infra.idempotency import IdempotencyKey
from webapp.infra.mail import OutgoingMail
from webapp.infra.mail.models import RefusingAddress
from webapp.infra.outbox import Delivery, FactRow
from webapp.infra.quotas import UploadCount
from webapp.insights.models import ContestRegular, ContestVisitor
from webapp.kernel.now import now
from webapp.newsletters.models import Subscription
from webapp.notices.models import Notice

BATCH = 1000

log = structlog.get_logger()


def sweep() -> int:
    """Delete and empty what is due of every kind; return how many rows. The ticker's part."""
    moment, done = now(), 0
    for kind, forget in RULES.items():
        count = forget(moment - timedelta(days=DAYS[kind]))
        if count:
            log.info("retention", kind=kind, rows=count)
        done += count
    return done


def _sessions(before: datetime) -> int:
    return _delete(SessionRow, or_(SessionRow.revoked_at < before, SessionRow.created_at < before - login.LONGEST))


def _mails(before: datetime) -> int:
    return _delete(OutgoingMail, and_(OutgoingMail.state.in_(("sent", "failed")), OutgoingMail.not_before < before))


def _facts(before: datetime) -> int:
    told = select(Delivery.id).where(
        Delivery.fact_id == FactRow.id, or_(Delivery.done_at.is_(None), Delivery.done_at >= before)
    )
    old = select(FactRow.id).where(FactRow.at < before, ~told.exists())
    count = 0
    while True:
        with transaction() as session:
            ids = list(session.scalars(old.order_by(FactRow.id).limit(BATCH)))
            changed(session, delete(Delivery).where(Delivery.fact_id.in_(ids)))
            changed(session, delete(FactRow).where(FactRow.id.in_(ids)))
        count += len(ids)
        if len(ids) < BATCH:
            return count


def _invitations(before: datetime) -> int:
    stale = and_(Invitation.accepted_at.is_(None), Invitation.expires_at < before, Invitation.email != "")
    return _empty(Invitation, stale, {"email": ""})


def _visits(before: datetime) -> int:
    return _delete(ContestVisitor, ContestVisitor.first_at < before) + _delete(
        ContestRegular, ContestRegular.first_at < before
    )


def _pending(before: datetime) -> int:
    wishes = _delete(WouldWear, and_(WouldWear.person_id.is_(None), WouldWear.received_at < before))
    votes = _delete(PendingVote, PendingVote.received_at < before)
    return wishes + votes + _delete(PendingBallot, PendingBallot.received_at < before)


def _imports(before: datetime) -> int:
    said = or_(cast(ParcelImport.rows, Text) != "[]", ParcelImport.filename != "")
    return _empty(ParcelImport, and_(ParcelImport.at < before, said), {"rows": [], "left": [], "filename": ""})


def _addresses(before: datetime) -> int:
    over = or_(Preorder.shipped_at < before, Preorder.cancelled_at < before)
    return _empty(Preorder, and_(over, cast(Preorder.address, Text) != "{}"), {"address": {}})


def _takedowns(before: datetime) -> int:
    values = {"claimant": "", "email": "", "work": "", "statement": "", "address": ""}
    return _empty(Takedown, and_(Takedown.resolved_at < before, Takedown.email != ""), values)


def _unconfirmed(before: datetime) -> int:
    never = and_(Subscription.confirmed_at.is_(None), Subscription.declined_at.is_(None))
    return _delete(Subscription, and_(never, Subscription.asked_at < before))


def _delete(model: Any, which: ColumnElement[bool]) -> int:
    return _each(model, which, lambda session, ids: changed(session, delete(model).where(model.id.in_(ids))))


def _empty(model: Any, which: ColumnElement[bool], values: dict[str, Any]) -> int:
    statement = update(model)
    return _each(
        model, which, lambda session, ids: changed(session, statement.where(model.id.in_(ids)).values(**values))
    )


def _each(model: Any, which: ColumnElement[bool], act: Callable[[Any, list[int]], int]) -> int:
    """Act on batches, each in a transaction of its own: nobody waits long for the database."""
    count = 0
    while True:
        ids = list(db.session.scalars(select(model.id).where(which).order_by(model.id).limit(BATCH)))
        db.session.rollback()
        if ids:
            with transaction() as session:
                count += act(session, ids)
        if len(ids) < BATCH:
            return count


RULES: dict[str, Callable[[datetime], int]] = {
    "sign-in codes": lambda before: _delete(SignInCode, SignInCode.expires_at < before),
    "sessions": _sessions,
    "known devices": lambda before: _delete(KnownDevice, KnownDevice.last_at < before),
    "mails": _mails,
    "refused mail": lambda before: _delete(RefusingAddress, RefusingAddress.at < before),
    "unconfirmed newsletters": _unconfirmed,
    "ended newsletters": lambda before: _delete(Subscription, Subscription.ended_at < before),
    "notices": lambda before: _delete(Notice, Notice.at < before),
    "facts": _facts,
    "upload counts": lambda before: _delete(UploadCount, UploadCount.began < before),
    "repeat keys": lambda before: _delete(IdempotencyKey, IdempotencyKey.at < before),
    "invitations": _invitations,
    "guardians": lambda before: _delete(Guardian, Guardian.expires_at < before),
    "visits": _visits,
    "pending votes": _pending,
    "votes for questions": lambda before: _delete(QuestionVote, QuestionVote.at < before),
    "parcel imports": _imports,
    "addresses of orders": _addresses,
    "rights notices": _takedowns,
    "erased buyers": forgetting.forget_settled,
}
