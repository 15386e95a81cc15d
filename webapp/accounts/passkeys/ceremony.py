"""What a browser is asked to do with a passkey, and the judgement of what it answers: WebAuthn by py_webauthn.

Imported where a passkey is used: the library and what it needs for the attestations of every maker of devices are
a sixth of what the product loads, and most processes never meet a passkey.
"""

import json
from typing import Any

from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.authentication.verify_authentication_response import VerifiedAuthentication
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    AuthenticatorTransport,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)
from webauthn.registration.verify_registration_response import VerifiedRegistration

from webapp.accounts.login import CurrentPerson
from webapp.accounts.passkeys import rules
from webapp.accounts.passkeys.rules import MALFORMED, Site, octets


class NotGenuine(Exception):
    """The answer is not what was asked for, or not even an answer."""


def sign_in_options(site: Site, challenge: bytes, seconds: int) -> dict[str, Any]:
    """Return what a browser asks its user's passkeys; none is named."""
    options = generate_authentication_options(
        rp_id=site.rp_id,
        challenge=challenge,
        timeout=seconds * 1000,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return _plain(options)


def registration_options(
    site: Site, me: CurrentPerson, handle: str, known: list[Any], challenge: bytes, seconds: int
) -> dict[str, Any]:
    """Return what a browser asks to make a passkey; `known` are the person's own, which are not made twice."""
    options = generate_registration_options(
        rp_id=site.rp_id,
        rp_name="Fanmade",
        user_id=octets(handle),
        user_name=me.email,
        user_display_name=me.display_name or me.email,
        challenge=challenge,
        timeout=seconds * 1000,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
        exclude_credentials=[_named(each) for each in known],
    )
    return _plain(options)


def judge(site: Site, answer: dict[str, Any], challenge: bytes, public_key: str) -> VerifiedAuthentication:
    """Return what a passkey proved that wants to open the door; raises NotGenuine."""
    try:
        return verify_authentication_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=site.rp_id,
            expected_origin=site.origin,
            credential_public_key=octets(public_key),
            credential_current_sign_count=0,  # the counter is judged after the signature, by the row itself
            require_user_verification=True,
        )
    except (WebAuthnException, *MALFORMED):
        raise NotGenuine from None


def judge_new(site: Site, answer: dict[str, Any], challenge: bytes) -> VerifiedRegistration:
    """Return the passkey a browser has made; raises NotGenuine."""
    try:
        return verify_registration_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=site.rp_id,
            expected_origin=site.origin,
            require_user_verification=True,
        )
    except (WebAuthnException, *MALFORMED):
        raise NotGenuine from None


def _plain(options: Any) -> dict[str, Any]:
    plain: dict[str, Any] = json.loads(options_to_json(options))
    return plain


def _named(passkey: Any) -> PublicKeyCredentialDescriptor:
    ways = [AuthenticatorTransport(way) for way in rules.known_transports(passkey.transports)]
    return PublicKeyCredentialDescriptor(id=octets(passkey.credential_id), transports=ways or None)
