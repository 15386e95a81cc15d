"""What signers that are made once sign is what the libraries sign, and each reads the other's.

Short texts are the exception: the libraries try to compress them.
"""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import BadSignature, SignatureExpired, URLSafeSerializer, URLSafeTimedSerializer
from markupsafe import Markup

from webapp.infra import signers

KEYS = ("a former key of no importance", "the present key of no importance")
VALUE = {"csrf_token": "0" * 40, "order": [1, 29922517], "words": "ä" * 200}


@pytest.fixture(autouse=True)
def still(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """One instant for all signatures."""
    moment = [1_800_000_000.0]
    monkeypatch.setattr("itsdangerous.timed.time.time", lambda: moment[0])
    return moment


def _flask() -> Flask:
    app = Flask("theirs")
    app.secret_key, app.config["SECRET_KEY_FALLBACKS"] = KEYS[1], [KEYS[0]]
    return app


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (signers.plain(KEYS, "device"), URLSafeSerializer(list(KEYS), salt="device")),
        (signers.timed(KEYS, "link"), URLSafeTimedSerializer(list(KEYS), salt="link")),
        (signers.of_session(KEYS), SecureCookieSessionInterface().get_signing_serializer(_flask())),
    ],
)
def test_both_write_the_same_and_read_it(ours: Any, theirs: Any) -> None:
    for value in (VALUE, VALUE | {"more": 1}):
        with _flask().app_context():
            text = ours.dumps(value)
            assert text == theirs.dumps(value)
        assert theirs.loads(text) == ours.loads(text) == value
    assert ours.dumps(VALUE, salt="other") == theirs.dumps(VALUE, salt="other") != ours.dumps(VALUE)
    for wrong in (text[:-1] + ("A" if text[-1] != "A" else "E"), "x" + text, text.rpartition(".")[0], ""):
        with pytest.raises(BadSignature):
            ours.loads(wrong)


@pytest.mark.parametrize(
    "value",
    [
        {},
        {"csrf_token": "0" * 40, "order": [1, 29922517], "_permanent": True},
        {"_flashes": [("notice", "It's done.")], "words": "a" * 300},
        {" t": ["no tuple"]},
        {"like a tag": {" b": "eA=="}, "text": '" b" is for bytes'},
        {"empty": [], "nothing": None, "deep": [[1], {"a": (2,)}], "markup": Markup("<b>")},
    ],
)
def test_any_session_is_read_by_flask_and_flask_s_by_us(value: dict[str, Any]) -> None:
    ours, theirs = signers.of_session(KEYS), SecureCookieSessionInterface().get_signing_serializer(_flask())
    assert theirs is not None
    with _flask().app_context():
        assert (
            theirs.loads(ours.dumps(value)) == ours.loads(theirs.dumps(value)) == ours.loads(ours.dumps(value)) == value
        )


def test_a_former_key_is_read_and_another_purpose_is_not(still: list[float]) -> None:
    made = URLSafeTimedSerializer(KEYS[0], salt="token").dumps("x")
    assert signers.timed(KEYS, "token").loads(made) == "x"
    for other in (signers.timed(KEYS, "another"), signers.timed(KEYS[1:], "token")):
        with pytest.raises(BadSignature):
            other.loads(made)
    still[0] += 100
    with pytest.raises(SignatureExpired):
        signers.timed(KEYS, "token").loads(made, max_age=99)


def test_flask_and_its_forms_read_what_the_site_signed(app: Any) -> None:
    secure = SecureCookieSessionInterface().get_signing_serializer(app)
    assert secure
    assert secure.loads(app.session_interface.get_signing_serializer(app).dumps(VALUE)) == VALUE
    with app.test_request_context("/"):
        from flask_wtf.csrf import generate_csrf, session

        token = generate_csrf()
        ours = signers.of_tokens(app.config["WTF_CSRF_SECRET_KEY"], "wtf-csrf-token")
        assert ours.loads(token) == session["csrf_token"]


def test_no_two_tokens_have_anything_in_common_but_the_second() -> None:
    """What a compressed page would tell by its length: a part of a token that stands in the next page, too."""
    ours, secret = signers.of_tokens(list(KEYS), "wtf-csrf-token"), "0123456789" * 4
    payloads, seconds, signatures = zip(*(ours.dumps(secret).split(".") for _ in range(50)), strict=True)
    assert len(set(seconds)) == 1
    for parts in (payloads, signatures):
        assert len(set(parts)) == len(parts)
        assert all(len(set(column)) > 5 for column in zip(*(part[:-1] for part in parts), strict=True))


def test_a_token_is_read_under_its_mask_and_from_before_there_were_any(still: list[float]) -> None:
    ours, theirs = signers.of_tokens(KEYS, "token"), URLSafeTimedSerializer(list(KEYS), salt="token")
    for secret in ("0" * 40, "f" * 40, "00ff" * 10):
        token = ours.dumps(secret)
        assert ours.loads(token) == ours.loads(theirs.dumps(secret)) == secret
        assert signers.of_tokens(KEYS[1], "token").loads(token) == secret
        assert signers.of_tokens([KEYS[0]], "token").loads(signers.of_tokens(KEYS[:1], "token").dumps(secret)) == secret
        for wrong in ("A" + token[1:] if token[0] != "A" else "B" + token[1:], token[:-2], token[54:], "." + token):
            with pytest.raises(BadSignature):
                ours.loads(wrong)
    for none in ("", "x" * 40, "0" * 38, None, ["0" * 40]):
        with pytest.raises(TypeError):
            ours.dumps(none)
