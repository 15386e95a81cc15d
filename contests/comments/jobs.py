"""Who hears what of comments and reports. Outbox handlers: safe to run twice."""

from typing import Any

from sqlalchemy.orm import Session

from contests.comments import escalations, history, queries
from contests.comments.mentions import tell as mentions
from contests.comments.queries import CommentRow, TakedownRow
from contests.comments.suggestions import queries as suggestions
from contests.submissions import queries as designs
from contests.submissions.queries import DesignRow
from webapp.accounts import queries as accounts
from webapp.accounts.queries import PersonRow
from webapp.infra import mail
from webapp.infra.db import transaction
from webapp.infra.markdown import plain
from webapp.kernel.now import now
from webapp.notices.store import notify

WORDS = 140


def tell_of_comment(comment_id: int) -> None:
    """Tell the designer, and whoever was answered, of a comment that everybody can read."""
    with transaction() as session:
        said = queries.comment(session, comment_id)
        if said and said.state == "visible":
            _tell(session, said)


def tell_of_moderation(comment_id: int, act_id: int) -> None:
    """Tell the author what a moderator did and why; nothing when the act was taken back at once."""
    with transaction() as session:
        said, act = queries.comment(session, comment_id), history.act(session, act_id)
        if said is None or act is None or not act.can_undo:
            return
        if said.state == "visible":
            _tell(session, said)
        kind = "comment-moderated" if said.state == "visible" else "comment-hidden"
        path = _path(said) if said.state == "visible" else f"/second-look/{act_id}"
        params = {"path": path, "title": said.design_title, "reason": act.reason}
        # Of many comments decided about at once their author is told once.
        dedupe = f"comment-batch:{act.batch_id}" if act.batch_id else f"comment-act:{act_id}"
        notify(session, [said.author_id], kind, dedupe, params, now())


def tell_of_escalation(escalation_id: int) -> None:
    """Tell the operators of what may be against the law; nothing when it was taken back at once."""
    with transaction() as session:
        found = escalations.rows(session, escalation_id)
        if found and not found[0].undone:
            params = {"path": "/operator/escalations", "artist": found[0].artist_name}
            notify(session, queries.operators(session), "escalated", f"escalation:{escalation_id}", params, now())


def tell_of_takedown(takedown_id: int) -> None:
    """Tell the artist's moderators of a rights holder's notice, operators when there are none; write that it came."""
    with transaction() as session:
        notice = queries.takedown(session, takedown_id)
        if notice is None:
            return
        artist = accounts.artist(session, notice.artist_id) if notice.artist_id else None
        design = designs.by_id(session, notice.submission_id) if notice.submission_id else None
        team = accounts.team(session, artist.id, "moderator", "artist") if artist else []
        params = {
            "path": f"/team/{artist.slug}/moderation" if artist else "/operator",
            "claimant": notice.claimant,
            "title": design.title if design else notice.address,
        }
        notify(
            session, team or queries.operators(session), "takedown-received", f"takedown:{takedown_id}", params, now()
        )
        _answer(session, notice, "takedown-receipt", {"design": _named(design)})


def tell_of_outcome(takedown_id: int) -> None:
    """Write to a rights holder what came of their notice."""
    with transaction() as session:
        notice = queries.takedown(session, takedown_id)
        if notice and notice.outcome:
            design = designs.by_id(session, notice.submission_id) if notice.submission_id else None
            params = {"design": _named(design), "upheld": notice.outcome == "upheld"}
            _answer(session, notice, "takedown-outcome", params)


def tell_of_suspension(person_id: int, reason: str) -> None:
    """Write to somebody who can't sign in any more why, and how to object; not when it was taken back at once."""
    with transaction() as session:
        person = accounts.person(session, person_id)
        if person and person.suspended_at:
            _write(
                session, person, "suspended", f"{person_id}:{person.suspended_at:%Y%m%d%H%M%S%f}", {"reason": reason}
            )


def tell_of_reinstatement(person_id: int, reason: str) -> None:
    """Write to somebody that they can sign in again; not when they were suspended anew meanwhile."""
    with transaction() as session:
        person, act_id = accounts.person(session, person_id), history.last_act_on(session, "person", person_id)
        if person and not person.suspended_at:
            _write(session, person, "reinstated", f"{person_id}:{act_id}", {"reason": reason})


def _write(session: Session, person: PersonRow, kind: str, dedupe: str, params: dict[str, Any]) -> None:
    """Mail somebody whom no notice reaches: it is about their account itself."""
    if person.email:
        message = mail.Message(
            person.email, kind, params, person.locale or "en", recipient_id=person.id, dedupe=f"{kind}:{dedupe}"
        )
        mail.post(session, [message])


def _answer(session: Session, notice: TakedownRow, kind: str, params: dict[str, Any]) -> None:
    message = mail.Message(notice.email, kind, params, notice.locale, dedupe=f"{kind}:{notice.id}")
    mail.post(session, [message])


def _named(design: DesignRow | None) -> str:
    """The design as we know it: what a stranger typed into the form is not mailed on."""
    return f"“{design.title}” ({design.code})" if design else ""


def _tell(session: Session, said: CommentRow) -> None:
    """Tell each once: who is mentioned, else who was answered, else whose design it is about."""
    design = designs.by_id(session, said.submission_id)
    parent = queries.comment(session, said.parent_id) if said.parent_id else None
    name = accounts.names(session, [said.author_id]).get(said.author_id, accounts.A_FAN)
    params = {
        "path": _path(said),
        "title": said.design_title,
        "name": name,
        "words": plain(said.body_md, WORDS),
    }
    mentioned = mentions.tell(session, said)
    heard = mentioned | {said.author_id}
    answered = {parent.author_id} - heard if parent and parent.state == "visible" else set()
    if answered:
        notify(session, answered, "comment-reply", f"comment:{said.id}", params, now())
    designer = ({design.author_id} if design else set()) - heard - answered
    if designer:
        kind = "suggestion-on-yours" if suggestions.one(session, said.id) else "comment-on-yours"
        notify(session, designer, kind, f"comment:{said.id}", params, now())


def _path(said: CommentRow) -> str:
    return f"/D/{said.design_code}#comment-{said.id}"
