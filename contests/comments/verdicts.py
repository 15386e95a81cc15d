"""From a moderator's key to the act it means, for each kind of thing in the queue."""

from datetime import datetime

from flask_babel import force_locale, gettext
from sqlalchemy.orm import Session

from contests.comments import escalations, history, moderation, queries, reasons
from contests.submissions import queries as submissions
from contests.submissions import rules as design_rules
from webapp.accounts import queries as accounts
from webapp.kernel.refusal import N_, NotFound, Refused

CHOICES = ("approve", "reject", "escalate", "illegal")
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
    if choice == "illegal" and kind != "takedown":
        said = moderation.find(session, kind, subject_id)
        reason = words(session, said.author_id, reasons.ESCALATED, reasons.ILLEGAL, "") if said else ""
        return escalations.escalate(kind, subject_id, artist_id, moderator_id, reason, now)
    if kind == "takedown":
        return _takedown(session, artist_id, moderator_id, subject_id, choice, now)
    if kind in moderation.WORDS:
        return _words(session, artist_id, moderator_id, kind, subject_id, choice, reason_code, note, now)
    if kind == "submission" and submissions.artist_of(session, subject_id) == artist_id:
        return _design(session, artist_id, moderator_id, subject_id, choice, reason_code, note, trust, now)
    raise NotFound()


def take_back(
    session: Session, artist_id: int, moderator_id: int, act_id: int, now: datetime, as_operator: bool = False
) -> int:
    """Take an act of this artist's team back; return the id of the act that does it."""
    act = history.act(session, act_id)
    if act is None or act.artist_id != artist_id:
        raise NotFound()
    return moderation.undo(act_id, moderator_id, now, as_operator)


def words(session: Session, author_id: int, table: dict[str, str], code: str, note: str) -> str:
    """Return the reason as the author will read it: the kind sentence in their language, then the note."""
    person = accounts.person(session, author_id)
    with force_locale(person.locale if person and person.locale else "en"):
        sentence = gettext(table[code]) if code in table else ""
    return " ".join(part for part in (sentence, note.replace("\x00", "").strip()[:500]) if part)


def _words(
    session: Session,
    artist_id: int,
    moderator_id: int,
    kind: str,
    subject_id: int,
    choice: str,
    code: str,
    note: str,
    now: datetime,
) -> int:
    said = moderation.find(session, kind, subject_id)
    if said is None or said.artist_id != artist_id:
        raise NotFound()
    if choice == "approve":
        if said.state == "visible":
            return moderation.keep(kind, subject_id, artist_id, moderator_id, now)
        return moderation.moderate(subject_id, moderator_id, "approve", "", "", now, kind)
    if choice == "escalate" and said.state == "held":
        raise Refused("already-held", N_("Nobody sees this already: it waits in “Put aside” once it was seen."))
    reason = words(session, said.author_id, reasons.of_words(kind), code, note)
    if choice == "escalate":
        reason = words(session, said.author_id, {"escalated": ESCALATED}, "escalated", note)
        return moderation.moderate(subject_id, moderator_id, "hold", "", reason, now, kind)
    return moderation.moderate(subject_id, moderator_id, "hide", code, reason, now, kind)


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
        return moderation.judge(submission_id, moderator_id, "approve", "", "", now, trust=trust)
    reason = words(session, design.author_id, design_rules.REASONS, code, note)
    if choice == "escalate":
        reason = words(session, design.author_id, {"escalated": ESCALATED}, "escalated", note)
    act = "hide" if choice == "reject" else "hold"
    return moderation.judge(submission_id, moderator_id, act, code, reason, now)


def _takedown(
    session: Session, artist_id: int, moderator_id: int, takedown_id: int, choice: str, now: datetime
) -> int | None:
    notice = queries.takedown(session, takedown_id)
    if notice is None or notice.artist_id not in (artist_id, None):
        raise NotFound()
    design = submissions.by_id(session, notice.submission_id) if notice.submission_id else None
    act = {"reject": "hide", "escalate": "hold"}.get(choice, "")
    outcome = {"reject": "upheld", "approve": "declined"}.get(choice, "")
    if design is None or not act or design.state not in design_rules.ACTS[act][0]:
        return moderation.decide_takedown(takedown_id, moderator_id, artist_id, outcome, None, "", "", now)
    reason = words(session, design.author_id, design_rules.REASONS, "rights", "")
    return moderation.decide_takedown(takedown_id, moderator_id, artist_id, outcome, design.id, act, reason, now)
