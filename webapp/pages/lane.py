"""The short way to the first page of a gallery, for strangers: a stadium scans one code within a minute.

What is asked of the database each time: whether the designs of this page may be seen, with all that their cards show
(one small statement), and whether a browser we know has said something in this round. All else is as the view answered
somebody a moment ago: this way learns the page's frame and its headers from the view's own answers, and writes nothing
itself. Whatever is unusual about a request, or not learnt yet, goes the long way: somebody signed in, a message that
waits, a search, a part of a page, a cookie under a former key, a card that was changed.
"""

import hashlib
import os
import re
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import structlog
from flask import Flask
from werkzeug.http import dump_cookie

from contests.phases import Phase
from voting import queries as voting
from voting.exposure import orders
from voting.exposure import seen as exposure
from voting.hands import Hand
from webapp.infra import along, device, metrics, replicas, signers, strangers, telemetry, tracing
from webapp.infra.strangers import Headers, Stranger
from webapp.insights import seen
from webapp.kernel.now import now
from webapp.kernel.refusal import Refused
from webapp.pages import gallery
from webapp.pages.card_text import TOKEN_HERE, Parts, parts_of
from webapp.pages.frames import CARDS, TAUGHT
from webapp.pages.rows import Place
from webapp.pages.tops import top_of

PATH = re.compile(r"/c/([a-z0-9-]+)/designs")
ENDPOINT, ROUTE = "pages.gallery", "/c/<contest_slug>/designs"
LANE = "fanmade.lane"
UNUSUAL = (*strangers.UNUSUAL, "HTTP_IF_NONE_MATCH")
MOST = 300  # frames of some 15 KB each
CARDS_HERE = CARDS.encode()

log = structlog.get_logger()


@dataclass(frozen=True)
class Sheet:
    """What stands before and after the cards of a page, in parts, and the headers that all its answers have."""

    before: Parts
    after: Parts
    headers: Headers


def init_app(app: Flask) -> None:
    """Open the short way around the application."""
    app.extensions[LANE] = app.wsgi_app = Lane(app, app.wsgi_app)  # type: ignore[method-assign]


class Lane:
    """WSGI middleware around the application, see above."""

    def __init__(self, flask: Flask, app: Any) -> None:
        self.flask, self.app = flask, app
        self.sheets: dict[tuple[Any, ...], Sheet] = {}
        self.slugs: set[str] = set()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer a request, by the short way if it may be."""
        found = PATH.fullmatch(environ["PATH_INFO"]) if environ["REQUEST_METHOD"] == "GET" else None
        if found is None or environ.get("QUERY_STRING") or any(name in environ for name in UNUSUAL):
            return self.app(environ, start_response)  # type: ignore[no-any-return]
        answer = self._answer(found[1], environ) if found[1] in self.slugs else None
        if answer is None:
            return self._learn(found[1], environ, start_response)
        start_response("200 OK", answer[0])
        return [answer[1]]

    def _learn(self, slug: str, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Let the view answer, and keep what it says of this page."""
        said: list[tuple[str, Headers]] = []

        def hear(status: str, headers: Headers, *rest: Any) -> Any:
            said.append((status, headers))
            return start_response(status, headers, *rest)

        body: Iterable[bytes] = self.app(environ, hear)
        taught = environ.pop(TAUGHT, None)
        if taught and said[-1][0].startswith("200"):
            key, language, frame = taught
            headers = [(name, value) for name, value in said[-1][1] if name.lower() not in strangers.OWN]
            if len(self.sheets) >= MOST:
                self.sheets.clear()
            around = [parts_of(part) for part in frame.encode().split(CARDS_HERE)]
            self.sheets[key, language, environ["wsgi.url_scheme"]] = Sheet(around[0], around[-1], headers)
            self.slugs.add(slug)
        return body

    def _answer(self, slug: str, environ: dict[str, Any]) -> tuple[Headers, bytes] | None:
        began = time.perf_counter()
        try:
            with self.flask.app_context():
                answer = self._page(slug, environ)
                if answer:
                    metrics.count(ENDPOINT, "GET", 200, began)
                    tracing.passed(ROUTE, 200, began, environ)
                return answer
        except Refused:  # the view knows the words
            return None
        except Exception as error:  # and what to say of a database that is away
            log.warning("the short way is closed", error=repr(error))
            return None

    def _page(self, slug: str, environ: dict[str, Any]) -> tuple[Headers, bytes] | None:
        reader = strangers.of(self.flask, environ)
        if reader is None:
            return None
        moment, place = now(), gallery.place_of(slug)
        contest, phase = place.contest, place.contest.phase(moment)
        held = gallery.blank(contest, phase)
        replica = along.chosen(reader.cookies)
        with replicas.reading(replica):
            if held and reader.device and self._has_said(place, held, reader.device):
                return None
        name = telemetry.named()
        browser = device.here(reader.device)
        epoch = orders.epoch_for(contest.id, None, moment, reader.cookie)
        ids = gallery.order(contest, phase, epoch, moment)
        way = held.way if held else ""
        with replicas.reading(replica):
            top = top_of(ids[: gallery.SIZE], slug, reader.language, way)
        if replica and not replica.holds():
            return None
        if top is None:
            return None
        key = gallery.frame_key(place, phase, held, ids, bool(top.ids), epoch, gallery.PLAIN)
        sheet = self.sheets.get((key, reader.language, environ["wsgi.url_scheme"]))
        if sheet is None:
            return None
        self._note(place, phase, browser, top.ids, environ, is_new=reader.device is None)
        body = self._joined([*sheet.before, *top.parts, *sheet.after], reader)
        return [*sheet.headers, *self._own(reader, browser, name, len(body))], body

    def _has_said(self, place: Place, held: Hand, browser: str) -> bool:
        poll = gallery.round_in(place.contest)
        return poll is not None and voting.waits(poll.id, browser)

    def _note(
        self, place: Place, phase: Phase, browser: str, ids: list[int], environ: dict[str, Any], is_new: bool
    ) -> None:
        """Say who was here and what they were shown; of a new browser in a moment, together with others."""
        contest_id = place.contest.id
        seen.saw(contest_id, browser, None, is_new)
        exposure.met(contest_id, phase, "gallery", browser, ids, gallery.SIZE, environ, is_new)

    def _joined(self, parts: list[bytes], reader: Stranger) -> bytes:
        if TOKEN_HERE in parts:
            token = self._token(reader.cookie)
            parts = [token if part is TOKEN_HERE else part for part in parts]
        return b"".join(parts)

    def _token(self, cookie: dict[str, Any]) -> bytes:
        """Return a token for this reader's forms, as `flask_wtf.csrf.generate_csrf` does."""
        raw = cookie.setdefault("csrf_token", hashlib.sha1(os.urandom(64)).hexdigest())
        token: str | bytes = signers.of_tokens(self.flask.config["WTF_CSRF_SECRET_KEY"], "wtf-csrf-token").dumps(raw)
        return token.encode() if isinstance(token, str) else token

    def _own(self, reader: Stranger, browser: str, name: str, length: int) -> Headers:
        """Return the headers that no other answer bears."""
        own = [("Content-Length", str(length)), ("X-Request-Id", name)]
        if reader.device is None:
            own.append(("Set-Cookie", device.set_cookie(browser)))
        if reader.cookie != reader.was:
            config = self.flask.config
            before, after = _around(config["SESSION_COOKIE_NAME"], config["SESSION_COOKIE_SECURE"])
            own.append(("Set-Cookie", f"{before}{strangers.signer(self.flask).dumps(reader.cookie)!s}{after}"))
        return own


@lru_cache(maxsize=4)
def _around(name: str, secure: bool) -> tuple[str, str]:
    """Return what stands around the session's value in its header; a signed text needs no quotes."""
    before, _, after = dump_cookie(name, "-", httponly=True, samesite="Lax", secure=secure).partition("=-")
    return f"{before}=", after
