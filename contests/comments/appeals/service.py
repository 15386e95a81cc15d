"""Asking for a second look, and answering; each is one transaction."""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from contests.comments import moderation, reasons
from contests.comments import rules as comments
from contests.comments.appeals import queries, rules
from contests.comments.events import ActAppealAnswered, ActAppealed
from contests.comments.models import Appeal
from contests.submissions import moderation as designs
from webapp.accounts import audit
from webapp.infra import outbox
from webapp.infra.db import changed, insert_once, transaction
from webapp.kernel.refusal import N_, NotFound, Refused


def ask(act_id: int, author_id: int, text: str, now: datetime) -> int:
    """Ask for a second look at an act on what is one's own; return the appeal's id.

    Once per act: asked again it is the same appeal. Raises NotFound for another's, Refused('appeal-length'), or
    'nothing-to-appeal' when the thing is shown again or somebody has decided anew.
    """
    text = rules.check_text(text)
    with transaction() as session:
        judged = queries.one(session, act_id)
        if judged is None or judged.author_id != author_id:
            raise NotFound()
        if judged.appeal_id:
            return judged.appeal_id
        if not judged.may_appeal:
            raise Refused("nothing-to-appeal", N_("This has been decided anew meanwhile. Look again."))
        appeal_id = insert_once(
            session,
            Appeal,
            artist_id=judged.artist_id,
            act_id=act_id,
            person_id=author_id,
            text=text,
            at=now,
            outcome="",
            answer="",
        )
        if appeal_id is None:
            raise Refused("asked-before", N_("You have asked for a second look before. It is waiting for its answer."))
        outbox.record(session, ActAppealed(appeal_id))
    return appeal_id


def answer(
    appeal_id: int,
    artist_id: int,
    judge_id: int,
    choice: str,
    words: str,
    now: datetime,
    as_operator: bool = False,
) -> None:
    """Grant or decline an appeal ('grant', 'decline'), with words its author reads; granted, the thing is shown again.

    Raises NotFound for another artist's, Refused('another-person') for who did the act, 'escalated',
    'reason-missing' or 'already-decided'.
    """
    words = words.replace("\x00", "").strip()[: comments.NOTE_LENGTH]
    with transaction() as session:
        judged = queries.by_appeal(session, appeal_id)
        if judged is None or judged.artist_id != artist_id:
            raise NotFound()
        outcome = rules.check_answer(choice, words)
        escalated = judged.reason_code == reasons.ILLEGAL
        rules.check_judge(judge_id, judged.moderator_id, judged.author_id, escalated, as_operator)
        statement = update(Appeal).where(Appeal.id == appeal_id, Appeal.answered_at.is_(None))
        values = {"outcome": outcome, "answer": words, "answered_at": now, "answered_by": judge_id}
        if not changed(session, statement.values(**values)):
            raise Refused("already-decided", N_("Somebody has answered this meanwhile. Look again."))
        if outcome == "granted" and judged.newest:
            _show_again(session, judged, judge_id, now)
        audit.note(session, now, judge_id, artist_id, "moderation.appeal", f"appeal:{appeal_id}", outcome=outcome)
        outbox.record(session, ActAppealAnswered(appeal_id))


def _show_again(session: Session, judged: queries.Judged, judge_id: int, now: datetime) -> None:
    if judged.state not in ("held", "hidden"):
        return
    if judged.subject_kind == "submission":
        act = "approve" if judged.state == "held" else "restore"
        designs.judge(session, judged.subject_id, judge_id, act, "", "", now)
        return
    said = moderation.words(session, judged.subject_kind, judged.subject_id)
    moderation.change(session, said, comments.after("restore", said.state), "restore", judge_id, now)
