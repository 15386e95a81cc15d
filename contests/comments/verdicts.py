"""From a moderator's key to the act it means, for each kind of thing in the queue."""

from datetime import datetime

from flask_babel import force_locale, gettext
from sqlalchemy.orm import Session

from contests.comments import desk, moderation, queries, reasons, rules
from contests.submissions import moderation as designs
from contests.submissions import queries as submissions
from contests.submissions import rules as design_rules
from webapp.accounts import queries as accounts
from webapp.kernel.refusal import N_, NotFound, Refused

CHOICES = ("approve", "reject", "escalate")
ESCALATED = N_("A second moderator takes a look at it first.")


def decide(
    session: Session,
    artist_id: int,
    moderator_id: int,
    kind: str,
    subject_id: int,
    choice: str,
    reason_code: str,
    note: str,
    trust: bool,
    now: datetime,
) -> int | None:
    """Carry out a choice of CHOICES on a thing of this artist's queue; return the act's id.

    Raises NotFound for another artist's things, and what the acts themselves raise.
    """
    if choice not in CHOICES:
        raise Refused("unknown-act", N_("There is no such decision."), 422)
    if kind == "takedown":
        return _takedown(session, artist_id, moderator_id, subject_id, choice, now)
    if kind == "comment":
        return _comment(session, artist_id, moderator_id, subject_id, choice, reason_code, note, now)
    if kind == "submission" and submissions.artist_of(session, subject_id) == artist_id:
        return _design(session, artist_id, moderator_id, subject_id, choice, reason_code, note, trust, now)
    raise NotFound()


def take_back(session: Session, artist_id: int, moderator_id: int, act_id: int, now: datetime) -> int:
    """Take an act of this artist's team back; return the id of the act that does it."""
    act = desk.act(session, act_id)
    if act is None or act.artist_id != artist_id:
        raise NotFound()
    if act.subject_kind != "submission" or act.act == rules.KEEP:
        return moderation.undo(act_id, moderator_id, now)
    undoing = designs.undo(act_id, moderator_id, now)
    moderation.reopen("submission", act.subject_id, act.at)
    return undoing


def words(session: Session, author_id: int, table: dict[str, str], code: str, note: str) -> str:
    """Return the reason as the author will read it: the kind sentence in their language, then the note."""
    person = accounts.person(session, author_id)
    with force_locale(person.locale if person and person.locale else "en"):
        sentence = gettext(table[code]) if code in table else ""
    return " ".join(part for part in (sentence, note.replace("\x00", "").strip()[:500]) if part)


def _comment(
    session: Session,
    artist_id: int,
    moderator_id: int,
    comment_id: int,
    choice: str,
    code: str,
    note: str,
    now: datetime,
) -> int:
    said = queries.comment(session, comment_id)
    if said is None or said.artist_id != artist_id:
        raise NotFound()
    if choice == "approve":
        if said.state == "visible":
            return moderation.keep("comment", comment_id, artist_id, moderator_id, now)
        return moderation.moderate(comment_id, moderator_id, "approve", "", "", now)
    if choice == "escalate" and said.state == "held":
        raise Refused("already-held", N_("Nobody sees this already: it waits in “Put aside” once it was seen."))
    reason = words(session, said.author_id, reasons.COMMENT, code, note)
    if choice == "escalate":
        reason = words(session, said.author_id, {"escalated": ESCALATED}, "escalated", note)
        return moderation.moderate(comment_id, moderator_id, "hold", "", reason, now)
    return moderation.moderate(comment_id, moderator_id, "hide", code, reason, now)


def _design(
    session: Session,
    artist_id: int,
    moderator_id: int,
    submission_id: int,
    choice: str,
    code: str,
    note: str,
    trust: bool,
    now: datetime,
) -> int:
    design = submissions.by_id(session, submission_id)
    if design is None:
        raise NotFound()
    if choice == "approve" and design.state == "approved":
        return moderation.keep("submission", submission_id, artist_id, moderator_id, now)
    if choice == "approve":
        act_id = designs.moderate(submission_id, moderator_id, "approve", "", "", now, trust=trust)
        moderation.close_reports(submission_id, moderator_id, "approve", now)
        return act_id
    reason = words(session, design.author_id, design_rules.REASONS, code, note)
    if choice == "escalate":
        reason = words(session, design.author_id, {"escalated": ESCALATED}, "escalated", note)
    act = "hide" if choice == "reject" else "hold"
    act_id = designs.moderate(submission_id, moderator_id, act, code, reason, now)
    moderation.close_reports(submission_id, moderator_id, act, now)
    return act_id


def _takedown(
    session: Session, artist_id: int, moderator_id: int, takedown_id: int, choice: str, now: datetime
) -> int | None:
    notice = queries.takedown(session, takedown_id)
    if notice is None or notice.artist_id not in (artist_id, None):
        raise NotFound()
    act_id = None
    design = submissions.by_id(session, notice.submission_id) if notice.submission_id else None
    act = {"reject": "hide", "escalate": "hold"}.get(choice)
    if design and act and design.state in design_rules.ACTS[act][0]:
        reason = words(session, design.author_id, design_rules.REASONS, "rights", "")
        act_id = designs.moderate(design.id, moderator_id, act, "rights", reason, now)
    if choice != "escalate":
        outcome = "upheld" if choice == "reject" else "declined"
        moderation.resolve_takedown(takedown_id, moderator_id, artist_id, outcome, now)
    return act_id
