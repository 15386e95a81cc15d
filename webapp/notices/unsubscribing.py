"""The token of an unsubscribe link: bound to one person and one kind, of no other use."""

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer

from webapp.infra import keys

DIGEST = "digest"  # stands for every kind that comes in digests


def url(person_id: int, kind: str) -> str:
    """Return the address that ends mails of this kind for this person."""
    base: str = current_app.config["SETTINGS"].base_url
    return f"{base}/unsubscribe/{_signer().dumps([person_id, kind])}"


def read(token: str) -> tuple[int, str] | None:
    """Return (person id, kind) of a token of ours; None for any other."""
    try:
        value = _signer().loads(token)
    except BadSignature:
        return None
    if not (isinstance(value, list) and len(value) == 2 and isinstance(value[0], int) and isinstance(value[1], str)):
        return None
    return value[0], value[1]


def _signer() -> URLSafeSerializer:
    return keys.signer("unsubscribe")
