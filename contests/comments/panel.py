"""What the thread under a design needs: one value for the template `comments/thread.html`."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext
from markupsafe import Markup
from sqlalchemy.orm import Session

from contests import queries as contests
from contests.comments import queries, rules
from contests.comments.forms import CommentForm
from contests.comments.holding.rules import HOLDING
from contests.comments.mentions import queries as mentions
from contests.comments.mentions import showing
from contests.comments.queries import Said
from contests.comments.reactions import queries as reactions
from contests.comments.suggestions import queries as suggestions
from contests.comments.suggestions.forms import SuggestionForm
from contests.comments.suggestions.queries import SuggestionRow
from contests.phases import Phase
from contests.submissions.queries import DesignRow

NEAR = 60  # thousandths of the picture: pins closer than that lie on each other under a thumb


@dataclass(frozen=True)
class Suggested:
    """A suggestion: what was said, and where it stands."""

    said: Said
    row: SuggestionRow


@dataclass(frozen=True)
class PinSeen:
    """A numbered button on the picture, in percent from its left and top."""

    number: int
    x: float
    y: float
    anchor: str


@dataclass(frozen=True)
class Talk:
    """A thread, and what its reader may do in it."""

    code: str
    designer_id: int
    thread: list[Said]
    suggestions: list[Suggested]
    count: int
    is_open: bool
    is_designer: bool
    is_moderator: bool
    artist_slug: str
    form: CommentForm
    suggestion_form: SuggestionForm
    moment: datetime
    bars: dict[int, reactions.Bar]
    names: dict[tuple[int, str], list[str]]
    word: str = ""  # to the author, about what was just sent

    @property
    def pins(self) -> list[PinSeen]:
        """Return the pins of what is not answered or not done yet, spread where they would lie on each other."""
        return spread(each.row for each in self.suggestions if each.said.shown and _is_pinned(each.row))

    def may_edit(self, said: Said) -> bool:
        """Return whether the reader may still change this comment of theirs."""
        return said.mine and rules.may_edit(said.state, said.created_at, self.moment)

    def html(self, said: Said) -> Markup:
        """Return what was said, with whom it mentions marked."""
        return showing.html(said.body_md, self.names.get((said.id, mentions.COMMENT), ()))

    def answer(self, suggested: Suggested) -> Markup:
        """Return the designer's answer to a suggestion, likewise."""
        return showing.html(suggested.row.answer, self.names.get((suggested.said.id, mentions.ANSWER), ()))

    def bar(self, said: Said) -> reactions.Bar:
        """Return the reactions to a comment."""
        return self.bars.get(said.id) or reactions.nobody()

    def may_react(self, said: Said) -> bool:
        """Return whether a signed-in reader may react to a comment."""
        return self.is_open and said.state == "visible" and not said.mine

    def why(self, said: Said) -> str:
        """Return what the author is told about a comment that others don't see."""
        if said.reason:
            return said.reason
        if said.state == "held":
            first = gettext("Only you see this: a moderator looks at it first.")
            return f"{first} {gettext(HOLDING[said.rule])}" if said.rule in HOLDING else first
        return ""


def talk(
    session: Session,
    design: DesignRow,
    artist_id: int,
    artist_slug: str,
    phase: Phase,
    viewer: Any,
    now: datetime,
    form: CommentForm | None = None,
    word: str = "",
) -> Talk:
    """Return the thread of a public design for `viewer` (current_user), suggestions apart. Five statements at most."""
    is_moderator = viewer.has_role(artist_id, "moderator") or viewer.is_operator
    everything = queries.thread(session, design.id, viewer.id, is_moderator)
    rows = {row.comment_id: row for row in suggestions.of_design(session, design.id)}
    thread = [item for item in everything if item.id not in rows]
    return Talk(
        code=design.code,
        designer_id=design.author_id,
        thread=thread,
        suggestions=[Suggested(item, rows[item.id]) for item in everything if item.id in rows],
        count=sum(item.state == "visible" for top in thread for item in (top, *top.replies)),
        is_open=rules.may_talk(phase),
        is_designer=viewer.id == design.author_id,
        is_moderator=is_moderator,
        artist_slug=artist_slug,
        form=form or CommentForm(formdata=None),
        suggestion_form=SuggestionForm(formdata=None),
        moment=now,
        bars=reactions.of_design(session, design.id, viewer.id),
        names=mentions.names_on(session, design.id) if _has_signs(everything, rows.values()) else {},
        word=word,
    )


def spread(rows: Iterable[SuggestionRow]) -> list[PinSeen]:
    """Return pins in the order of the list; one that would lie on an earlier one moves aside."""
    places: list[tuple[int, int]] = []
    pins = []
    for row in rows:
        x, y = row.x or 0, row.y or 0
        for _ in range(len(places)):
            if all(abs(x - left) >= NEAR or abs(y - top) >= NEAR for left, top in places):
                break
            x, y = (x + NEAR, y) if x + NEAR <= 1000 else (0, min(1000, y + NEAR))
        places.append((x, y))
        pins.append(PinSeen(row.number, x / 10, y / 10, row.anchor))
    return pins


def _has_signs(thread: Iterable[Said], rows: Iterable[SuggestionRow]) -> bool:
    """Return whether an @ stands anywhere: without one nobody is mentioned, and nobody need be asked for."""
    said = ("@" in each.body_md for top in thread for each in (top, *top.replies))
    return any(said) or any("@" in row.answer for row in rows)


def _is_pinned(row: SuggestionRow) -> bool:
    return row.x is not None and row.done_at is None and row.status != "declined"


def phase_of(session: Session, contest_id: int, now: datetime) -> tuple[int, Phase]:
    """Return (artist id, phase) of a design's contest."""
    contest = contests.contest(session, contest_id)
    if contest is None:
        raise LookupError(f"design of an unknown contest {contest_id}")
    return contest.artist_id, contest.phase(now)
