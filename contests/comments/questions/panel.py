"""What the pages of questions need: one value for their templates. Nothing in it counts votes before an answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext
from sqlalchemy.orm import Session

from contests.comments.questions import queries, rules
from contests.comments.questions.queries import QuestionRow
from contests.queries import ContestRow

PER_PAGE = 24


@dataclass(frozen=True)
class Asked:
    """A question as one reader sees it; `same` are other words for it, `reason` is for its author alone."""

    row: QuestionRow
    mine: bool = False
    voted: bool = False
    same: Sequence[str] = ()
    reason: str = ""

    @property
    def why(self) -> str:
        """Return what the author is told about a question that others don't see."""
        if self.row.state != "held":
            return self.reason
        first = gettext("Only you see this: a moderator looks at it first.")
        held = rules.HOLDING.get(self.row.rule)
        return self.reason or (f"{first} {gettext(held)}" if held else first)


@dataclass(frozen=True)
class Listed:
    """A page of a contest's questions: `whole` are (answered, open) of all pages, `more` is the number of the next."""

    answered: Sequence[Asked]
    waiting: Sequence[Asked]
    unseen: Sequence[Asked]
    whole: tuple[int, int]
    page: int
    more: int | None


def listed(session: Session, contest_id: int, viewer_id: int | None, seed: int, page: int) -> Listed:
    """Return a page of questions: answered ones first, the newest on top, then the others in the visitor's order.

    Five statements at most, however many there are.
    """
    answered, waiting = queries.ids(session, contest_id)
    order = answered + rules.shuffled(waiting, seed)
    page = max(1, min(page, -(-len(order) // PER_PAGE) or 1))
    shown = seen(session, queries.some(session, order[(page - 1) * PER_PAGE : page * PER_PAGE]), viewer_id)
    unseen = queries.own_unseen(session, contest_id, viewer_id) if viewer_id and page == 1 else []
    return Listed(
        answered=[each for each in shown if each.row.answered_at],
        waiting=[each for each in shown if not each.row.answered_at],
        unseen=[Asked(row, mine=True, reason=reason) for row, reason in unseen],
        whole=(len(answered), len(waiting)),
        page=page,
        more=page + 1 if page * PER_PAGE < len(order) else None,
    )


def seen(session: Session, rows: Sequence[QuestionRow], viewer_id: int | None) -> list[Asked]:
    """Return visible questions as a reader sees them. Two statements."""
    ids = [row.id for row in rows]
    voted = queries.voted(session, viewer_id, ids)
    same = queries.merged(session, ids) if ids else {}
    return [
        Asked(row, row.author_id == viewer_id, row.id in voted, [words for _number, words in same.get(row.id, ())])
        for row in rows
    ]


@dataclass(frozen=True)
class Place:
    """The contest that questions are asked in, and what its reader may do there."""

    contest: ContestRow
    artist_name: str
    artist_slug: str
    brand_colour: str
    is_open: bool
    on_team: bool
    answers: bool


def place(contest: ContestRow, artist: Any, viewer: Any, now: datetime) -> Place:
    """Return it for `viewer` (current_user)."""
    return Place(
        contest,
        artist.name,
        artist.slug,
        artist.brand_colour,
        rules.may_ask(contest.phase(now)),
        viewer.has_role(artist.id, "artist", "merch_staff", "moderator"),
        viewer.has_role(artist.id, "artist", "merch_staff") or viewer.is_operator,
    )
