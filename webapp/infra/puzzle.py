"""Work asked of browsers, only when many new ones come from one address prefix at once (docs/signals.md).

A request beyond the rate is answered by a puzzle: a number for which the SHA-256 of `nonce:number` begins with so
many zero bits. Our scripts solve it and send the request again; who has no script waits and presses a button. A
browser that has passed is left in peace for some acts. Without Redis nothing is asked. Never of somebody signed in.
"""

import hashlib
import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, cast

import structlog
from flask import Flask, Response, current_app, render_template, request
from flask_babel import gettext
from flask_login import current_user
from itsdangerous import BadSignature, URLSafeSerializer
from redis.exceptions import RedisError

from webapp.infra import errors, keys
from webapp.infra.device import device_id
from webapp.infra.limits import limiter
from webapp.infra.prefixes import prefix_of
from webapp.infra.queue import counters
from webapp.infra.settings import Settings
from webapp.kernel.now import now
from webapp.kernel.refusal import N_, Refused

FIELDS = ("puzzle", "answer", "came_from")
WINDOW = 600  # seconds in which new browsers of a prefix are counted
WAIT = 20  # seconds after which a puzzle need not be solved
WAITED = 60  # so many of a prefix pass by waiting in a minute; the others press once more
LIFE = 600  # seconds after which a puzzle is void
PEACE = 3600  # seconds for which a browser that has passed is not asked again …
ACTS = {"code": 3, "vote": 300}  # … for so many acts
MOMENT = N_("One moment: checking that you are not a robot.")

log = structlog.get_logger()

# An act of a browser in peace. KEYS: its peace.
PEACEFUL = """
local left = tonumber(redis.call('GET', KEYS[1]) or '0')
if left > 0 then redis.call('DECR', KEYS[1]) return 1 end
return 0
"""
# Else a newcomer is counted, and passes while they are few. KEYS: newcomers in this window, in the one before.
# ARGV: seconds of a window, share of the window before that still counts.
COUNT = """
local count = redis.call('INCR', KEYS[1])
if count == 1 then redis.call('EXPIRE', KEYS[1], 2 * ARGV[1]) end
return count + math.floor(tonumber(redis.call('GET', KEYS[2]) or '0') * tonumber(ARGV[2]))
"""


@dataclass(frozen=True)
class Puzzle:
    """What is to be solved; `token` is the signed whole of it."""

    token: str
    kind: str
    nonce: str
    bits: int
    made: int

    def solved_by(self, answer: str) -> bool:
        """Return whether the number gives enough zero bits."""
        if not (answer.isascii() and answer.isdigit() and len(answer) <= 15):
            return False
        digest = hashlib.sha256(f"{self.nonce}:{answer}".encode()).digest()
        return int.from_bytes(digest, "big") >> (256 - self.bits) == 0


class PuzzleAsked(Refused):
    """The request is to come again with `puzzle` solved, or after `wait` seconds."""

    def __init__(self, puzzle: Puzzle, wait: int) -> None:
        super().__init__("puzzle", MOMENT, 429, retry_after=wait)
        self.puzzle, self.wait = puzzle, wait


def asked(kind: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Decorate a view whose posts may have to bear a solved puzzle. Stands above its rate limits: no try is lost."""

    def decorate(view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        def guarded(*args: Any, **values: Any) -> Any:
            if request.method == "POST":
                require(kind)
            return view(*args, **values)

        return guarded

    return decorate


def require(kind: str) -> None:
    """Let the request pass, or raise PuzzleAsked. `kind` is one of ACTS; each is counted on its own."""
    settings: Settings = current_app.config["SETTINGS"]
    if not (settings.puzzle_rate and limiter.enabled) or current_user.is_authenticated:
        return
    try:
        given = _given(kind)
        if given is not None:
            _judge(given)
        elif not _few(kind, settings.puzzle_rate):
            raise PuzzleAsked(_new(kind), WAIT)
    except RedisError as error:
        log.warning("nobody counts newcomers", error=str(error))


def init_app(app: Flask) -> None:
    """Answer PuzzleAsked: JSON for our scripts, else a page that solves it and sends the form again."""
    app.register_error_handler(PuzzleAsked, _answer)


def _few(kind: str, rate: int) -> bool:
    seconds = now().timestamp()
    window, into = divmod(seconds, WINDOW)
    redis, peace = counters(), _peace(kind)
    if redis.eval(PEACEFUL, 1, peace):
        return True
    place = f"puzzle:{kind}:{{{_prefix()}}}:"  # what is in braces keeps both windows on one node of a cluster
    count = redis.eval(COUNT, 2, f"{place}{int(window)}", f"{place}{int(window) - 1}", WINDOW, 1 - into / WINDOW)
    if int(cast("int", count)) > rate:
        return False
    redis.set(peace, ACTS[kind], ex=PEACE)
    return True


def _judge(given: Puzzle) -> None:
    """Take an answered puzzle, once; ask anew where it is too old or used, and for patience where it is too early."""
    age = int(now().timestamp()) - given.made
    if not 0 <= age <= LIFE:
        raise PuzzleAsked(_new(given.kind), WAIT)
    solved, used = given.solved_by(request.form.get("answer", "")), f"puzzle:used:{given.nonce}"
    if not solved and age < WAIT:
        raise PuzzleAsked(given, WAIT - age)
    if not counters().set(used, 1, nx=True, ex=2 * LIFE):
        raise PuzzleAsked(_new(given.kind), WAIT)
    if not solved and not _waiting_room():
        counters().delete(used)
        raise PuzzleAsked(given, WAIT)
    counters().set(_peace(given.kind), ACTS[given.kind] - 1, ex=PEACE)


def _waiting_room() -> bool:
    """Return whether one more of this prefix may pass by waiting: else a program would wait for thousands at once."""
    key = f"puzzle:waited:{_prefix()}:{int(now().timestamp()) // 60}"
    pipe = counters().pipeline(transaction=False)
    pipe.incr(key)
    pipe.expire(key, 120)
    return int(pipe.execute()[0]) <= WAITED


def _given(kind: str) -> Puzzle | None:
    token = request.form.get("puzzle", "")
    try:
        found_kind, nonce, bits, made = _serializer().loads(token)
    except (BadSignature, ValueError, TypeError):
        return None
    return Puzzle(token, kind, nonce, bits, made) if found_kind == kind else None


def _new(kind: str) -> Puzzle:
    settings: Settings = current_app.config["SETTINGS"]
    # Short, so that a script hashes a single block.
    nonce, made = secrets.token_urlsafe(12), int(now().timestamp())
    token = _serializer().dumps([kind, nonce, settings.puzzle_bits, made])
    return Puzzle(str(token), kind, nonce, settings.puzzle_bits, made)


def _prefix() -> str:
    key = keys.lasting().encode()
    return hmac.new(key, f"puzzle|{prefix_of(request.remote_addr or '')}".encode(), hashlib.sha256).hexdigest()[:16]


def _peace(kind: str) -> str:
    return f"puzzle:peace:{kind}:{device_id()}"


def _serializer() -> URLSafeSerializer:
    return keys.signer("puzzle")


def _answer(asked: PuzzleAsked) -> Response:
    puzzle, text = asked.puzzle, gettext(asked.message)
    if errors.wants_json() or request.headers.get("HX-Request") == "true":
        plain = {"token": puzzle.token, "nonce": puzzle.nonce, "bits": puzzle.bits}
        response = errors.answer(429, asked.code, text, puzzle=plain, wait=asked.wait)
    else:
        fields = [(name, value) for name, value in request.values.items(multi=True) if name not in FIELDS]
        came_from = request.form.get("came_from") or request.referrer or ""
        page = render_template(
            "errors/puzzle.html", text=text, puzzle=puzzle, wait=asked.wait, fields=fields, came_from=came_from
        )
        response = current_app.make_response((page, 429))
        response.headers["Cache-Control"] = "no-store"
    response.headers["Retry-After"] = str(asked.wait)
    return response
