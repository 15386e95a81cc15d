"""Every SELECT about pick links. A link lives while its time lasts, nobody took it back, and its maker may send one."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from contests.models import Contest
from voting.pick_models import PickLink, PickLinkAct
from webapp.accounts.models import Person, TeamMember

SENDERS = ("artist", "merch_staff")  # operators too, as everywhere they stand in for staff


@dataclass(frozen=True)
class LinkRow:
    """A link, without anything its address could be made of; `opened` counts, `opened_at` is the last time."""

    id: int
    contest_id: int
    made_by: int
    for_name: str
    for_email: str
    made_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    opened: int
    opened_at: datetime | None

    def lives(self, now: datetime) -> bool:
        """Return whether its time lasts and nobody took it back."""
        return self.revoked_at is None and now < self.expires_at


@dataclass(frozen=True)
class ToRemind:
    """A living link that was mailed: what is needed to name its address again."""

    id: int
    made_by: int
    for_name: str
    for_email: str
    locale: str
    nonce: str
    token_hash: str
    expires_at: datetime


def of_contest(session: Session, contest_id: int) -> list[LinkRow]:
    """Return the links of a contest, the newest first."""
    return _rows(session, PickLink.contest_id == contest_id)


def living(session: Session, now: datetime, *which: ColumnElement[bool]) -> LinkRow | None:
    """Return the one link that fits, if it lives and its maker still may send one."""
    return next(iter(_rows(session, *which, *_lives(now))), None)


def to_remind(session: Session, contest_id: int, now: datetime) -> list[ToRemind]:
    """Return the living links of a contest that went out by mail."""
    columns = [getattr(PickLink, name) for name in ToRemind.__dataclass_fields__]
    mailed = (PickLink.contest_id == contest_id, PickLink.for_email != "")
    rows = session.execute(select(*columns).where(*mailed, *_lives(now)).order_by(PickLink.id))
    return [ToRemind(**row._mapping) for row in rows]


def by_link(session: Session, pick_ids: Iterable[int]) -> dict[int, LinkRow]:
    """Return by which link picks were made; those made with an account are left out. Two statements."""
    made = select(PickLinkAct.pick_id, PickLinkAct.link_id).where(
        PickLinkAct.act == "picked", PickLinkAct.pick_id.in_(list(pick_ids))
    )
    links = {pick_id: link_id for pick_id, link_id in session.execute(made) if pick_id is not None}
    rows = {row.id: row for row in _rows(session, PickLink.id.in_(set(links.values())))} if links else {}
    return {pick_id: rows[link_id] for pick_id, link_id in links.items()}


def _lives(now: datetime) -> tuple[ColumnElement[bool], ...]:
    held = and_(
        TeamMember.person_id == PickLink.made_by,
        TeamMember.artist_id == Contest.artist_id,
        TeamMember.role.in_(SENDERS),
        Contest.id == PickLink.contest_id,
    )
    maker = select(Person.id).where(
        Person.id == PickLink.made_by,
        Person.suspended_at.is_(None),
        Person.erased_at.is_(None),
        or_(Person.is_operator, select(TeamMember.id).where(held).exists()),
    )
    return PickLink.revoked_at.is_(None), PickLink.expires_at > now, maker.exists()


def _rows(session: Session, *conditions: Any) -> list[LinkRow]:
    opened = (
        select(PickLinkAct.link_id, func.count().label("opened"), func.max(PickLinkAct.at).label("opened_at"))
        .where(PickLinkAct.act == "opened")
        .group_by(PickLinkAct.link_id)
        .subquery()
    )
    own = [name for name in LinkRow.__dataclass_fields__ if not name.startswith("opened")]
    rows = session.execute(
        select(
            *(getattr(PickLink, name) for name in own),
            func.coalesce(opened.c.opened, 0).label("opened"),
            opened.c.opened_at,
        )
        .outerjoin(opened, opened.c.link_id == PickLink.id)
        .where(*conditions)
        .order_by(PickLink.id.desc())
    )
    return [LinkRow(**row._mapping) for row in rows]
