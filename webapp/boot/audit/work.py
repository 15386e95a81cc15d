"""Work that nobody does: a lease that ran out, or a row that waited too long for its turn."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import and_, func, or_, select, update

from contests.submissions import jobs as pictures
from contests.submissions import rebuilding
from contests.submissions.finalists import jobs as kits
from contests.submissions.finalists.models import FinalistKit
from contests.submissions.models import Remake, Revision
from contests.submissions.print_files import jobs as print_files
from contests.submissions.print_files.models import PrintFile
from contests.submissions.studio import jobs as studio
from contests.submissions.studio.models import StudioAsset
from preorders import batches
from preorders.exports import jobs as exports
from preorders.models import ExportLog, OrderBatch, ProductionPack
from preorders.production import jobs as packs
from preorders.production.store import WAITING as PACK_WAITS
from webapp.accounts.my_data import jobs as my_data
from webapp.accounts.my_data.models import DataRequest
from webapp.boot.audit.findings import NAMED, Finding, Plan, some
from webapp.infra import mail, outbox
from webapp.infra.db import changed, db, transaction
from webapp.infra.mail import OutgoingMail
from webapp.infra.outbox import Delivery

CHECK = "work"
LATE = timedelta(minutes=15)
"""Sweeps come each few seconds and leases last minutes: what is later than that, nobody does."""

JUST_NOW = timedelta(seconds=1)


@dataclass(frozen=True)
class Work:
    """Rows of work: which are open, since when each could have been done, and what wakes their workers."""

    name: str
    model: Any
    open: Any
    since: Any
    wake: Callable[[], object]
    lease: Any = None


def _made(name: str, model: Any, wake: Callable[[], object]) -> Work:
    open_ = model.state.in_(("waiting", "processing"))
    return Work(name, model, open_, func.coalesce(model.lease_until, model.created_at), wake, model.lease_until)


_DELIVERY_OPEN = and_(Delivery.done_at.is_(None), Delivery.failed_at.is_(None))
KINDS = (
    Work(
        "deliveries",
        Delivery,
        _DELIVERY_OPEN,
        func.coalesce(Delivery.lease_until, Delivery.not_before),
        outbox.sweep,
        Delivery.lease_until,
    ),
    Work("mails", OutgoingMail, OutgoingMail.state == "queued", OutgoingMail.not_before, mail.wake),
    _made("pictures of designs", Revision, pictures.sweep_waiting),
    _made("print files", PrintFile, print_files.sweep_waiting),
    _made("kits of finalists", FinalistKit, kits.sweep_waiting),
    _made("pictures to draw with", StudioAsset, studio.sweep),
    Work(
        "pictures to be made anew",
        Remake,
        Remake.done_at.is_(None),
        func.coalesce(Remake.lease_until, Remake.asked_at),
        rebuilding.feed,
        Remake.lease_until,
    ),
    Work(
        "exports of orders",
        ExportLog,
        ExportLog.state == "waiting",
        func.coalesce(ExportLog.lease_until, ExportLog.at),
        exports.sweep,
        ExportLog.lease_until,
    ),
    Work(
        "production packs",
        ProductionPack,
        PACK_WAITS,
        func.coalesce(ProductionPack.lease_until, ProductionPack.asked_at),
        packs.sweep,
        ProductionPack.lease_until,
    ),
    Work(
        "acts on many orders",
        OrderBatch,
        and_(OrderBatch.done_at.is_(None), OrderBatch.attempts < batches.ATTEMPTS),
        func.coalesce(OrderBatch.lease_until, OrderBatch.asked_at),
        batches.sweep,
        OrderBatch.lease_until,
    ),
    Work(
        "requests for one's own data",
        DataRequest,
        DataRequest.standing.is_(True),
        func.coalesce(DataRequest.lease_until, DataRequest.asked_at),
        my_data.sweep,
        DataRequest.lease_until,
    ),
)


def look(plan: Plan) -> Iterator[Finding]:
    """Name what was due long ago, kind by kind."""
    for kind in KINDS:
        yield from _late(kind, plan)


def _late(kind: Work, plan: Plan) -> Iterator[Finding]:
    late = (kind.open, kind.since < plan.at - LATE)
    number = db.session.scalar(select(func.count()).select_from(kind.model).where(*late)) or 0
    first = db.session.scalars(select(kind.model.id).where(*late).order_by(kind.model.id).limit(NAMED)).all()
    oldest = db.session.scalar(select(func.min(kind.since)).where(*late))
    db.session.rollback()
    if not number:
        return
    names = some([str(each) for each in first], number)
    what = f"{kind.name}: {number:,} due for more than {LATE.seconds // 60} minutes, since {oldest}: {names}"
    advice = "are ticker and workers running? (fanmade doctor)"
    if not plan.repair:
        yield Finding(CHECK, what, todo=f"{advice}; --repair ends the leases and wakes the workers")
        return
    if kind.lease is not None:
        with transaction() as session:
            over = or_(kind.lease.is_(None), kind.lease < plan.at)
            changed(session, update(kind.model).where(*late, over).values({kind.lease: plan.at - JUST_NOW}))
    kind.wake()
    yield Finding(CHECK, what, f"woken; if they are still here in a minute: {advice}")
