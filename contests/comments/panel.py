"""What the thread under a design needs: one value for the template `comments/thread.html`."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext
from sqlalchemy.orm import Session

from contests import queries as contests
from contests.comments import queries, rules
from contests.comments.forms import CommentForm
from contests.comments.queries import Said
from contests.phases import Phase
from contests.submissions.queries import DesignRow


@dataclass(frozen=True)
class Talk:
    """A thread, and what its reader may do in it."""

    code: str
    designer_id: int
    thread: list[Said]
    count: int
    is_open: bool
    is_moderator: bool
    artist_slug: str
    form: CommentForm
    moment: datetime

    def may_edit(self, said: Said) -> bool:
        """Return whether the reader may still change this comment of theirs."""
        return said.mine and rules.may_edit(said.state, said.created_at, self.moment)

    def why(self, said: Said) -> str:
        """Return what the author is told about a comment that others don't see."""
        if said.reason:
            return said.reason
        if said.state == "held":
            return str(gettext("Only you see this: a moderator looks at it first."))
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
) -> Talk:
    """Return the thread of a public design for `viewer` (current_user). Two statements."""
    is_moderator = viewer.has_role(artist_id, "moderator") or viewer.is_operator
    thread = queries.thread(session, design.id, viewer.id, is_moderator)
    return Talk(
        code=design.code,
        designer_id=design.author_id,
        thread=thread,
        count=sum(item.state == "visible" for top in thread for item in (top, *top.replies)),
        is_open=rules.may_talk(phase),
        is_moderator=is_moderator,
        artist_slug=artist_slug,
        form=form or CommentForm(formdata=None),
        moment=now,
    )


def phase_of(session: Session, contest_id: int, now: datetime) -> tuple[int, Phase]:
    """Return (artist id, phase) of a design's contest."""
    contest = contests.contest(session, contest_id)
    if contest is None:
        raise LookupError(f"design of an unknown contest {contest_id}")
    return contest.artist_id, contest.phase(now)
