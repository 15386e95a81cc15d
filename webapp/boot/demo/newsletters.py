"""The demo's newsletter: readers, a letter that went out when the drop opened, and a draft of the next."""

from datetime import datetime, timedelta
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.accounts.models import Person
from webapp.boot.demo.people import Cast
from webapp.newsletters.models import Letter, LetterDelivery, Subscription
from webapp.newsletters.segments import Segment

SENT = {
    "subject": "The club tee is here",
    "preheader": "Thirty-two of you drew for it.",
    "body_md": "Hello harbour,\n\nyou drew, you talked, you voted, and now the **club tee** is a thing one can wear. "
    "Preorders run until the edition is gone.\n\nThank you for every heart,\nAino",
    "button_text": "See the drop",
    "button_path": "/drops/club-tee",
}
DRAFT = {"subject": "What comes after the tour", "body_md": "I have three songs and no sleeve yet. *More on Monday.*"}


def seed_letters(session: Session, cast: Cast, artist_id: int, design_id: int, rng: Random, now: datetime) -> None:
    """Insert subscriptions of most grown fans, one sent letter with its deliveries, one draft."""
    went = now - timedelta(days=9)
    fans = [fan for fan in cast.adults if rng.random() < 0.8]
    people = {row.id: row for row in session.scalars(select(Person).where(Person.id.in_(fans)))}
    rows = [_subscription(artist_id, people[fan], went - timedelta(days=rng.randint(2, 60))) for fan in fans]
    session.add_all(rows)
    mine = {"artist_id": artist_id, "created_by": cast.named["aino"], "changed_by": cast.named["aino"], "locale": "en"}
    dated = {"created_at": went, "changed_at": went, "segment": Segment().as_dict()}
    over = {"send_at": went, "listed_at": went, "finished_at": went, "sent_by": cast.named["aino"], "clicks": 17}
    letter = Letter(**mine, **dated, **over, **SENT, picture=f"design:{design_id}", state="sent", reach=len(rows))
    session.add_all([letter, Letter(**mine, **dated, **DRAFT)])
    session.flush()
    session.add_all(LetterDelivery(letter_id=letter.id, subscription_id=row.id, state="sent") for row in rows)


def _subscription(artist_id: int, person: Person, at: datetime) -> Subscription:
    return Subscription(
        artist_id=artist_id,
        person_id=person.id,
        address=person.email or "",
        locale=person.locale,
        source="artist",
        text_hash="",
        asked_at=at,
        confirmed_at=at + timedelta(minutes=3),
    )
