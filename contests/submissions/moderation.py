"""What moderators do with designs: nothing is deleted, everything is written down and can be taken back."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from contests.submissions import queries, rules, store
from contests.submissions.events import SubmissionModerated
from contests.submissions.queries import DesignRow
from webapp.accounts import store as people
from webapp.infra import outbox
from webapp.infra.db import transaction
from webapp.kernel.refusal import NotFound

UNDO_WINDOW = timedelta(seconds=10)
"""For so long nobody is told of an act: a slip of the finger stays between the moderator and the log."""


def moderate(
    submission_id: int,
    moderator_id: int | None,
    act: str,
    reason_code: str,
    reason: str,
    now: datetime,
    trust: bool = False,
) -> int:
    """Approve, hold, hide or restore a design that was sent in; return the act's id.

    With `trust` (approve only) the author's next designs are shown at once. `moderator_id` None
    stands for a documented rule. Raises Refused when the state does not allow the act, a reason is
    missing, or somebody else was faster. Whether the moderator may judge is the caller's to check.
    """
    with transaction() as session:
        return judge(session, submission_id, moderator_id, act, reason_code, reason, now, trust)


def undo(act_id: int, moderator_id: int, now: datetime) -> int:
    """Take an act back by a new one that restores the state before; return the new act's id.

    Only the newest act on a design can be taken back, once.
    """
    with transaction() as session:
        return take_back(session, act_id, moderator_id, now)


def judge(
    session: Session,
    submission_id: int,
    moderator_id: int | None,
    act: str,
    reason_code: str,
    reason: str,
    now: datetime,
    trust: bool = False,
    batch_id: int | None = None,
) -> int:
    """Do what `moderate` does, in the caller's transaction."""
    rules.require_reason(act, reason_code, reason)
    design = _sent_in(session, submission_id)
    state, words = rules.after(act, design.state), reason.strip()
    act_id = _change(session, design, state, act, moderator_id, now, reason_code, words, batch_id=batch_id)
    if trust and act == "approve":
        people.change_person(session, design.author_id, trusted_at=now)
    return act_id


def take_back(session: Session, act_id: int, moderator_id: int, now: datetime) -> int:
    """Do what `undo` does, in the caller's transaction."""
    undone = queries.act(session, act_id)
    if undone is None:
        raise NotFound()
    design = _sent_in(session, undone.subject_id)
    if queries.acts_on(session, design.id)[0].id != act_id or undone.act == rules.UNDO:
        raise rules.too_late()
    return _change(session, design, undone.state_before, rules.UNDO, moderator_id, now, undoes_id=act_id)


def _change(
    session: Session,
    design: DesignRow,
    state: str,
    act: str,
    moderator_id: int | None,
    now: datetime,
    reason_code: str = "",
    reason: str = "",
    undoes_id: int | None = None,
    batch_id: int | None = None,
) -> int:
    if not store.set_state(session, design.id, design.state, state, now):
        raise rules.too_late()
    act_id = store.add_act(
        session,
        at=now,
        artist_id=queries.artist_of(session, design.id),
        moderator_id=moderator_id,
        subject_kind="submission",
        subject_id=design.id,
        act=act,
        reason_code=reason_code,
        reason=reason,
        state_before=design.state,
        undoes_id=undoes_id,
        batch_id=batch_id,
    )
    outbox.record(session, SubmissionModerated(design.id, act_id), not_before=now + UNDO_WINDOW)
    return act_id


def _sent_in(session: Session, submission_id: int) -> DesignRow:
    design = queries.by_id(session, submission_id)
    if design is None or not design.submitted_at or design.withdrawn_at:
        raise NotFound()
    return design
