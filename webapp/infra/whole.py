"""Pages that are the same for all strangers: written once, sent again as long as they stand, or not sent at all (304).

A view says so by `@same_for_strangers`. While it answers somebody who is not signed in, all that it reads is noted; the
page is kept with that. The next stranger gets what is kept if nobody has committed anything since
(`webapp.infra.standing`) or the database, asked again, answers the same; if no instant has passed that was among what
was read; and if it was written less than LASTS ago: so what somebody hides, changes or erases is gone from the next
answer on, and what the clock alone brings is there within seconds. A page that names its reader's browser, holds a
token or a message, or brings a cookie is never kept, whatever its view says; nor is one of which it says
`readings.spoil`.
"""

import hashlib
import re
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import wraps
from typing import Any

import structlog
from flask import Flask, Response, g, make_response, request, session
from flask_login import current_user
from werkzeug.http import parse_etags

from webapp.infra import metrics, readings, replicas, standing, strangers, telemetry
from webapp.infra.db import db
from webapp.infra.i18n import choose_locale
from webapp.infra.one_for_all import OneForAll
from webapp.infra.readings import Reading
from webapp.infra.short_ways import driver
from webapp.infra.standing import Words
from webapp.infra.strangers import Headers
from webapp.kernel.now import now

LASTS = timedelta(seconds=10)
MOST = 150  # pages of some 20 KB each, with what they were made of
KEEPER = "fanmade.whole"
TAUGHT = "fanmade.whole.page"  # where a request bears the page it was answered with
# Each browser keeps its own copy and asks each time whether it still stands. Nobody else keeps one: by the same
# address others, who are signed in, see more.
CONTROL = "private, no-cache"
VARY = ("Accept", "Accept-Language", "Cookie")
UNUSUAL = (*strangers.UNUSUAL, "HTTP_IF_MATCH")
WITH_304 = frozenset({"cache-control", "etag", "vary"})
INSTANT = re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(\.\d+)?")

log = structlog.get_logger()


@dataclass
class Page:
    """A page as strangers get it, what it was made of, and between which instants it may stand."""

    endpoint: str
    language: str
    tag: str
    body: bytes
    reading: Reading
    standing: Words | None
    since: datetime
    until: datetime
    headers: Headers
    one: OneForAll[bool] = field(default_factory=OneForAll)


def same_for_strangers(view: Callable[..., Any]) -> Callable[..., Any]:
    """Say of a view that all strangers who read the same language get the same page by the same address."""

    @wraps(view)
    def answer(*args: Any, **values: Any) -> Any:
        if not _is_plain():
            return view(*args, **values)
        moment, stands = now(), _standing()
        with readings.reading() as reading:
            response = make_response(view(*args, **values))
        if reading.plain and response.status_code == 200 and not ("csrf_token" in g or "device_id" in g):
            _teach(response, reading, stands, moment)
        return response

    return answer


def _is_plain() -> bool:
    if replicas.engine():  # the primary would be asked whether the page stands, and is to be spared
        return False
    asked = request.environ
    usual = request.method in ("GET", "HEAD") and not request.query_string and not any(n in asked for n in UNUSUAL)
    # Whose cookie holds more (a message, a form they have declined) may be shown what others are not.
    return usual and not current_user.is_authenticated and strangers.USUAL.issuperset(session) and _reads_html(asked)


def _reads_html(environ: dict[str, Any]) -> bool:
    return "json" not in environ.get("HTTP_ACCEPT", "")


def _standing() -> Words | None:
    try:
        return standing.words(db.engine)
    except db.engine.dialect.loaded_dbapi.Error:  # the view hears of it soon enough
        return None


def _until(reading: Reading, moment: datetime) -> datetime:
    """Return when the first of the instants comes that were read, at the latest in LASTS seconds."""
    found = (_instant(value) for _, _, rows in reading.asked for row in rows for value in row)
    return min((each for each in found if each and moment < each < moment + LASTS), default=moment + LASTS)


def _instant(value: Any) -> datetime | None:
    """Return an instant as the drivers give it: SQLite's are text."""
    if isinstance(value, str) and INSTANT.fullmatch(value):
        value = datetime.fromisoformat(value)
    if not isinstance(value, datetime):
        return None
    return value if value.tzinfo else value.replace(tzinfo=UTC)


def _teach(response: Response, reading: Reading, stands: Words | None, moment: datetime) -> None:
    body = response.get_data()
    tag = hashlib.blake2b(body, digest_size=16).hexdigest()
    response.set_etag(tag)
    response.headers["Cache-Control"] = CONTROL
    response.vary.update(VARY)
    until = _until(reading, moment)
    request.environ[TAUGHT] = Page(
        request.endpoint or "", choose_locale(), tag, body, reading, stands, moment, until, []
    )


def init_app(app: Flask) -> None:
    """Keep such pages around the application."""
    app.extensions[KEEPER] = app.wsgi_app = Keeper(app, app.wsgi_app)  # type: ignore[method-assign]


class Keeper:
    """WSGI middleware around the application: it answers with what is kept, or keeps what the application answers."""

    def __init__(self, flask: Flask, app: Any) -> None:
        self.flask, self.app = flask, app
        self.pages: dict[tuple[str, ...], Page] = {}
        self.paths: set[str] = set()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer a request with a page that is kept, if there is one for this reader and it still stands."""
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD") or environ.get("QUERY_STRING"):
            return self.app(environ, start_response)  # type: ignore[no-any-return]
        if environ["PATH_INFO"] in self.paths and (answer := self._answer(environ)):
            status, headers, body = answer
            start_response(status, headers)
            return [body]
        return self._learn(environ, start_response)

    def _learn(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        said: list[Any] = []

        def hear(*rest: Any) -> Any:
            said[:] = rest
            return start_response(*rest) if TAUGHT not in environ else _nowhere

        body: Iterable[bytes] = self.app(environ, hear)
        page: Page | None = environ.pop(TAUGHT, None)
        if page is None:
            return body
        status, headers = said[:2]
        if status.startswith("200") and not any(name.lower() == "set-cookie" for name, _ in headers):
            page.headers = [each for each in headers if each[0].lower() not in strangers.OWN]
            self._keep(environ, page)
            if _is_known(environ, page.tag):
                status, headers = "304 Not Modified", [each for each in headers if each[0].lower() in WITH_304]
                body = [b""]
        start_response(status, headers)
        return body

    def _keep(self, environ: dict[str, Any], page: Page) -> None:
        if len(self.pages) >= MOST:
            self.pages.clear()
            self.paths.clear()
        self.pages[_key(environ, page.language)] = page
        self.paths.add(environ["PATH_INFO"])

    def _answer(self, environ: dict[str, Any]) -> tuple[str, Headers, bytes] | None:
        if any(name in environ for name in UNUSUAL) or not _reads_html(environ):
            return None
        began = time.perf_counter()
        try:
            with self.flask.app_context():
                reader = strangers.of(self.flask, environ, by_name=False)
                page = self.pages.get(_key(environ, reader.language)) if reader else None
                if page is None or not _stands(page):
                    return None
                known = _is_known(environ, page.tag)
                metrics.count(page.endpoint, environ["REQUEST_METHOD"], 304 if known else 200, began)
                own = ("X-Request-Id", telemetry.named())
        except Exception as error:  # the view knows what to say of a database that is away
            log.warning("no page is kept", error=repr(error))
            return None
        if known:
            return "304 Not Modified", [own, *(each for each in page.headers if each[0].lower() in WITH_304)], b""
        body = b"" if environ["REQUEST_METHOD"] == "HEAD" else page.body
        return "200 OK", [("Content-Length", str(len(page.body))), own, *page.headers], body


def _stands(page: Page) -> bool:
    """Return whether a page may be sent as it is: neither time nor anybody has changed what it was made of."""
    if not page.since <= now() < page.until or any(ask() != said for ask, said in page.reading.beside):
        return False
    if not page.reading.asked:
        return True
    stands = standing.words(db.engine)  # asked first: what is committed after it is seen or asked again
    if stands is not None and stands == page.standing:
        return True
    return page.one.answer(lambda: _says_the_same(page, stands), False)


def _says_the_same(page: Page, stands: Words | None) -> bool:
    """Ask for all again that a page was made of."""
    with driver(page.reading.asked[0][0]) as given:
        same = readings.is_so(given, db.engine.dialect.name, page.reading)
    if same:
        page.standing = stands
    return same


def _key(environ: dict[str, Any], language: str) -> tuple[str, ...]:
    return environ["PATH_INFO"], language, environ["wsgi.url_scheme"], environ.get("HTTP_HOST", "")


def _is_known(environ: dict[str, Any], tag: str) -> bool:
    """Return whether the browser has the page already; a proxy that compresses makes weak tags of ours."""
    asked = environ.get("HTTP_IF_NONE_MATCH")
    return asked is not None and parse_etags(asked).contains_weak(tag)


def _nowhere(data: bytes) -> None:
    """Take what an application writes past its answer: ours never does."""
