"""Telling authors of reactions: once a day for each text, all together, never one by one. The ticker's part."""

from datetime import datetime

from sqlalchemy.orm import Session

from contests.comments import queries as comments
from contests.comments.reactions import queries, rules, store
from contests.comments.suggestions import queries as suggestions
from webapp.infra.db import db, transaction
from webapp.kernel.now import now
from webapp.notices import values
from webapp.notices.store import notify

BATCH = 200


def sweep() -> int:
    """Write the notices that are due; return of how many comments. Any number of tickers may run this at once."""
    moment = now()
    due = queries.to_tell(db.session(), moment - rules.REST, moment - rules.EVERY, BATCH)
    db.session.rollback()
    told = 0
    for comment_id in due:
        with transaction() as session:
            told += _tell(session, comment_id, moment)
    return told


def _tell(session: Session, comment_id: int, moment: datetime) -> bool:
    """Claim what waits, then write the notice; of two at the same moment, one finds nothing to claim."""
    said = comments.comment(session, comment_id)
    if said is None or not store.mark_told(session, comment_id, moment):
        return False
    if said.state != "visible":
        return False
    counts = queries.told_at(session, comment_id, moment)
    kind = "reactions-suggestion" if suggestions.one(session, comment_id) else "reactions"
    words = [values.word(rules.WORDS[word].told, number=number) for word, number in counts.items()]
    params = {"path": f"/D/{said.design_code}#comment-{said.id}", "title": said.design_title, "reactions": words}
    return notify(session, [said.author_id], kind, f"{comment_id}:{moment:%Y%m%d%H%M%S%f}", params, moment) > 0
