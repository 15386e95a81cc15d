"""What people change about themselves: name, language, address, password, codes, sessions."""

from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from flask import current_app
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from webapp.accounts import login, names, queries, store
from webapp.accounts.addresses import normalise
from webapp.accounts.audit import note
from webapp.accounts.models import AGE_BANDS, Artist, Person
from webapp.accounts.passkeys import store as passkeys
from webapp.accounts.secrets_kept import keyed, password_hash
from webapp.accounts.service import CHANGE_EMAIL, check_code, send_code
from webapp.infra import mail
from webapp.infra.db import db, transaction
from webapp.infra.i18n import LANGUAGES, known_zone
from webapp.kernel import codes
from webapp.kernel.refusal import N_, NotFound, Refused

RECOVERY_CODES = 10


def change_name(person_id: int, name: str) -> str:
    """Set the display name and return it in its kept form; raises Refused when it won't do."""
    kept = names.display_name(name)
    with transaction() as session:
        alike = [
            artist_id
            for artist_id, known in session.execute(select(Artist.id, Artist.name))
            if names.skeleton(known) == names.skeleton(kept)
        ]
        # An artist's name is for the artist's own people.
        if alike and not set(alike) & set(login.roles_of(session, person_id)):
            raise Refused(
                "name-reserved", N_("That name could be mistaken for somebody else. Choose another one."), 422
            )
        store.change_person(session, person_id, display_name=kept)
    return kept


def change_place(person_id: int, locale: str, timezone: str, country: str | None, tell_sign_ins: bool) -> None:
    """Set language, time zone (may be empty), country (two letters or None) and mail at sign-ins."""
    if locale not in LANGUAGES:
        raise Refused("bad-language", N_("We do not speak that language yet."), 422)
    if timezone and not known_zone(timezone):
        raise Refused("bad-zone", N_("Choose a time zone from the list."), 422)
    values: dict[str, Any] = {"locale": locale, "timezone": timezone, "tell_sign_ins": tell_sign_ins}
    with transaction() as session:
        store.change_person(session, person_id, country=country or None, **values)


def set_language(person_id: int, locale: str) -> None:
    """Set the language alone."""
    with transaction() as session:
        store.change_person(session, person_id, locale=locale)


def set_password(person_id: int, password: str | None, keep_session: int, now: datetime) -> None:
    """Set or take away (None) the password; every other browser is signed out. Raises Refused as `password_hash`."""
    kept = password_hash(password, _words_about(person_id)) if password else None
    with transaction() as session:
        store.change_person(session, person_id, password_hash=kept)
        store.revoke_other_sessions(session, person_id, keep_session, now)


def _words_about(person_id: int) -> list[str]:
    """Return names that a password must not be made of: the person's own, the site's, the artists'."""
    me = queries.person(db.session(), person_id)
    own = [me.email, me.display_name] if me else []
    site = urlsplit(current_app.config["SETTINGS"].base_url).hostname or ""
    artists = [name for each in queries.artists(db.session()) for name in (each.name, each.slug)]
    return ["fanmade", site, *filter(None, own), *artists]


def new_recovery_codes(person_id: int) -> list[str]:
    """Make ten fresh recovery codes, void the old ones, and return them: they are shown this once."""
    fresh = [codes.short_code(10) for _ in range(RECOVERY_CODES)]
    with transaction() as session:
        store.replace_recovery_codes(session, person_id, [keyed("recovery", code) for code in fresh])
    return [f"{code[:5]}-{code[5:]}" for code in fresh]


def request_email_change(person_id: int, email: str, locale: str, now: datetime) -> str:
    """Mail a code to the new address and return it as kept; nothing changes yet."""
    address = normalise(email)
    with transaction() as session:
        send_code(session, address, CHANGE_EMAIL, person_id, locale, now)
    return address


def confirm_email_change(person_id: int, email: str, code: str, keep_session: int, now: datetime) -> None:
    """Move the account to the confirmed address, tell the old one, sign other browsers out.

    Raises Refused 'wrong-code', 'code-over' or 'address-taken'.
    """
    address = normalise(email)
    try:
        with transaction() as session:
            answer = check_code(session, address, CHANGE_EMAIL, person_id, code, now)
            if answer is None:
                answer = _move(session, person_id, address)
            if answer is None:
                store.revoke_other_sessions(session, person_id, keep_session, now)
    except IntegrityError:
        answer = _taken()  # somebody made an account with it in this very moment
    if answer:
        raise answer


def _move(session: Any, person_id: int, address: str) -> Refused | None:
    row = session.get(Person, person_id)
    if session.scalar(select(Person.id).where(Person.email == address, Person.id != person_id)):
        return _taken()
    old, row.email = row.email, address
    params = {"new_address": address}
    mail.post(session, [mail.Message(old, "email-changed", params, row.locale, person_id, urgent=True)])
    return None


def _taken() -> Refused:
    return Refused("address-taken", N_("That address already has an account of its own."), 409)


def revoke_session(person_id: int, session_id: int, now: datetime) -> None:
    """Sign one of the person's browsers out; raises NotFound."""
    with transaction() as session:
        if not login.revoke(session, session_id, person_id, now):
            raise NotFound()


def revoke_other_sessions(person_id: int, but: int, now: datetime) -> int:
    """Sign every other browser out; return how many there were."""
    with transaction() as session:
        return store.revoke_other_sessions(session, person_id, but, now)


def end_sessions(email: str | None, now: datetime) -> int:
    """Sign somebody out everywhere, or everybody when no address is given; return how many browsers that were.

    The operator's act, with an audit line. Raises NotFound when nobody has the address.
    """
    with transaction() as session:
        if email is None:
            ended = store.revoke_all_sessions(session, now)
            note(session, now, None, None, "sessions.end", "everybody", browsers=ended)
            return ended
        person_id = session.scalar(select(Person.id).where(Person.email == normalise(email)))
        if person_id is None:
            raise NotFound()
        ended = store.revoke_other_sessions(session, person_id, None, now)
        note(session, now, None, None, "sessions.end", f"person:{person_id}", browsers=ended)
        return ended


def correct_age_band(email: str, band: str, now: datetime) -> None:
    """Replace somebody's answer to the age question: the operator's act, with an audit line."""
    if band not in AGE_BANDS:
        raise Refused("bad-age", N_("Choose one of the answers."), 422)
    with transaction() as session:
        person_id = session.scalar(select(Person.id).where(Person.email == normalise(email)))
        if person_id is None:
            raise NotFound()
        store.change_person(session, person_id, age_band=band, age_told_at=now)
        note(session, now, None, None, "person.age", f"person:{person_id}", band=band)


def forget_factors(email: str, now: datetime) -> None:
    """Take away what somebody has lost to sign in with, and end their sessions; raises NotFound. The operator's act."""
    with transaction() as session:
        person_id = session.scalar(select(Person.id).where(Person.email == normalise(email)))
        if person_id is None:
            raise NotFound()
        store.change_person(session, person_id, password_hash=None)
        store.replace_recovery_codes(session, person_id, [])
        passkeys.remove_all(session, person_id)
        store.revoke_other_sessions(session, person_id, 0, now)
        note(session, now, None, None, "person.factors", f"person:{person_id}")
