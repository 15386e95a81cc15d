"""Use cases of pick links: made and mailed, opened, taken back. What is done by a link is the artist's act."""

import secrets
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from contests import queries as contests
from contests.queries import ContestRow
from voting import paths, pick_links_queries, pick_rules, picks_queries, rules
from voting.pick_links_queries import SENDERS, LinkRow
from voting.pick_models import PickLink, PickLinkAct
from webapp.accounts import addresses, audit
from webapp.accounts import queries as accounts
from webapp.accounts.login import hash_of
from webapp.accounts.secrets_kept import keyed
from webapp.infra import mail
from webapp.infra.db import changed, insert_once, transaction
from webapp.kernel.refusal import N_, NotFound, Refused
from webapp.notices import store as notices
from webapp.notices import values

OVER = N_("This link was taken back, or its time is over. Ask whoever sent it for a new one.")


def make(contest_id: int, by_id: int, name: str, email: str, now: datetime, locale: str = "en") -> str:
    """Make a link for `name`, mail it when there is an address, and return the token, which is not kept.

    The artists of the team are told. Raises NotFound, or Refused when there is nothing to pick or the input is bad.
    """
    kept, address = pick_rules.require_name(name), addresses.normalise(email) if email.strip() else ""
    with transaction() as session:
        contest = _contest_of(session, contest_id, by_id)
        voided = picks_queries.was_voided(session, contest_id)
        nonce = secrets.token_hex(32)
        token = keyed("pick-link", nonce)
        link = PickLink(
            contest_id=contest_id,
            made_by=by_id,
            for_name=kept,
            for_email=address,
            locale=locale,
            nonce=nonce,
            token_hash=hash_of(token),
            made_at=now,
            expires_at=pick_rules.link_until(contest.phase(now), contest.decide_by, voided, now),
        )
        session.add(link)
        session.flush()
        audit.note(session, now, by_id, contest.artist_id, "pick-link.made", f"contest:{contest_id}", link=link.id)
        if address:
            _mail(session, contest, link, by_id, token)
        _tell(session, contest, by_id, link, now)
    return token


def find(session: Session, token: str, now: datetime) -> LinkRow:
    """Return the link of a token; raises Refused('link-over') for every other one, whatever ails it."""
    found = pick_links_queries.living(session, now, PickLink.token_hash == hash_of(token))
    if found is None:
        raise Refused("link-over", OVER, 410)
    return found


def in_hand(session: Session, token: str, now: datetime) -> LinkRow | None:
    """Return the link by which a browser was let in; a pick made at the last moment can still be undone."""
    return pick_links_queries.living(session, now - rules.UNDO, PickLink.token_hash == hash_of(token))


def enter(token: str, now: datetime) -> LinkRow:
    """Write down that a link was opened, by somebody who pressed the button; raises Refused('link-over')."""
    with transaction() as session:
        link = find(session, token, now)
        session.add(PickLinkAct(link_id=link.id, act="opened", at=now))
    return link


def revoke(contest_id: int, link_id: int, by_id: int, now: datetime) -> None:
    """Take a link back: whoever uses it is out at once. A second time changes nothing. Raises NotFound."""
    with transaction() as session:
        contest = _contest_of(session, contest_id, by_id)
        mine = [each for each in pick_links_queries.of_contest(session, contest_id) if each.id == link_id]
        if not mine:
            raise NotFound()
        gone = update(PickLink).where(PickLink.id == link_id, PickLink.revoked_at.is_(None))
        if changed(session, gone.values(revoked_at=now, revoked_by=by_id)):
            audit.note(
                session, now, by_id, contest.artist_id, "pick-link.revoked", f"contest:{contest_id}", link=link_id
            )


def require(session: Session, contest_id: int, link_id: int, now: datetime) -> ContestRow:
    """Return the contest a link lets act on, in the caller's transaction; raises Refused('link-over')."""
    contest = contests.contest(session, contest_id)
    mine = (PickLink.id == link_id, PickLink.contest_id == contest_id)
    if contest is None or pick_links_queries.living(session, now, *mine) is None:
        raise Refused("link-over", OVER, 410)
    return contest


def log(session: Session, link_id: int, act: str, pick_id: int, now: datetime) -> None:
    """Write down, in the caller's transaction, what was done by a link; a second time is nothing."""
    insert_once(session, PickLinkAct, link_id=link_id, act=act, pick_id=pick_id, at=now)


def forget_addresses(session: Session, contest_id: int) -> None:
    """Drop the addresses links were mailed to: nobody is reminded any more."""
    changed(session, update(PickLink).where(PickLink.contest_id == contest_id).values(for_email=""))


def remind(session: Session, contest: ContestRow, artist: str, days: int, now: datetime) -> None:
    """Mail living links once more, in the caller's transaction; each once for so many days before the end."""
    found = pick_links_queries.to_remind(session, contest.id, now)
    names = accounts.names(session, {each.made_by for each in found})
    messages = []
    for each in found:
        token = keyed("pick-link", each.nonce)
        if hash_of(token) != each.token_hash:
            continue  # the installation's key was changed: this address can't be named again
        words = _words(contest, artist, names.get(each.made_by, ""), each.for_name, each.expires_at, token)
        dedupe = f"pick-link:{each.id}:{contest.decide_by:%Y%m%d%H%M}:{days}"
        messages.append(mail.Message(each.for_email, "pick-link", words, each.locale, dedupe=dedupe))
    mail.post(session, messages)


def _contest_of(session: Session, contest_id: int, person_id: int) -> ContestRow:
    contest, person = contests.contest(session, contest_id), accounts.person(session, person_id)
    if contest is None or person is None:
        raise NotFound()
    if not person.is_operator and person_id not in accounts.team(session, contest.artist_id, *SENDERS):
        raise NotFound()
    return contest


def _mail(session: Session, contest: ContestRow, link: PickLink, by_id: int, token: str) -> None:
    artist = accounts.artist(session, contest.artist_id)
    sender = accounts.names(session, [by_id]).get(by_id, "")
    words = _words(contest, artist.name if artist else "", sender, link.for_name, link.expires_at, token)
    mail.post(session, [mail.Message(link.for_email, "pick-link", words, link.locale, urgent=True)])


def _words(contest: ContestRow, artist: str, sender: str, name: str, until: datetime, token: str) -> dict[str, str]:
    return {
        "contest": contest.title,
        "artist": artist,
        "sender": sender,
        "name": name,
        "until": rules.instant(until, contest.timezone),
        "path": paths.pick_link(token),
    }


def _tell(session: Session, contest: ContestRow, by_id: int, link: PickLink, now: datetime) -> None:
    artist = accounts.artist(session, contest.artist_id)
    words = {
        "contest": contest.title,
        "sender": accounts.names(session, [by_id]).get(by_id, ""),
        "name": link.for_name,
        "until": values.at(link.expires_at, contest.timezone),
        "path": paths.pick_links(artist.slug if artist else "", contest.id),
    }
    others = set(accounts.team(session, contest.artist_id, "artist")) - {by_id}
    notices.notify(session, others, "pick-link-made", f"pick-link:{link.id}", words, now)
