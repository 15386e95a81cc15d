"""What is read about newsletters."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from webapp.accounts.models import Artist, Person
from webapp.newsletters.models import Letter, LetterDelivery, Subscription
from webapp.newsletters.segments import Segment, read


@dataclass(frozen=True)
class SubscriptionRow:
    """An address given for a newsletter."""

    id: int
    artist_id: int
    person_id: int | None
    address: str
    round: int
    mails: int
    asked_at: datetime
    confirmed_at: datetime | None
    ended_at: datetime | None
    declined_at: datetime | None

    @property
    def runs(self) -> bool:
        """Return whether letters go to it."""
        return self.confirmed_at is not None and self.ended_at is None


@dataclass(frozen=True)
class LetterRow:
    """A letter, as its editors and its readers see it."""

    id: int
    artist_id: int
    version: int
    state: str
    subject: str
    preheader: str
    body_md: str
    picture: str
    button_text: str
    button_path: str
    locale: str
    segment: Segment
    changed_at: datetime
    changed_by: int
    send_at: datetime | None
    sent_by: int | None
    reach: int
    listed_at: datetime | None
    finished_at: datetime | None
    stopped_at: datetime | None
    clicks: int

    @property
    def editable(self) -> bool:
        """Return whether it can be changed."""
        return self.state == "draft"


@dataclass(frozen=True)
class Progress:
    """How far a letter is, and what came of it."""

    whole: int
    by_state: dict[str, int]
    bounced: int
    complained: int
    left: int

    def __getitem__(self, state: str) -> int:
        return self.by_state.get(state, 0)

    @property
    def done(self) -> int:
        """Return how many deliveries are settled, one way or the other."""
        return self.whole - self["waiting"] - self["queued"]


_SUBSCRIPTION = [getattr(Subscription, name) for name in SubscriptionRow.__dataclass_fields__]
_LETTER = [getattr(Letter, name) for name in LetterRow.__dataclass_fields__]


def subscription(session: Session, subscription_id: int) -> SubscriptionRow | None:
    """Return one subscription."""
    return _one(session, Subscription.id == subscription_id)


def of_reader(session: Session, artist_id: int, person_id: int | None, address: str) -> SubscriptionRow | None:
    """Return the subscription of a person, else the one of their address."""
    mine = Subscription.address == address
    if person_id is not None:
        mine = or_(Subscription.person_id == person_id, mine)
    return _one(session, Subscription.artist_id == artist_id, mine)


def of_person(session: Session, person_id: int) -> list[Any]:
    """Return the newsletters somebody gets or has asked for: id, artist's name and slug, dates."""
    found = (
        select(Subscription.id, Subscription.confirmed_at, Subscription.asked_at, Artist.name, Artist.slug)
        .join(Artist, Artist.id == Subscription.artist_id)
        .where(Subscription.person_id == person_id, Subscription.ended_at.is_(None), Subscription.declined_at.is_(None))
        .order_by(Artist.name, Artist.id)
    )
    return list(session.execute(found))


def asked_lately(session: Session, address: str, since: datetime) -> int:
    """Return how many mails with a link went to an address since a moment, for whatever artist."""
    found = select(func.coalesce(func.sum(Subscription.mails), 0))
    return session.scalar(found.where(Subscription.address == address, Subscription.asked_at >= since)) or 0


def waiting_to_confirm(session: Session, artist_id: int, now: datetime, days: int) -> int:
    """Return how many have asked and not pressed the button yet."""
    open_ = (Subscription.confirmed_at.is_(None), Subscription.ended_at.is_(None), Subscription.declined_at.is_(None))
    fresh = Subscription.asked_at > now - timedelta(days=days)
    return session.scalar(select(func.count()).where(Subscription.artist_id == artist_id, fresh, *open_)) or 0


def letter(session: Session, letter_id: int, artist_id: int | None = None) -> LetterRow | None:
    """Return a letter; with `artist_id`, only when it is that artist's."""
    mine = [Letter.id == letter_id, *([Letter.artist_id == artist_id] if artist_id is not None else [])]
    row = session.execute(select(*_LETTER).where(*mine)).first()
    return _letter(row) if row else None


def version(session: Session, letter_id: int) -> int:
    """Return how often a letter was saved."""
    return session.scalar(select(Letter.version).where(Letter.id == letter_id)) or 0


def letters(session: Session, artist_id: int, limit: int = 50) -> list[LetterRow]:
    """Return an artist's letters, the latest first."""
    found = select(*_LETTER).where(Letter.artist_id == artist_id).order_by(Letter.id.desc()).limit(limit)
    return [_letter(row) for row in session.execute(found)]


def sent_counts(session: Session, letter_ids: list[int]) -> dict[int, int]:
    """Return to how many each letter went."""
    found = select(LetterDelivery.letter_id, func.count()).where(
        LetterDelivery.letter_id.in_(letter_ids), LetterDelivery.state == "sent"
    )
    return {row[0]: row[1] for row in session.execute(found.group_by(LetterDelivery.letter_id))} if letter_ids else {}


def progress(session: Session, letter_id: int) -> Progress:
    """Return how far a letter is. One statement."""
    found = select(
        LetterDelivery.state,
        func.count(),
        func.count(LetterDelivery.bounced_at),
        func.count(LetterDelivery.complained_at),
        func.count(LetterDelivery.left_at),
    ).where(LetterDelivery.letter_id == letter_id)
    rows: list[Any] = list(session.execute(found.group_by(LetterDelivery.state)))
    by_state = {row[0]: row[1] for row in rows}
    sums = [sum(row[column] for row in rows) for column in (2, 3, 4)]
    return Progress(sum(by_state.values()), by_state, sums[0], sums[1], sums[2])


def too_young(session: Session, address: str, bands: tuple[str, ...]) -> bool:
    """Return whether an address is of somebody who told us that they are too young."""
    return session.scalar(select(Person.id).where(Person.email == address, Person.age_band.in_(bands))) is not None


def _one(session: Session, *which: Any) -> SubscriptionRow | None:
    # Of a row of the person and one of their address, the person's counts.
    found = select(*_SUBSCRIPTION).where(*which).order_by(Subscription.person_id.is_(None), Subscription.id)
    row = session.execute(found.limit(1)).first()
    return SubscriptionRow(*row) if row else None


def _letter(row: Any) -> LetterRow:
    values = dict(row._mapping)
    return LetterRow(**{**values, "segment": read(values["segment"])})
