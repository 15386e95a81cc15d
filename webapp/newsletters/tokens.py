"""The tokens in newsletters' links: each is good for one subscription and one purpose, and of no other use."""

from itsdangerous import BadSignature, URLSafeSerializer, URLSafeTimedSerializer

from webapp.infra import keys

NOBODY = 0  # stands for a subscription in letters that are only tried out
DAYS = 14  # how long a link that confirms works, and an address that never did is kept


def way_in(subscription_id: int, round: int) -> str:
    """Return the token that confirms a subscription, in the round in which it was asked for."""
    return str(_timed().dumps([subscription_id, round]))


def read_in(token: str) -> tuple[int, int] | None:
    """Return (subscription id, round) of a living token; None for any other."""
    try:
        return _two(_timed().loads(token, max_age=DAYS * 86400))
    except BadSignature:
        return None


def way_out(subscription_id: int, letter_id: int) -> str:
    """Return the token that ends a subscription; the letter is where it stands."""
    return str(_plain().dumps([subscription_id, letter_id]))


def read_out(token: str) -> tuple[int, int] | None:
    """Return (subscription id, letter id) of a token of ours; None for any other. It does not expire."""
    try:
        return _two(_plain().loads(token))
    except BadSignature:
        return None


def _two(value: object) -> tuple[int, int] | None:
    if not (isinstance(value, list) and len(value) == 2 and all(type(each) is int for each in value)):
        return None
    return value[0], value[1]


def _timed() -> URLSafeTimedSerializer:
    return keys.timed_signer("newsletter-in")


def _plain() -> URLSafeSerializer:
    return keys.signer("newsletter-out")
