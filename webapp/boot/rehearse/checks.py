"""Does everything agree afterwards? Each check returns what is wrong, in words; nothing when all is well."""

import csv
import json
import zipfile
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from email import message_from_bytes
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from contests import queries as contests
from contests.comments import queries as comments
from contests.submissions import queries as submissions
from contests.submissions.models import Submission
from preorders import queries as drops
from preorders import recount as stock
from preorders.models import Drop, Preorder, PreorderLine, Variant
from voting import queries as voting
from voting import recounting
from voting.models import Vote
from webapp.accounts import queries as people
from webapp.infra import mail
from webapp.infra.mail import OutgoingMail
from webapp.infra.outbox import Delivery
from webapp.infra.storage import storage
from webapp.notices.models import Notice

PICK, OPENED, SHIPPED = ("you-won", "winner-announced"), ("drop-opened",), ("order-shipped",)


def pictures(session: Session, codes: Iterable[str]) -> list[str]:
    """Every accepted picture has all its renditions, and they are really there."""
    wrong = []
    for code in codes:
        design = submissions.design(session, code)
        revision = design.revision if design else None
        if revision is None or revision.state != "done" or not revision.renditions:
            wrong.append(f"design {code}: no finished picture")
            continue
        keys = [size[kind] for size in revision.renditions for kind in ("avif", "jpeg")]
        keys += [key for key in (revision.share_card_key, revision.original_key) if key]
        wrong += [f"design {code}: {key} is missing" for key in keys if not storage().exists(key)]
    return wrong


def votes(session: Session, contest_id: int, wanted: Mapping[str, int], result: Mapping[str, Any]) -> list[str]:
    """The votes given are the votes kept, the votes in the ledger, and the votes published."""
    rows = session.execute(
        select(Submission.code, func.count(Vote.id))
        .outerjoin(Vote, Vote.submission_id == Submission.id)
        .where(Submission.contest_id == contest_id, Submission.code.in_(list(wanted)))
        .group_by(Submission.code)
    )
    kept = dict(rows.all())
    told = {each["code"]: each["votes"] for each in result["order"] if each["code"]}
    session.rollback()
    wrong = [line for count in recounting.recount(contest_id) for line in count.differences]
    for code, number in wanted.items():
        if not number == kept.get(code) == told.get(code):
            wrong.append(f"design {code}: {number} given, {kept.get(code)} kept, {told.get(code)} published")
    return wrong


def orders(session: Session, drop_id: int, answers: Mapping[str, str]) -> list[str]:
    """Nothing oversold, nothing left while somebody was refused for want of it, no order lost."""
    wrong = stock.differences(session)
    drop = session.execute(select(Drop.edition_cap, Drop.reserved).where(Drop.id == drop_id)).one()
    if drop.edition_cap is not None and drop.reserved > drop.edition_cap:
        wrong.append(f"the edition of {drop.edition_cap} is oversold: {drop.reserved}")
    numbers = set(session.scalars(select(Preorder.number).where(Preorder.drop_id == drop_id)))
    confirmed = {answer for answer in answers.values() if answer.startswith("FM")}
    if numbers != confirmed:
        wrong.append(f"{len(confirmed)} orders were confirmed, {len(numbers)} are kept")
    return wrong


def exports(session: Session, drop_id: int, paths: Sequence[Path]) -> list[str]:
    """Each exported file adds up with the orders that stand."""
    lines = select(Variant.sku, func.sum(PreorderLine.quantity)).join(Variant, Variant.id == PreorderLine.variant_id)
    standing = lines.join(Preorder, Preorder.id == PreorderLine.preorder_id).where(
        Preorder.drop_id == drop_id, drops.HOLDING
    )
    wanted = {sku: int(count) for sku, count in session.execute(standing.group_by(Variant.sku))}
    rows = session.scalar(
        select(func.count(PreorderLine.id))
        .join(Preorder, Preorder.id == PreorderLine.preorder_id)
        .where(Preorder.drop_id == drop_id, drops.HOLDING)
    )
    wrong = []
    for path in paths:
        if path.suffix == ".xlsx":
            if (found := _sheet_rows(path) - 1) != rows:
                wrong.append(f"{path.name}: {found} rows, {rows} order lines")
        elif (sums := _sums(path)) != wanted:
            wrong.append(f"{path.name}: {sum(sums.values())} pieces, {sum(wanted.values())} ordered")
    return wrong


def told(session: Session, contest_id: int, has_winner: bool) -> list[str]:
    """Everybody who took part heard of the pick and of the drop, each buyer of the parcel: once, by mail too."""
    wrong = [
        f"delivery {d}: given up" for d in session.scalars(select(Delivery.id).where(Delivery.failed_at.is_not(None)))
    ]
    late = session.scalar(select(func.count()).where(OutgoingMail.state != "sent"))
    if late:
        wrong.append(f"{late} mails were not sent")
    wrong += _mailbox(session)
    if not has_winner:
        return wrong
    took_part = {
        *submissions.authors_of(session, contest_id),
        *comments.commenters_of(session, contest_id),
        *voting.voters_of(session, contest_id),
    }
    wrong += _heard(session, "the pick", PICK, took_part)
    contest = contests.contest(session, contest_id)
    followers = set(people.followers(session, contest.artist_id)) if contest else set()
    wrong += _heard(session, "the drop", OPENED, took_part | followers)
    drop = drops.of_contest(session, contest_id)
    sent = session.execute(
        select(Preorder.person_id, func.count())
        .where(Preorder.drop_id == (drop.id if drop else 0), Preorder.state == "shipped")
        .group_by(Preorder.person_id)
    )
    parcels = dict(sent.all())
    heard = _notices(session, SHIPPED)
    if heard != parcels:
        wrong.append(f"{sum(parcels.values())} parcels left, {sum(heard.values())} were told of")
    return wrong


def _heard(session: Session, what: str, kinds: tuple[str, ...], wanted: set[int]) -> list[str]:
    heard = _notices(session, kinds)
    wrong = [f"person {each} did not hear of {what}" for each in sorted(wanted - heard.keys())]
    wrong += [f"person {each} heard of {what} {n} times" for each, n in sorted(heard.items()) if n > 1]
    mailed = Counter(session.scalars(select(OutgoingMail.recipient_id).where(OutgoingMail.state == "sent", _of(kinds))))
    wrong += [f"person {each} got no mail about {what}" for each in sorted(wanted - mailed.keys())]
    wrong += [f"person {each} got {n} mails about {what}" for each, n in sorted(mailed.items()) if n > 1]
    return wrong


def _of(kinds: tuple[str, ...]) -> Any:
    # What a mail was about stands in its key: its words are forgotten once it is sent.
    return or_(*(OutgoingMail.dedupe.startswith(f"notice:{kind}:") for kind in kinds))


def _notices(session: Session, kinds: tuple[str, ...]) -> dict[int, int]:
    rows = select(Notice.recipient_id, func.count()).where(Notice.kind.in_(kinds)).group_by(Notice.recipient_id)
    return dict(session.execute(rows).all())


def _mailbox(session: Session) -> list[str]:
    """The mailbox holds each message that was sent, once."""
    folder = mail.mailbox_folder(current_app.config["SETTINGS"])
    arrived = Counter(str(message_from_bytes(path.read_bytes())["Message-ID"]) for path in folder.glob("*.eml"))
    sent = set(session.scalars(select(OutgoingMail.message_id).where(OutgoingMail.state == "sent")))
    wrong = [f"{len(sent - arrived.keys())} mails did not arrive"] if sent - arrived.keys() else []
    return wrong + [f"mail {each} arrived {n} times" for each, n in arrived.items() if n > 1]


def _sums(path: Path) -> dict[str, int]:
    if path.suffix == ".json":
        rows = json.loads(path.read_text(encoding="utf-8"))
    else:
        with open(path, encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
    sums: Counter[str] = Counter()
    for row in rows:
        sums[row["sku"]] += int(row["quantity"])
    return {sku: count for sku, count in sums.items() if count}


def _sheet_rows(path: Path) -> int:
    with zipfile.ZipFile(path) as book:
        return book.read("xl/worksheets/sheet1.xml").count(b"<row ")


def standing(session: Session, drop_id: int) -> tuple[int, int, int]:
    """Return how many orders stand, how many pieces they hold, and how many were cancelled."""
    orders, pieces = session.execute(
        select(func.count(func.distinct(Preorder.id)), func.coalesce(func.sum(PreorderLine.quantity), 0))
        .join(PreorderLine, PreorderLine.preorder_id == Preorder.id)
        .where(Preorder.drop_id == drop_id, drops.HOLDING)
    ).one()
    gone = select(func.count()).where(Preorder.drop_id == drop_id, Preorder.state == "cancelled")
    return orders, int(pieces), session.scalar(gone) or 0


def mails(session: Session) -> int:
    """Return how many mails were sent."""
    return session.scalar(select(func.count()).where(OutgoingMail.state == "sent")) or 0
