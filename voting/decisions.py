"""The decision record: what was decided, from what, by whom and why. Written as the pick is announced, never changed.

Designs are named by their number, as in a result: whether a design is still shown is asked when the record is read.
What happens to a pick later (it was voided) stands in `picks`, beside the record.
"""

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from contests.queries import ContestRow
from contests.submissions import queries as submissions
from contests.submissions.queries import CardRow
from voting import pick_links_queries, picks_queries, results
from voting.models import Pick, Round
from voting.pick_links_queries import SENDERS, LinkRow
from voting.pick_models import Decision
from voting.picks_queries import PickRow
from voting.results import Result
from webapp.accounts import queries as accounts
from webapp.infra.db import insert_once

FORMAT = 1
# Who knows that a contest's result may still change (appeals are open): (session, contest id) -> bool.
PROVISIONAL: list[Callable[[Session, int], bool]] = []


@dataclass(frozen=True)
class Record:
    """A record as it was kept: its bytes as text, their SHA-256, and what they say."""

    pick_id: int
    text: str
    sha256: str
    said: dict[str, Any]

    @property
    def picked_at(self) -> datetime:
        """When the artist picked."""
        return datetime.fromisoformat(self.said["picked_at"])

    @property
    def announced_at(self) -> datetime:
        """When everybody was told."""
        return datetime.fromisoformat(self.said["announced_at"])


@dataclass(frozen=True)
class Entry:
    """An announced pick beside its record; picks from before records were kept have none."""

    pick: PickRow
    record: Record | None
    winner: CardRow | None


@dataclass(frozen=True)
class DecisionPage:
    """What the page shows: announced picks, the newest first, and when picks were undone before anybody was told."""

    artist_name: str
    entries: list[Entry]
    undone: list[datetime]
    cards: dict[int, CardRow]


def keep(session: Session, contest: ContestRow, pick_id: int) -> None:
    """Write the record of a pick that was just announced, in the caller's transaction; once."""
    found = picks_queries.pick(session, pick_id)
    if found is None:
        raise LookupError(f"pick {pick_id}")
    said = _said(session, contest, found)
    text = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    values = {"contest_id": contest.id, "record": text, "sha256": _digest(text)}
    insert_once(session, Decision, pick_id=pick_id, **values)


def of_pick(session: Session, contest_id: int, pick_id: int) -> Record | None:
    """Return the record of a pick of this contest."""
    return _records(session, contest_id).get(pick_id)


def build(session: Session, contest: ContestRow) -> DecisionPage:
    """Return the page; the number of statements does not grow with picks or finalists."""
    announced, records = picks_queries.announced(session, contest.id), _records(session, contest.id)
    designs = {each.submission_id for each in announced}
    for record in records.values():
        designs |= {each["design"] for each in record.said["shortlist"]}
        designs |= set(record.said["fans_choice"])
    shown = designs & set(submissions.public_ids(session, contest.id))
    cards, artist = submissions.cards(session, shown), accounts.artist(session, contest.artist_id)
    return DecisionPage(
        artist_name=artist.name if artist else "",
        entries=[Entry(each, records.get(each.id), cards.get(each.submission_id)) for each in announced],
        # Of a pick that may still be undone or announced nobody hears.
        undone=_undone(session, contest.id, max((each.picked_at for each in announced), default=None)),
        cards=cards,
    )


def as_json(contest: ContestRow, page: DecisionPage) -> dict[str, Any]:
    """Return the page for scripts; `codes` names the designs that are shown."""
    return {
        "contest": contest.slug,
        "decisions": [
            {
                "record": each.record.said if each.record else None,
                "sha256": each.record.sha256 if each.record else None,
                "design": each.pick.submission_id,
                "announced_at": _iso(each.pick.announced_at),
                "stands": each.pick.stands,
                "voided_at": _iso(each.pick.voided_at),
                "void_reason": each.pick.void_reason if each.pick.voided_at else "",
            }
            for each in page.entries
        ],
        "undone_at": [_iso(each) for each in page.undone],
        "codes": {str(number): card.code for number, card in sorted(page.cards.items())},
    }


def is_provisional(session: Session, contest_id: int) -> bool:
    """Return whether somebody says that the result may still change."""
    return any(says(session, contest_id) for says in PROVISIONAL)


def differences(session: Session, round_id: int) -> Iterator[str]:
    """Yield what does not agree between the records of a round's contest and their picks: the recount's look."""
    where = select(Round.contest_id).where(Round.id == round_id, Round.kind == "open").scalar_subquery()
    rows = session.execute(
        select(Decision.pick_id, Decision.record, Decision.sha256, Pick.submission_id, Pick.reason, Pick.announced_at)
        .join(Pick, Pick.id == Decision.pick_id)
        .where(Decision.contest_id == where)
    )
    for row in rows:
        if _digest(row.record) != row.sha256:
            yield f"decision on pick {row.pick_id}: the record is not the one whose SHA-256 was kept"
        said = _readable(row.record)
        if (said.get("design"), said.get("reason"), said.get("announced_at")) != (
            row.submission_id,
            row.reason,
            _iso(row.announced_at),
        ):
            yield f"decision on pick {row.pick_id}: the pick is not what the record says"


def _said(session: Session, contest: ContestRow, pick: PickRow) -> dict[str, Any]:
    counted = results.result(session, contest.id)
    finalists = picks_queries.finalists(session, contest.id)
    link = pick_links_queries.by_link(session, [pick.id]).get(pick.id)
    place = counted.placed(pick.submission_id) if counted else None
    return {
        "format": FORMAT,
        "contest": contest.slug,
        "pick": pick.id,
        "design": pick.submission_id,
        "reason": pick.reason,
        "picked_at": _iso(pick.picked_at),
        "announced_at": _iso(pick.announced_at),
        "by": _by(session, contest, link),
        "rank": place.rank if place else None,
        "fans_choice": list(counted.fans_choice) if counted else [],
        "shortlist": [
            {"design": each.submission_id, "rank": each.rank, "votes": each.votes, "drawn": each.drawn}
            for each in finalists
        ],
        "result": _result(counted, is_provisional(session, contest.id)) if counted else None,
        "undone": [_iso(each) for each in _undone(session, contest.id, pick.picked_at)],
        "voided": [
            {"pick": each.id, "design": each.submission_id, "voided_at": _iso(each.voided_at)}
            for each in picks_queries.announced(session, contest.id)
            if each.voided_at
        ],
    }


def _by(session: Session, contest: ContestRow, link: LinkRow | None) -> dict[str, Any]:
    """Return who picked, by their part and not by name: the artist, and whose part it was to send a link."""
    if link is None:
        return {"role": "artist", "through": "account", "sent_by": None}
    roles = [role for role in SENDERS if link.made_by in accounts.team(session, contest.artist_id, role)]
    return {"role": "artist", "through": "link", "sent_by": roles[0] if roles else "operator"}


def _result(counted: Result, provisional: bool) -> dict[str, Any]:
    kept = ("kind", "method", "variant", "version", "counted", "held", "rejected", "root", "revised_at")
    said = {name: getattr(counted, name) for name in kept}
    return {**said, "closed_at": _iso(counted.closed_at), "provisional": provisional}


def _undone(session: Session, contest_id: int, until: datetime | None) -> list[datetime]:
    found = picks_queries.undone(session, contest_id)
    return [each.undone_at for each in found if each.undone_at and until and each.picked_at < until]


def _records(session: Session, contest_id: int) -> dict[int, Record]:
    rows = session.execute(
        select(Decision.pick_id, Decision.record, Decision.sha256).where(Decision.contest_id == contest_id)
    )
    return {row.pick_id: Record(row.pick_id, row.record, row.sha256, json.loads(row.record)) for row in rows}


def _readable(record: str) -> dict[str, Any]:
    """Return what a record says; nothing when somebody made it unreadable."""
    try:
        said = json.loads(record)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
