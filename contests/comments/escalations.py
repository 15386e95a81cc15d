"""What may be against the law: hidden at once, kept as it is, handed to the operators. One key, one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from contests.comments import moderation, reasons, rules, store
from contests.comments.events import Escalated
from contests.comments.models import Escalation
from contests.comments.questions.queries import QuestionRow
from contests.submissions import moderation as designs
from contests.submissions import queries as submissions
from contests.submissions.models import ModerationAct, Revision
from contests.submissions.moderation import UNDO_WINDOW
from webapp.accounts import audit
from webapp.accounts.models import Artist, Person
from webapp.infra import outbox
from webapp.infra.db import changed, transaction
from webapp.kernel.refusal import N_, NotFound, Refused


@dataclass(frozen=True)
class EscalationRow:
    """Something handed to the operators; `evidence` as in `models.Escalation`, `undone` when the team took it back."""

    id: int
    artist_slug: str
    artist_name: str
    subject_kind: str
    subject_id: int
    author_id: int
    author_email: str
    act_id: int
    evidence: dict[str, Any]
    at: datetime
    closed_at: datetime | None
    outcome: str
    undone: bool


def escalate(kind: str, subject_id: int, artist_id: int, moderator_id: int, reason: str, now: datetime) -> int:
    """Hide a 'submission', 'comment' or 'question' and hand it to the operators, who are told; return the act's id.

    `reason` is what the author of words reads; a design's author reads its code's.
    Raises NotFound for another artist's things, Refused('already-decided') when it is hidden already.
    """
    with transaction() as session:
        author_id, evidence = _evidence(session, kind, subject_id, artist_id)
        if kind == "submission":
            act_id = designs.judge(session, subject_id, moderator_id, "hide", reasons.ILLEGAL, "", now)
        else:
            said = moderation.words(session, kind, subject_id)
            state = rules.after("hide", said.state)
            act_id = moderation.change(session, said, state, "hide", moderator_id, now, reasons.ILLEGAL, reason)
        store.resolve_reports(session, kind, subject_id, moderator_id, "hide", now)
        row = Escalation(
            artist_id=artist_id,
            subject_kind=kind,
            subject_id=subject_id,
            act_id=act_id,
            author_id=author_id,
            moderator_id=moderator_id,
            evidence=evidence,
            at=now,
        )
        session.add(row)
        session.flush()
        audit.note(session, now, moderator_id, artist_id, "moderation.escalate", f"{kind}:{subject_id}", act=act_id)
        outbox.record(session, Escalated(row.id), not_before=now + UNDO_WINDOW)
    return act_id


def close(escalation_id: int, operator_id: int, outcome: str, now: datetime) -> None:
    """Write down what the operators did about it; the thing stays hidden and its files stay.

    Raises Refused('reason-missing'), or 'already-decided' when somebody was faster.
    """
    outcome = outcome.replace("\x00", "").strip()[:2000]
    if not outcome:
        raise Refused("reason-missing", N_("Write down what was done, and when."), 422)
    with transaction() as session:
        statement = update(Escalation).where(Escalation.id == escalation_id, Escalation.closed_at.is_(None))
        values = {"closed_at": now, "closed_by": operator_id, "outcome": outcome}
        if not changed(session, statement.values(**values)):
            raise Refused("already-decided", N_("Somebody has decided about this meanwhile. Look again."))
        audit.note(session, now, operator_id, None, "moderation.escalation-closed", f"escalation:{escalation_id}")


def rows(session: Session, escalation_id: int | None = None) -> Sequence[EscalationRow]:
    """Return what was handed to the operators (or one of it), what is open first, then the newest. One statement."""
    undo = select(ModerationAct.id).where(ModerationAct.undoes_id == Escalation.act_id).exists()
    own = [name for name in EscalationRow.__dataclass_fields__ if hasattr(Escalation, name)]
    statement = (
        select(
            *(getattr(Escalation, name) for name in own),
            Artist.slug.label("artist_slug"),
            Artist.name.label("artist_name"),
            Person.email.label("author_email"),
            undo.label("undone"),
        )
        .join(Artist, Artist.id == Escalation.artist_id)
        .join(Person, Person.id == Escalation.author_id)
        .where(Escalation.id == escalation_id if escalation_id else Escalation.id.is_not(None))
        .order_by(Escalation.closed_at.is_not(None), Escalation.id.desc())
        .limit(200)
    )
    return [EscalationRow(**row._mapping) for row in session.execute(statement)]


def _evidence(session: Session, kind: str, subject_id: int, artist_id: int) -> tuple[int, dict[str, Any]]:
    """Return the author and what must be kept; raises NotFound."""
    if kind in moderation.WORDS:
        said = moderation.find(session, kind, subject_id)
        if said is None or said.artist_id != artist_id:
            raise NotFound()
        words = said.words if isinstance(said, QuestionRow) else said.body_md
        return said.author_id, {"words": words, "created_at": said.created_at.isoformat()}
    design = submissions.by_id(session, subject_id) if kind == "submission" else None
    if design is None or submissions.artist_of(session, design.id) != artist_id:
        raise NotFound()
    files = session.execute(
        select(Revision.number, Revision.original_key, Revision.original_sha256, Revision.created_at)
        .where(Revision.submission_id == design.id)
        .order_by(Revision.number)
    )
    kept = [
        {"number": row.number, "key": row.original_key, "sha256": row.original_sha256, "at": row.created_at.isoformat()}
        for row in files
    ]
    told = {"title": design.title, "alt": design.alt, "description": design.description, "code": design.code}
    return design.author_id, {**told, "keys": [each["key"] for each in kept], "originals": kept}
