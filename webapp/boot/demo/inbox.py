"""Notices that the demo's named people find in their inbox. Rows only: nothing of the past is mailed."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from webapp.boot.demo.people import Cast
from webapp.notices import values
from webapp.notices.models import Notice


def seed_inbox(
    session: Session,
    cast: Cast,
    artist_name: str,
    titles: Mapping[str, str],
    won: tuple[str, str],
    order: tuple[str, str] | None,
    now: datetime,
) -> None:
    """Insert notices; `titles` maps contest slugs to titles, `won` is the winner's (title, code).

    `order` is (number, items in words) of a preorder of the fan who won, None when there is none.
    """
    told = _Teller(session, cast, {"artist": artist_name}, now)
    voting, picking, decided = "low-tide-tour-tee", "night-ferry-poster", "club-tee"
    closes = values.at(now + timedelta(days=5), "UTC", day=True)
    for fan in ("milja", "bram", "kelpie", "iiris", "noor"):
        params = {"contest": titles[voting], "closes": closes, "path": f"/c/{voting}"}
        told.tell(fan, "voting-open", voting, params, days=3, read=fan == "bram")
        about = {"contest": titles[decided], "title": won[0], "path": f"/c/{decided}/result"}
        told.tell(fan, "winner-announced", decided, about, days=40, read=True)
        until = values.at(now + timedelta(days=17), "UTC", day=True)
        opened = {"title": "The club tee", "until": until, "path": "/drops/club-tee"}
        told.tell(fan, "drop-opened", decided, opened, days=9, read=fan != "kelpie")
    told.tell("bram", "you-won", decided, about, days=40, read=True)
    decide_by = values.at(now + timedelta(days=12), "UTC", day=True)
    due = {"contest": titles[picking], "decide_by": decide_by, "path": "/team/aino-kuu"}
    told.tell("aino", "pick-time", picking, due, days=1, read=False)
    draft = {"title": "The club tee", "path": "/team/aino-kuu/drops"}
    told.tell("selma", "drop-draft", decided, draft, days=40, read=True)
    if order:
        placed = {"number": order[0], "items": order[1], "until": opened["until"], "path": f"/preorders/{order[0]}"}
        told.tell("bram", "preorder-placed", order[0], placed, days=8, read=False)


class _Teller:
    def __init__(self, session: Session, cast: Cast, common: dict[str, str], now: datetime) -> None:
        self.session, self.cast, self.common, self.now = session, cast, common, now

    def tell(self, key: str, kind: str, about: str, params: dict[str, Any], *, days: int, read: bool) -> None:
        at = self.now - timedelta(days=days, hours=1)
        self.session.add(
            Notice(
                recipient_id=self.cast.named[key],
                kind=kind,
                dedupe=f"{kind}:demo:{about}",
                params=self.common | params,
                at=at,
                read_at=at + timedelta(hours=5) if read else None,
            )
        )
