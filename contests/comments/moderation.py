"""What moderators do from their queue. Nothing is deleted; each act is a row, and each use case one transaction.

How a design changes by an act stands in `contests.submissions.moderation`; here the reports on it are
closed with it.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from contests.comments import history, queries, reasons, rules, store
from contests.comments.events import CommentModerated, TakedownResolved
from contests.comments.questions import queries as questions
from contests.comments.questions import store as question_store
from contests.comments.questions.events import QuestionModerated
from contests.comments.questions.queries import QuestionRow
from contests.submissions import moderation as designs
from contests.submissions import store as acts
from contests.submissions.moderation import UNDO_WINDOW
from webapp.accounts import audit
from webapp.accounts import queries as accounts
from webapp.accounts.events import PersonReinstated, PersonSuspended
from webapp.infra import outbox
from webapp.infra.db import transaction
from webapp.kernel.refusal import N_, NotFound, Refused

WORDS = ("comment", "question")  # kinds of things that are words, moderated alike


def moderate(
    comment_id: int,
    moderator_id: int | None,
    act: str,
    reason_code: str,
    reason: str,
    now: datetime,
    kind: str = "comment",
) -> int:
    """Approve, hold, hide or restore a comment (or a question, by `kind`) and close the reports on it; return the act.

    Its author is told with the reason, ten seconds later. Raises Refused when the state does not
    allow the act, a reason is missing, or somebody else was faster.
    """
    reasons.check_comment(act, reason_code, reason)
    with transaction() as session:
        said = words(session, kind, comment_id)
        state = rules.after(act, said.state)
        act_id = change(session, said, state, act, moderator_id, now, reason_code, reason.strip())
        store.resolve_reports(session, kind, comment_id, moderator_id, act, now)
    return act_id


def keep(kind: str, subject_id: int, artist_id: int, moderator_id: int, now: datetime) -> int:
    """Close the reports on a 'submission', 'comment' or 'question' that stays as it is; return the act's id."""
    with transaction() as session:
        if not store.resolve_reports(session, kind, subject_id, moderator_id, rules.KEEP, now):
            raise Refused("already-decided", N_("Somebody has decided about this meanwhile. Look again."))
        return acts.add_act(
            session,
            at=now,
            artist_id=artist_id,
            moderator_id=moderator_id,
            subject_kind=kind,
            subject_id=subject_id,
            act=rules.KEEP,
            state_before="",
        )


def judge(
    submission_id: int,
    moderator_id: int,
    act: str,
    reason_code: str,
    reason: str,
    now: datetime,
    trust: bool = False,
) -> int:
    """Approve, hold or hide a design and close the reports on it, both or neither; return the act's id.

    Raises what `contests.submissions.moderation.moderate` raises: a decision sent twice is made once.
    """
    with transaction() as session:
        act_id = designs.judge(session, submission_id, moderator_id, act, reason_code, reason, now, trust)
        store.resolve_reports(session, "submission", submission_id, moderator_id, act, now)
    return act_id


def decide_takedown(
    takedown_id: int,
    moderator_id: int,
    artist_id: int,
    outcome: str,
    submission_id: int | None,
    act: str,
    reason: str,
    now: datetime,
) -> int | None:
    """Close a rights holder's notice as 'upheld' or 'declined' ('' leaves it open) and, with a
    `submission_id`, carry out `act` on the design; return the act's id. The rights holder is told.

    Raises Refused when somebody was faster; then nothing has changed.
    """
    with transaction() as session:
        if outcome and not store.resolve_takedown(session, takedown_id, moderator_id, outcome, now):
            raise Refused("already-decided", N_("Somebody has decided about this meanwhile. Look again."))
        act_id = None
        if submission_id is not None:
            act_id = designs.judge(session, submission_id, moderator_id, act, "rights", reason, now)
        if outcome:
            subject = f"takedown:{takedown_id}"
            audit.note(session, now, moderator_id, artist_id, "takedown.resolve", subject, outcome=outcome)
            outbox.record(session, TakedownResolved(takedown_id), not_before=now + UNDO_WINDOW)
    return act_id


def undo(act_id: int, moderator_id: int, now: datetime, as_operator: bool = False) -> int:
    """Take back an act on a design, a comment or an account by a new one; return that one's id.

    The reports that the act closed are open again. Only the newest act on a thing can be taken back, once; what
    was decided at once is taken back at once, but for what somebody has decided about since. What was handed to the
    operators can after ten seconds be taken back by them alone.
    """
    with transaction() as session:
        act = history.act(session, act_id)
        if act is None:
            raise NotFound()
        if act.reason_code == reasons.ILLEGAL:
            _check_escalated(act, as_operator, now)
        if act.batch_id is None:
            return _take_back(session, act, moderator_id, now)
        undone = [_take_back(session, each, moderator_id, now) for each in _still_newest(session, act.batch_id)]
    if not undone:
        raise _too_late()
    return undone[-1]


def _still_newest(session: Session, batch_id: int) -> list[history.ActLine]:
    return [each for each in history.batch(session, batch_id) if each.can_undo]


def _take_back(session: Session, act: history.ActLine, moderator_id: int, now: datetime) -> int:
    if not act.can_undo:
        raise _too_late()
    store.reopen_reports(session, act.subject_kind, act.subject_id, act.at)
    if act.subject_kind == "submission" and act.act != rules.KEEP:
        return designs.take_back(session, act.id, moderator_id, now)
    if act.subject_kind in WORDS and act.act != rules.KEEP:
        said = words(session, act.subject_kind, act.subject_id)
        return change(session, said, act.state_before, rules.UNDO, moderator_id, now, undoes_id=act.id)
    if act.subject_kind == "person":
        _let_in(session, act.subject_id, "", told=now - act.at > UNDO_WINDOW)
    return acts.add_act(
        session,
        at=now,
        artist_id=act.artist_id,
        moderator_id=moderator_id,
        subject_kind=act.subject_kind,
        subject_id=act.subject_id,
        act=rules.UNDO,
        state_before="",
        undoes_id=act.id,
    )


def _check_escalated(act: history.ActLine, as_operator: bool, now: datetime) -> None:
    if now - act.at > UNDO_WINDOW and not as_operator:
        raise Refused("escalated", N_("The people who run this site look into it: only they can take it back."), 403)


def suspend(person_id: int, artist_id: int, moderator_id: int, reason_code: str, reason: str, now: datetime) -> int:
    """Suspend an account that took part in this artist's contests; return the act's id.

    Raises NotFound for people who never did, Refused('team-member') for the team's own, and
    'already-decided' when the account is suspended or an operator's.
    """
    if reason_code not in reasons.SUSPENDED:
        raise Refused("unknown-reason", N_("Choose one of the reasons."), 422)
    with transaction() as session:
        if person_id in accounts.team(session, artist_id):
            raise Refused("team-member", N_("Members of the team are let go by the artist, not suspended."), 403)
        if not history.took_part(session, person_id, artist_id):
            raise NotFound()
        if not store.suspend(session, person_id, reason, now):
            raise Refused("already-decided", N_("This account is suspended, or runs the installation."))
        act_id = acts.add_act(
            session,
            at=now,
            artist_id=artist_id,
            moderator_id=moderator_id,
            subject_kind="person",
            subject_id=person_id,
            act="suspend",
            reason_code=reason_code,
            reason=reason,
            state_before="",
        )
        outbox.record(session, PersonSuspended(person_id, reason), not_before=now + UNDO_WINDOW)
    return act_id


def reinstate(
    person_id: int, artist_id: int, moderator_id: int, reason: str, now: datetime, everywhere: bool = False
) -> int:
    """Let a suspended account act again, with a reason its owner reads; return the act's id.

    A team lets in whom it suspended itself; `everywhere` (an operator) anybody. Raises NotFound for
    accounts another team suspended, Refused('reason-missing') or 'already-decided'.
    """
    reason = reason.replace("\x00", "").strip()[: rules.NOTE_LENGTH]
    if not reason:
        raise Refused("reason-missing", N_("Say why: the owner of the account is told."), 422)
    with transaction() as session:
        suspended_by = history.suspended_by(session, person_id)
        if suspended_by != artist_id and not (everywhere and accounts.person(session, person_id)):
            raise NotFound()
        _let_in(session, person_id, reason, told=True)
        return acts.add_act(
            session,
            at=now,
            artist_id=artist_id,
            moderator_id=moderator_id,
            subject_kind="person",
            subject_id=person_id,
            act=rules.REINSTATE,
            reason=reason,
            state_before="",
        )


def _let_in(session: Session, person_id: int, reason: str, told: bool) -> None:
    if not store.reinstate(session, person_id):
        raise Refused("already-decided", N_("Somebody has decided about this meanwhile. Look again."))
    if told:  # whoever was let in within the ten seconds never heard of the suspension
        outbox.record(session, PersonReinstated(person_id, reason))


def find(session: Session, kind: str, subject_id: int) -> queries.CommentRow | QuestionRow | None:
    """Return a comment or a question, whatever its state."""
    if kind == "question":
        return questions.one(session, subject_id)
    return queries.comment(session, subject_id) if kind == "comment" else None


def words(session: Session, kind: str, subject_id: int) -> queries.CommentRow | QuestionRow:
    """Return a comment or a question that its author has not taken back; raises NotFound."""
    said = find(session, kind, subject_id)
    if said is None or said.state == "withdrawn":
        raise NotFound()
    return said


def change(
    session: Session,
    said: queries.CommentRow | QuestionRow,
    state: str,
    act: str,
    moderator_id: int | None,
    now: datetime,
    reason_code: str = "",
    reason: str = "",
    undoes_id: int | None = None,
    batch_id: int | None = None,
) -> int:
    """Move a comment or question to `state` by an act, in the caller's transaction; return the act's id.

    Raises Refused('already-decided'). Votes, answers and place of what is hidden stay, and come back with it.
    """
    move = question_store.set_state if said.kind == "question" else store.set_state
    if not move(session, said.id, said.state, state):
        raise _too_late()
    act_id = acts.add_act(
        session,
        at=now,
        artist_id=said.artist_id,
        moderator_id=moderator_id,
        subject_kind=said.kind,
        subject_id=said.id,
        act=act,
        reason_code=reason_code,
        reason=reason,
        state_before=said.state,
        undoes_id=undoes_id,
        batch_id=batch_id,
    )
    fact = QuestionModerated(said.id, act_id) if said.kind == "question" else CommentModerated(said.id, act_id)
    outbox.record(session, fact, not_before=now + UNDO_WINDOW)
    return act_id


def _too_late() -> Refused:
    return Refused("already-decided", N_("Somebody has decided about this meanwhile. Look again."))
