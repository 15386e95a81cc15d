"""What a team does with letters: write, send off, take back, stop. Each call is one transaction."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, delete, or_, select, update
from sqlalchemy.orm import Session

from webapp.accounts import audit
from webapp.infra import mail
from webapp.infra.db import changed, transaction
from webapp.kernel.refusal import N_, NotFound, Refused
from webapp.newsletters import audience, content, queries
from webapp.newsletters.models import Letter, LetterDelivery
from webapp.newsletters.queries import LetterRow
from webapp.newsletters.segments import FEW, Segment

UNDO = timedelta(minutes=2)  # between the press and the first mail
FARTHEST = timedelta(days=365)
CHANGED = N_("Somebody else has saved this letter meanwhile.")
GONE_OFF = N_("This letter has been sent off: it can't be changed any more.")


@dataclass(frozen=True)
class Draft:
    """What an editor writes."""

    subject: str
    preheader: str
    body_md: str
    picture: str
    button_text: str
    button_path: str
    locale: str
    segment: Segment

    def values(self) -> dict[str, Any]:
        """Return the columns."""
        return {**self.__dict__, "segment": self.segment.as_dict()}


def begin(artist_id: int, person_id: int, locale: str, now: datetime) -> int:
    """Begin an empty letter; return its id."""
    with transaction() as session:
        row = Letter(
            artist_id=artist_id, created_at=now, created_by=person_id, changed_at=now, changed_by=person_id,
            locale=locale, segment=Segment().as_dict(),
        )  # fmt: skip
        session.add(row)
        session.flush()
        audit.note(session, now, person_id, artist_id, "letter.begin", f"letter:{row.id}")
        return row.id


def save(letter: LetterRow, draft: Draft, version: int, page: str, person_id: int, now: datetime) -> None:
    """Keep a draft. Raises Refused('changed-meanwhile') when `version` is not the latest, Refused('sent-off').

    `page` names the opened editor: what it has saved by itself meanwhile is nobody else's.
    """
    with transaction() as session:
        latest = or_(Letter.version == version, and_(Letter.saved_from == page, Letter.saved_from != ""))
        mine = (Letter.id == letter.id, Letter.state == "draft", latest)
        values = {**draft.values(), "version": Letter.version + 1, "saved_from": page, "changed_at": now}
        if not changed(session, update(Letter).where(*mine).values(**values, changed_by=person_id)):
            raise _why_not(session, letter.id)


def discard(letter: LetterRow, person_id: int, now: datetime) -> None:
    """Delete a draft; raises Refused('sent-off') for any other."""
    with transaction() as session:
        if not changed(session, delete(Letter).where(Letter.id == letter.id, Letter.state == "draft")):
            raise _why_not(session, letter.id)
        audit.note(session, now, person_id, letter.artist_id, "letter.discard", f"letter:{letter.id}")


def send_off(
    letter: LetterRow, slug: str, version: int, person_id: int, at: datetime | None, now: datetime
) -> datetime:
    """Let a letter go: at a moment, or as soon as it could be taken back for two minutes. Return when it goes.

    Raises Refused: 'incomplete', 'too-large', 'nobody', 'too-few', 'bad-moment', 'changed-meanwhile', 'sent-off'.
    """
    goes = max(at or now, now + UNDO)
    if goes > now + FARTHEST:
        raise Refused("bad-moment", N_("That is more than a year from now."), 422)
    check(letter, slug)
    with transaction() as session:
        reach = audience.size(session, letter.artist_id, letter.segment, now)
        check_reach(letter.segment, reach)
        mine = (Letter.id == letter.id, Letter.state == "draft", Letter.version == version)
        values = {"state": "scheduled", "send_at": goes, "sent_by": person_id, "reach": reach, "version": version + 1}
        if not changed(session, update(Letter).where(*mine).values(**values)):
            raise _why_not(session, letter.id)
        audit.note(session, now, person_id, letter.artist_id, "letter.send", f"letter:{letter.id}", people=reach)
    return goes


def check(letter: LetterRow, slug: str) -> int:
    """Return how many bytes a letter is, when it can go; raises Refused('incomplete') or ('too-large')."""
    if not letter.subject or not letter.body_md.strip():
        raise Refused("incomplete", N_("A letter needs a subject and a text."), 422)
    if bool(letter.button_text) != bool(letter.button_path):
        raise Refused("incomplete", N_("A button needs its words and a page to lead to."), 422)
    size = content.size(content.rendered(letter, slug)[2])
    if size > content.LARGEST:
        text = N_("This letter is %(size)s bytes large, at most %(most)s go. Make it shorter.")
        raise Refused("too-large", text, 422, size=size, most=content.LARGEST)
    return size


def check_reach(segment: Segment, reach: int) -> None:
    """Raise Refused('nobody') or, where the segment tells what people did, Refused('too-few')."""
    if reach == 0:
        raise Refused("nobody", N_("Nobody is reached by this."), 422)
    if reach < FEW and not segment.everybody:
        text = N_("Fewer than %(few)s people: so few could be told apart by what they did. Choose more of them.")
        raise Refused("too-few", text, 422, few=FEW)


def stop(letter: LetterRow, person_id: int, now: datetime) -> str:
    """Take a letter back before it goes, or stop it on its way; return its state now.

    What has been handed to the mail server is gone. Raises Refused('too-late') when all of it is.
    """
    with transaction() as session:
        back = {"state": "draft", "send_at": None, "sent_by": None, "version": Letter.version + 1}
        if changed(session, update(Letter).where(Letter.id == letter.id, Letter.state == "scheduled").values(**back)):
            audit.note(session, now, person_id, letter.artist_id, "letter.take-back", f"letter:{letter.id}")
            return "draft"
        going = (Letter.id == letter.id, Letter.state == "sending")
        if not changed(session, update(Letter).where(*going).values(state="stopped", stopped_at=now)):
            raise Refused("too-late", N_("This letter is not on its way."), 409)
        _leave_unsent(session, letter.id)
        audit.note(session, now, person_id, letter.artist_id, "letter.stop", f"letter:{letter.id}")
        return "stopped"


def _leave_unsent(session: Session, letter_id: int) -> None:
    mine = (LetterDelivery.letter_id == letter_id,)
    queued = select(LetterDelivery.mail_id).where(*mine, LetterDelivery.state == "queued")
    mail.drop(session, mail.OutgoingMail.id.in_(queued))
    dropped = select(mail.OutgoingMail.id).where(mail.OutgoingMail.id.in_(queued), mail.OutgoingMail.state == "dropped")
    unsent = (LetterDelivery.state == "waiting") | (
        (LetterDelivery.state == "queued") & LetterDelivery.mail_id.in_(dropped)
    )
    changed(session, update(LetterDelivery).where(*mine, unsent).values(state="stopped"))


def _why_not(session: Session, letter_id: int) -> Refused:
    row = queries.letter(session, letter_id)
    if row is None:
        return NotFound()
    return Refused("changed-meanwhile", CHANGED) if row.editable else Refused("sent-off", GONE_OFF)
