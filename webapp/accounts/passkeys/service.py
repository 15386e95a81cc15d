"""Registering passkeys, and signing in by one: each a question to the browser and its answer.

What is asked and answered is WebAuthn in JSON; `ceremony` speaks it, and is imported where it is needed: it is heavy.
"""

import json
import secrets
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from webapp.accounts import service as accounts
from webapp.accounts.audit import note
from webapp.accounts.login import CurrentPerson
from webapp.accounts.models import Person
from webapp.accounts.passkeys import challenges, queries, rules, store
from webapp.accounts.passkeys.rules import MALFORMED, Site, octets, text_of
from webapp.infra.db import db, transaction
from webapp.kernel.refusal import N_, NotFound, Refused

if TYPE_CHECKING:
    from webauthn.authentication.verify_authentication_response import VerifiedAuthentication

SIGN_IN, REGISTER = "sign-in", "register"
LONGEST = 20_000  # characters of an answer
# Of a stranger's answer nothing is told: not whether the passkey is known, nor whose it is.
_NO = N_("This passkey does not open the door here. It may have been removed. A code by e-mail works.")
_LATE = N_("That took too long, or was done before. Try once more.")
_BAD = N_("Your device did not make a passkey we can use. Nothing was changed.")
_FULL = N_("You have %(most)s passkeys. Remove one first.")
_KNOWN = N_("This passkey is here already.")
_BACK = N_(
    "This passkey counted backwards: there may be a copy of it. It does not open the door now. "
    "Sign in by a code and remove it in the settings."
)


def sign_in_question(site: Site, device_id: str) -> dict[str, Any]:
    """Return what a browser asks its user's passkeys; none is named, so nothing is told of anybody."""
    from webapp.accounts.passkeys import ceremony

    return ceremony.sign_in_options(site, challenges.new(SIGN_IN, device_id), challenges.LIFE)


def enter(site: Site, credential: str, user_agent: str, device_id: str, now: datetime) -> accounts.Entered:
    """Sign in by what a passkey has answered.

    Raises Refused 'passkey-late' (challenge too old or used), 'passkey-refused' (unknown or not genuine),
    'passkey-counted-back' or 'suspended'.
    """
    answer = _parsed(credential)
    challenge = _challenge_of(answer)
    if challenge is None or challenges.use(SIGN_IN, device_id, challenge) is None:
        raise Refused("passkey-late", _LATE, 422)
    row = queries.by_credential(db.session(), str(answer.get("id", ""))[:1400])
    db.session.rollback()
    judged = _judge(site, answer, challenge, row)
    with transaction() as session:
        entered, no = None, None
        if not store.use(session, row.id, judged.new_sign_count, now):
            no = Refused("passkey-counted-back", _BACK, 403)
        else:
            entered, no = accounts.enter(session, row.person_id, False, user_agent, device_id, now)
    if no or entered is None:
        raise no or Refused("passkey-refused", _NO, 422)
    return entered


def _judge(site: Site, answer: dict[str, Any], challenge: bytes, row: Any) -> "VerifiedAuthentication":
    from webapp.accounts.passkeys import ceremony

    handle = answer["response"].get("userHandle")
    if row is None or (handle and handle != row.handle):
        raise Refused("passkey-refused", _NO, 422)
    try:
        return ceremony.judge(site, answer, challenge, row.public_key)
    except ceremony.NotGenuine:
        raise Refused("passkey-refused", _NO, 422) from None


def registration_question(site: Site, me: CurrentPerson) -> dict[str, Any]:
    """Return what a browser asks to make a passkey for somebody; raises Refused('too-many-passkeys')."""
    from webapp.accounts.passkeys import ceremony

    mine = queries.of_person(db.session(), me.id)
    if len(mine) >= rules.MOST:
        raise Refused("too-many-passkeys", _FULL, 409, most=rules.MOST)
    # The handle is all that a device tells us of its user: random, so that it says nothing.
    handle = mine[0].handle if mine else text_of(secrets.token_bytes(32))
    challenge = challenges.new(REGISTER, str(me.session_id), handle)
    return ceremony.registration_options(site, me, handle, list(mine), challenge, challenges.LIFE)


def register(site: Site, me: CurrentPerson, credential: str, name: str, now: datetime) -> None:
    """Keep a new passkey; raises Refused 'passkey-late', 'passkey-bad', 'passkey-known' or 'too-many-passkeys'."""
    from webapp.accounts.passkeys import ceremony

    answer = _parsed(credential)
    challenge = _challenge_of(answer)
    handle = challenge and challenges.use(REGISTER, str(me.session_id), challenge)
    if not (challenge and handle):
        raise Refused("passkey-late", _LATE, 422)
    try:
        made = ceremony.judge_new(site, answer, challenge)
    except ceremony.NotGenuine:
        raise Refused("passkey-bad", _BAD, 422) from None
    values = {
        "credential_id": text_of(made.credential_id),
        "public_key": text_of(made.credential_public_key),
        "handle": handle,
        "sign_count": made.sign_count,
        "transports": rules.known_transports(answer["response"].get("transports")),
        "name": rules.kept_name(name),
        "created_at": now,
    }
    _keep(me.id, values, now)


def _keep(person_id: int, values: dict[str, Any], now: datetime) -> None:
    with transaction() as session:
        store.lock(session, person_id)
        if queries.how_many(session, person_id) >= rules.MOST:
            raise Refused("too-many-passkeys", _FULL, 409, most=rules.MOST)
        if not store.add(session, person_id=person_id, **values):
            raise Refused("passkey-known", _KNOWN, 409)
        note(session, now, person_id, None, "passkey.add", f"person:{person_id}")


def rename(person_id: int, passkey_id: int, name: str) -> None:
    """Rename one of the person's own passkeys; raises NotFound or Refused('passkey-name')."""
    kept = rules.kept_name(name)
    with transaction() as session:
        if not store.rename(session, person_id, passkey_id, kept):
            raise NotFound()


def remove(person_id: int, passkey_id: int, now: datetime) -> None:
    """Remove one of the person's own passkeys: it opens nothing any more. Raises NotFound."""
    with transaction() as session:
        if not store.remove(session, person_id, passkey_id):
            raise NotFound()
        note(session, now, person_id, None, "passkey.remove", f"person:{person_id}")


def offer(person_id: int, now: datetime) -> bool:
    """Return whether somebody is to be offered a passkey: once, and only those who have none."""
    session = db.session()
    offered = session.scalar(select(Person.passkey_offered_at).where(Person.id == person_id))
    has_some = offered is None and queries.how_many(session, person_id)
    session.rollback()
    if offered is not None or has_some:
        return False
    with transaction() as writing:
        return store.offer(writing, person_id, now)


def _parsed(credential: str) -> dict[str, Any]:
    """Return a browser's answer as a dict that has a dict `response`, both possibly nonsense within."""
    try:
        answer = json.loads(credential[:LONGEST])
    except (ValueError, RecursionError):
        answer = None
    if not isinstance(answer, dict) or not isinstance(answer.get("response"), dict):
        raise Refused("passkey-refused", _NO, 422)
    return answer


def _challenge_of(answer: dict[str, Any]) -> bytes | None:
    """Return the challenge that the answer says it is to; whether it was asked, Redis knows."""
    try:
        said = json.loads(octets(answer["response"]["clientDataJSON"]))
        return octets(said["challenge"])
    except (*MALFORMED, RecursionError):
        return None
