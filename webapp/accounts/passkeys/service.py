"""Registering passkeys, and signing in by one: each a question to the browser and its answer.

What is asked and answered is WebAuthn in JSON; the signatures are judged by py_webauthn.
"""

import json
import secrets
from datetime import datetime
from typing import Any

from sqlalchemy import select
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.authentication.verify_authentication_response import VerifiedAuthentication
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    AuthenticatorTransport,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from webapp.accounts import service as accounts
from webapp.accounts.audit import note
from webapp.accounts.login import CurrentPerson
from webapp.accounts.models import Person
from webapp.accounts.passkeys import challenges, queries, rules, store
from webapp.accounts.passkeys.rules import Site
from webapp.infra.db import db, transaction
from webapp.kernel.refusal import N_, NotFound, Refused

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
# What strange bytes make parsers raise.
_MALFORMED = (WebAuthnException, ValueError, TypeError, KeyError, AttributeError, IndexError, OverflowError)


def sign_in_question(site: Site, device_id: str) -> dict[str, Any]:
    """Return what a browser asks its user's passkeys; none is named, so nothing is told of anybody."""
    options = generate_authentication_options(
        rp_id=site.rp_id,
        challenge=challenges.new(SIGN_IN, device_id),
        timeout=challenges.LIFE * 1000,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return _plain(options)


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


def _judge(site: Site, answer: dict[str, Any], challenge: bytes, row: Any) -> VerifiedAuthentication:
    handle = answer["response"].get("userHandle")
    if row is None or (handle and handle != row.handle):
        raise Refused("passkey-refused", _NO, 422)
    try:
        return verify_authentication_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=site.rp_id,
            expected_origin=site.origin,
            credential_public_key=base64url_to_bytes(row.public_key),
            credential_current_sign_count=0,  # the counter is judged after the signature, by the row itself
            require_user_verification=True,
        )
    except _MALFORMED:
        raise Refused("passkey-refused", _NO, 422) from None


def registration_question(site: Site, me: CurrentPerson) -> dict[str, Any]:
    """Return what a browser asks to make a passkey for somebody; raises Refused('too-many-passkeys')."""
    mine = queries.of_person(db.session(), me.id)
    if len(mine) >= rules.MOST:
        raise Refused("too-many-passkeys", _FULL, 409, most=rules.MOST)
    # The handle is all that a device tells us of its user: random, so that it says nothing.
    handle = mine[0].handle if mine else bytes_to_base64url(secrets.token_bytes(32))
    options = generate_registration_options(
        rp_id=site.rp_id,
        rp_name="Fanmade",
        user_id=base64url_to_bytes(handle),
        user_name=me.email,
        user_display_name=me.display_name or me.email,
        challenge=challenges.new(REGISTER, str(me.session_id), handle),
        timeout=challenges.LIFE * 1000,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
        exclude_credentials=[_named(each) for each in mine],
    )
    return _plain(options)


def register(site: Site, me: CurrentPerson, credential: str, name: str, now: datetime) -> None:
    """Keep a new passkey; raises Refused 'passkey-late', 'passkey-bad', 'passkey-known' or 'too-many-passkeys'."""
    answer = _parsed(credential)
    challenge = _challenge_of(answer)
    handle = challenge and challenges.use(REGISTER, str(me.session_id), challenge)
    if not (challenge and handle):
        raise Refused("passkey-late", _LATE, 422)
    try:
        made = verify_registration_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=site.rp_id,
            expected_origin=site.origin,
            require_user_verification=True,
        )
    except _MALFORMED:
        raise Refused("passkey-bad", _BAD, 422) from None
    values = {
        "credential_id": bytes_to_base64url(made.credential_id),
        "public_key": bytes_to_base64url(made.credential_public_key),
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


def _plain(options: Any) -> dict[str, Any]:
    plain: dict[str, Any] = json.loads(options_to_json(options))
    return plain


def _named(passkey: Any) -> PublicKeyCredentialDescriptor:
    ways = [AuthenticatorTransport(way) for way in rules.known_transports(passkey.transports)]
    return PublicKeyCredentialDescriptor(id=base64url_to_bytes(passkey.credential_id), transports=ways or None)


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
        said = json.loads(base64url_to_bytes(answer["response"]["clientDataJSON"]))
        return base64url_to_bytes(said["challenge"])
    except (*_MALFORMED, RecursionError):
        return None
