"""Who hears what of comments and reports. Outbox handlers: safe to run twice."""

from sqlalchemy.orm import Session

from contests.comments import desk, queries
from contests.comments.queries import CommentRow
from contests.submissions import queries as designs
from webapp.accounts import queries as accounts
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
        said, act = queries.comment(session, comment_id), desk.act(session, act_id)
        if said is None or act is None or not act.can_undo:
            return
        if said.state == "visible":
            _tell(session, said)
        kind = "comment-moderated" if said.state == "visible" else "comment-hidden"
        params = {"path": _path(said), "title": said.design_title, "reason": act.reason}
        notify(session, [said.author_id], kind, f"comment-act:{act_id}", params, now())


def tell_of_takedown(takedown_id: int) -> None:
    """Tell the artist's moderators of a rights holder's notice, and operators when there are none."""
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


def _tell(session: Session, said: CommentRow) -> None:
    """Tell each of the two once: who was answered does not also hear of a comment on their design."""
    design = designs.by_id(session, said.submission_id)
    parent = queries.comment(session, said.parent_id) if said.parent_id else None
    name = accounts.names(session, [said.author_id]).get(said.author_id, accounts.A_FAN)
    params = {
        "path": _path(said),
        "title": said.design_title,
        "name": name,
        "words": plain(said.body_md, WORDS),
    }
    answered = {parent.author_id} - {said.author_id} if parent and parent.state == "visible" else set()
    if answered:
        notify(session, answered, "comment-reply", f"comment:{said.id}", params, now())
    designer = ({design.author_id} if design else set()) - {said.author_id} - answered
    if designer:
        notify(session, designer, "comment-on-yours", f"comment:{said.id}", params, now())


def _path(said: CommentRow) -> str:
    return f"/D/{said.design_code}#comment-{said.id}"
