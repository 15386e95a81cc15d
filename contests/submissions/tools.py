"""What an author may do with a design of theirs right now: for the part of its page that only they see."""

from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext
from sqlalchemy.orm import Session

from contests import queries as contests
from contests.phases import Phase
from contests.submissions import failures, originals, queries, rules
from contests.submissions.forms import ACCEPT, fresh_key
from contests.submissions.queries import DesignRow
from webapp.kernel.refusal import Refused


@dataclass(frozen=True)
class AuthorTools:
    """Everything that submissions/author_tools.html reads, under the name `tools`.

    `reason` is why a design is held or hidden, `failure` why its newest picture could not be used
    (`retry_id` names the revision when the same file may be tried again), in the reader's language.
    `can_draw`: it was made in the studio, and can be drawn on there.
    """

    design: DesignRow
    can_revise: bool
    can_draw: bool
    can_withdraw: bool
    waiting: bool
    failure: str
    retry_id: int | None
    reason: str
    key: str
    accept: str
    max_bytes: int


def author_tools(session: Session, design: DesignRow, contest: contests.ContestRow, now: datetime) -> AuthorTools:
    """Return the tools for `design` of `contest`; the caller has checked that its author is asking."""
    phase, submitted, latest = contest.phase(now), design.submitted_at is not None, design.latest
    failed = latest is not None and latest.state == "failed"
    can_revise = not design.withdrawn_at and _allows(rules.require_revising, phase, submitted)
    return AuthorTools(
        design=design,
        can_revise=can_revise,
        can_draw=can_revise and latest is not None and latest.source == "studio",
        can_withdraw=not design.withdrawn_at and _allows(rules.require_withdrawable, phase, submitted),
        waiting=latest is not None and latest.state in ("waiting", "processing"),
        failure=failures.sentence(latest) if latest else "",
        retry_id=latest.id if latest and failed and failures.is_ours(latest) else None,
        reason=_reason(session, design),
        key=fresh_key(),
        accept=",".join(ACCEPT),
        max_bytes=originals.limits().bytes,
    )


def _allows(rule: object, phase: Phase, submitted: bool) -> bool:
    try:
        rule(phase, submitted)  # type: ignore[operator]
    except Refused:
        return False
    return True


def _reason(session: Session, design: DesignRow) -> str:
    if design.state not in ("held", "hidden"):
        return ""
    for act in queries.acts_on(session, design.id):
        if act.act in ("hold", "hide"):
            standard = gettext(rules.REASONS[act.reason_code]) if act.reason_code in rules.REASONS else ""
            return " ".join(part for part in (standard, act.reason) if part)
    return ""
