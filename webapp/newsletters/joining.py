"""What readers do: ask for a newsletter, confirm, say no, end it. Each call is one transaction."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import exists, select, update
from sqlalchemy.orm import Session, aliased

from webapp.accounts.models import Person
from webapp.infra import mail
from webapp.infra.db import changed, insert_once, transaction
from webapp.infra.mail import refusals
from webapp.kernel.refusal import N_, Refused
from webapp.newsletters import queries, tokens
from webapp.newsletters.audience import TOO_YOUNG
from webapp.newsletters.models import LetterDelivery, Subscription

MAILS = 3  # with a link, for one newsletter, until it is confirmed or forgotten
MAILS_A_DAY = 5  # with a link, to one address, for whatever newsletters
OVER = N_("This link is over. Ask for the newsletter once more, and we mail you another.")
YOUNG = N_("Newsletters are for people of 16 and older. Follow the artist: news of contests come all the same.")


@dataclass(frozen=True)
class Asking:
    """Who asks for what: the artist, the address, the person when signed in, how they came, what they agreed to."""

    artist_id: int
    artist: str
    address: str
    person_id: int | None
    locale: str
    zone: str
    source: str
    text_hash: str


def ask(asking: Asking, now: datetime) -> None:
    """Keep an address and mail it a link with a button. Whoever gets the newsletter already is mailed nothing.

    Says nothing of what was known, so that nobody learns who reads what. Too many mails are not sent. Raises
    Refused('too-young') to somebody signed in who is below 16.
    """
    with transaction() as session:
        if queries.too_young(session, asking.address, TOO_YOUNG):
            if asking.person_id is None:
                return
            raise Refused("too-young", YOUNG, 403)
        lately = queries.asked_lately(session, asking.address, now - timedelta(days=1))
        found = _asked(session, asking, now)
        if found and lately < MAILS_A_DAY:
            mail.post(session, [_link(asking, *found)])


def _asked(session: Session, asking: Asking, now: datetime) -> tuple[int, int] | None:
    """Write the wish down; return (id, round) when a mail is to go for it."""
    said = {"locale": asking.locale, "zone": asking.zone, "source": asking.source, "text_hash": asking.text_hash}
    person = {"person_id": asking.person_id} if asking.person_id is not None else {}
    fresh = {**said, "asked_at": now, "mails": 1, "round": 1, "ended_by": "", **person}
    new = insert_once(session, Subscription, artist_id=asking.artist_id, address=asking.address, **fresh)
    if new is not None:
        return new, 1
    row = queries.of_reader(session, asking.artist_id, asking.person_id, asking.address)
    if row is None or row.runs:
        return None
    anew = row.ended_at is not None or row.declined_at is not None
    values: dict[str, Any] = {**said, "asked_at": now, "declined_at": None}
    if anew:
        values |= {"round": row.round + 1, "mails": 1, "ended_at": None, "ended_by": "", "confirmed_at": None}
    elif row.mails >= MAILS:
        return None
    else:
        values["mails"] = row.mails + 1
    still = (Subscription.id == row.id, Subscription.round == row.round, Subscription.mails == row.mails)
    if not changed(session, update(Subscription).where(*still).values(**values)):
        return None  # asked twice at once: one mail is enough
    return row.id, row.round + 1 if anew else row.round


def _link(asking: Asking, subscription_id: int, round: int) -> mail.Message:
    path = f"/newsletter/confirm/{tokens.way_in(subscription_id, round)}"
    return mail.Message(
        asking.address,
        "letter-confirm",
        {"artist": asking.artist, "path": path, "days": tokens.DAYS},
        asking.locale,
        asking.person_id,
        urgent=True,
        optional=asking.person_id is None,  # a stranger can't make us mail somebody who complained
    )


def confirm(token: str, now: datetime) -> queries.SubscriptionRow:
    """Let letters come; return the subscription. Twice is once. Raises Refused('link-over'), ('too-young')."""
    with transaction() as session:
        row = of_token(session, token)
        if row is None:
            raise Refused("link-over", OVER, 410)
        if queries.too_young(session, row.address, TOO_YOUNG):
            raise Refused("too-young", YOUNG, 403)
        open_ = (Subscription.id == row.id, Subscription.round == row.round, Subscription.confirmed_at.is_(None))
        if changed(session, update(Subscription).where(*open_).values(confirmed_at=now, declined_at=None)):
            refusals.lift(session, [row.address])  # a mail has arrived and was read
            _belongs(session, Subscription.id == row.id)
        return row


def of_token(session: Session, token: str) -> queries.SubscriptionRow | None:
    """Return the subscription a link that confirms is for; None when it is over."""
    read = tokens.read_in(token)
    row = queries.subscription(session, read[0]) if read else None
    return row if row and read and row.round == read[1] and row.ended_at is None else None


def decline(asking: Asking, now: datetime) -> None:
    """Keep that a person said no, so that they are not asked again. What runs already goes on."""
    values = {"locale": asking.locale, "source": asking.source, "text_hash": "", "asked_at": now, "declined_at": now}
    with transaction() as session:
        row = {**values, "person_id": asking.person_id, "zone": "", "round": 1, "mails": 0, "ended_by": ""}
        if insert_once(session, Subscription, artist_id=asking.artist_id, address=asking.address, **row) is None:
            mine = (Subscription.artist_id == asking.artist_id, Subscription.person_id == asking.person_id)
            idle = (Subscription.confirmed_at.is_(None), Subscription.ended_at.is_(None))
            changed(session, update(Subscription).where(*mine, *idle).values(declined_at=now))


def end(session: Session, subscription_id: int, by: str, now: datetime, letter_id: int | None = None) -> bool:
    """End a newsletter in the caller's transaction; what waits to be sent is not. Return whether it ran."""
    running = (Subscription.id == subscription_id, Subscription.ended_at.is_(None))
    ended = bool(changed(session, update(Subscription).where(*running).values(ended_at=now, ended_by=by)))
    theirs = (LetterDelivery.subscription_id == subscription_id,)
    waiting = select(LetterDelivery.mail_id).where(*theirs, LetterDelivery.state == "queued")
    mail.drop(session, mail.OutgoingMail.id.in_(waiting))
    if ended and letter_id:
        this = (*theirs, LetterDelivery.letter_id == letter_id, LetterDelivery.left_at.is_(None))
        changed(session, update(LetterDelivery).where(*this).values(left_at=now))
    return ended


def leave(token: str, by: str, now: datetime) -> bool:
    """End the newsletter of a token; return whether it was a token of ours. Twice is once."""
    read = tokens.read_out(token)
    if read is None:
        return False
    if read[0] != tokens.NOBODY:
        with transaction() as session:
            end(session, read[0], by, now, read[1] or None)
    return True


def end_own(subscription_id: int, person_id: int, now: datetime) -> bool:
    """End a newsletter of the person's own; return whether it was theirs."""
    with transaction() as session:
        row = queries.subscription(session, subscription_id)
        if row is None or row.person_id != person_id:
            return False
        end(session, row.id, "reader", now)
        return True


def claim(person_id: int, device_id: str, now: datetime) -> None:
    """Let newsletters of a person's address be theirs. A hook of sign-in, which proves the address."""
    with transaction() as session:
        mine = select(Person.email).where(Person.id == person_id).scalar_subquery()
        _belongs(session, Subscription.address == mine)


def _belongs(session: Session, which: Any) -> None:
    """Give subscriptions that are nobody's to the person of their address, one for each artist."""
    other = aliased(Subscription)
    owner = select(Person.id).where(Person.email == Subscription.address, Person.erased_at.is_(None)).scalar_subquery()
    taken = exists().where(other.artist_id == Subscription.artist_id, other.person_id == owner)
    free = update(Subscription).where(Subscription.person_id.is_(None), which, owner.is_not(None), ~taken)
    changed(session, free.values(person_id=owner))
