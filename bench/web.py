"""Requests: gallery, revalidation, vote, preorder, each beside a bare endpoint under the same server."""

from __future__ import annotations

import http.client
import itertools
import os
import statistics
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import URLSafeSerializer, URLSafeTimedSerializer
from sqlalchemy import update

from bench.cpu import spent
from bench.load import Figures, Request, burst, press
from bench.scene import engine_of, session_of
from bench.servers import Pair, pair
from bench.table import Row, alternating
from preorders.models import Drop, Variant
from webapp.accounts.login import hash_of

PEOPLE, BUYERS, PIECES = 2000, 500, 100
STRANGERS, CONNECTIONS = 64, 16
VOTERS = 12_000  # each round of votes uses voters who have no ballot yet


def measure(kind: str, folder: Path, redis_url: str, seconds: float, rounds: int) -> list[Row]:
    """Return the rows of one kind of database."""
    with pair(kind, folder, redis_url, PEOPLE, cap=PIECES) as both:
        return [*_pages(kind, both, seconds, rounds), _preorders(kind, both, rounds)]


def votes(kind: str, folder: Path, redis_url: str, seconds: float, rounds: int) -> list[Row]:
    """Return the rows of votes on one kind of database: beside the bare endpoint, and of all on one design."""
    with pair(kind, folder, redis_url, VOTERS) as both:
        return _votes(kind, both, seconds, rounds)


def _pages(kind: str, both: Pair, seconds: float, rounds: int) -> list[Row]:
    """The gallery as three kinds of readers get it, by the clock and by the processor time of the web processes."""
    gallery, asset, drop = "/c/the-vote/designs", _asset(both.product), "/drops/the-drop"
    jars = [_cookies(both.product, gallery) for _ in range(STRANGERS)]
    stamp, tag = _head(both.product, asset)["last-modified"], _head(both.product, drop)["etag"]
    members = Forms(both.environ, PEOPLE)
    cpu: dict[str, list[float]] = {}

    def pressed(name: str, port: int, pid: int, path: str, headers: Callable[[int], dict[str, str]]) -> float:
        before = spent(pid)
        figures = press(port, lambda c, n: ("GET", path, None, headers(c + CONNECTIONS * n)), seconds, CONNECTIONS)
        rate = _right(figures)
        cpu.setdefault(name, []).append(rate * seconds / max(spent(pid) - before, 0.01))
        return rate

    def ours(name: str, path: str, headers: Callable[[int], dict[str, str]]) -> Callable[[], float]:
        return partial(pressed, name, both.product, both.product_pid, path, headers)

    def bare(name: str, path: str) -> Callable[[], float]:
        return partial(pressed, name, both.floor, both.floor_pid, path, lambda n: {})

    readers: dict[str, Callable[[int], dict[str, str]]] = {
        "a first visit": lambda n: {},
        "strangers who return": lambda n: {"Cookie": jars[n % STRANGERS]},
        "members": lambda n: members.signed_in(n % PEOPLE),
    }
    for headers in readers.values():
        ours("warm", gallery, headers)()
    found = dict(
        zip(
            (*readers, "page", "frag", "hello", "asset", "again"),
            alternating(
                rounds,
                *(ours(name, gallery, headers) for name, headers in readers.items()),
                bare("page", "/gallery"),
                bare("frag", "/gallery/frag"),
                bare("hello", "/hello"),
                ours("asset", asset, lambda n: {"If-Modified-Since": stamp}),
                ours("again", drop, lambda n: {"If-None-Match": tag, "Cookie": jars[n % STRANGERS]}),
            ),
            strict=True,
        )
    )
    used = {name: statistics.median(each) for name, each in cpu.items()}
    load = f"load {os.getloadavg()[0]:.0f}"
    rows = []
    for name in readers:
        goals = (4.0, 0.4) if name != "members" else (None, None)
        for unit, by in (("requests/s", found), ("requests/s of CPU", used)):
            about = f"gallery, {name}, {kind}", unit, by[name]
            rows.append(Row(*about, by["page"], "bare page", goal=goals[0], note=load))
            rows.append(Row(*about, by["frag"], "cards kept", goal=goals[1], note=load))
    for about, name in (
        ("revalidation of an asset (304)", "asset"),
        (f"revalidation of a page (304), {kind}", "again"),
    ):
        rows.append(Row(about, "requests/s", found[name], found["hello"], "hello", goal=0.6, note=load))
        rows.append(Row(about, "requests/s of CPU", used[name], used["hello"], "hello", goal=0.6, note=load))
    return rows


def _votes(kind: str, both: Pair, seconds: float, rounds: int) -> list[Row]:
    forms = Forms(both.environ, VOTERS)
    # The first person drew all designs, and has no heart for them. Nobody votes twice: each vote makes a ballot.
    ours, bare = itertools.count(1), itertools.count(1)
    designs = len(both.scene.codes) - 1

    def spread(connection: int, count: int) -> Request:
        person = next(ours)
        return forms.vote(person, both.scene.codes[1 + person % designs])

    def one(connection: int, count: int) -> Request:
        return forms.vote(next(ours), both.scene.codes[0])

    def floor(connection: int, count: int) -> Request:
        person = next(bare)
        return "POST", f"/vote/{hash_of(session_of(person))}/{both.scene.codes[1 + person % designs]}", b"", {}

    product, lowest, hot = alternating(
        rounds,
        lambda: _right(press(both.product, spread, seconds)),
        lambda: _right(press(both.floor, floor, seconds)),
        lambda: _right(press(both.product, one, seconds)),
    )
    load = f"load {os.getloadavg()[0]:.0f}"
    return [
        Row(f"vote, whole request, {kind}", "requests/s", product, lowest, "same statements", goal=0.6, note=load),
        # A vote on one design costs at most 1.2 of a vote among many: so many more, the other way round.
        Row(f"votes on one design, {kind}", "requests/s", hot, product, "on many", goal=0.83, note=load),
    ]


def _preorders(kind: str, both: Pair, rounds: int) -> Row:
    """All buyers press the button of the order form at one instant; the time until the last one is answered."""
    forms, keys = Forms(both.environ, BUYERS), itertools.count()

    def bare(number: int) -> Request:
        return "POST", f"/preorder/{both.scene.people[number]}", b"", {}

    def product() -> float:
        _unsold(both.product_url)
        key = next(keys)
        return _sold(*burst(both.product, [forms.order(number, key) for number in range(BUYERS)]), 302)

    def floor() -> float:
        _unsold(both.floor_url)
        return _sold(*burst(both.floor, [bare(number) for number in range(BUYERS)]), 201)

    burst(both.product, [("GET", "/drops/the-drop", None, {})] * 64, 16)  # both are warm
    burst(both.floor, [("GET", "/hello", None, {})] * 64, 16)
    ours, lowest = alternating(rounds, product, floor)
    note = f"{BUYERS} buyers at once, {PIECES} pieces, load {os.getloadavg()[0]:.0f}"
    name = "one update, one insert"
    return Row(f"preorder burst, {kind}", "s", ours, lowest, name, more_is_better=False, goal=3, note=note)


def _unsold(url: str) -> None:
    """Make all pieces free again; the orders of the round before stand by."""
    engine = engine_of(url)
    with engine.begin() as connection:
        connection.execute(update(Drop).values(reserved=0))
        connection.execute(update(Variant).values(reserved=0))
    engine.dispose()


def _sold(seconds: float, answers: list[int], yes: int) -> float:
    """Return the seconds of a burst in which exactly all pieces were sold."""
    if (answers.count(yes), answers.count(409)) != (PIECES, BUYERS - PIECES):
        raise RuntimeError(f"{answers.count(yes)} of {PIECES} pieces were sold: {set(answers)}")
    return seconds


class Forms:
    """Signed-in browsers: cookies and form tokens as the product would have given them."""

    def __init__(self, environ: Mapping[str, str], people: int) -> None:
        app = Flask("bench")
        app.secret_key = environ["FANMADE_SECRET_KEY"]
        signer = SecureCookieSessionInterface().get_signing_serializer(app)
        assert signer
        raw = "0" * 40
        token = URLSafeTimedSerializer(app.secret_key, salt="wtf-csrf-token").dumps(raw)
        # Who sends a form has seen a page, and the page has named the browser.
        self._device = URLSafeSerializer(app.secret_key, salt="device").dumps("d" * 32)
        self._token = f"csrf_token={token}".encode()
        self._cookies = [
            signer.dumps({"session_token": session_of(number), "csrf_token": raw, "_permanent": True})
            for number in range(people)
        ]

    def signed_in(self, person: int) -> dict[str, str]:
        """Return the headers of somebody who reads."""
        return {"Cookie": f"fanmade={self._cookies[person]}; device={self._device}"}

    def order(self, person: int, key: int = 0) -> Request:
        headers = {
            "Cookie": f"fanmade={self._cookies[person]}",
            "Content-Type": "application/x-www-form-urlencoded",
        }
        address = "name=Aino&line1=Katu+1&postcode=00100&city=Helsinki&country=FI"
        body = self._token + f"&key=burst-key-{key}-{person}&{address}".encode()
        return "POST", "/drops/the-drop/preorder?size=M&colour=Night&quantity=1", body, headers

    def vote(self, person: int, code: str) -> Request:
        """Give a heart from the gallery."""
        return self.act(person, code, b"&wish=cast&via=gallery")

    def act(self, person: int, code: str, wish: bytes) -> Request:
        """Send the form of a design; `wish` is what is asked for in it."""
        headers = {
            "Cookie": f"fanmade={self._cookies[person]}; device={self._device}",
            "Content-Type": "application/x-www-form-urlencoded",
            "Accept": "application/json",
        }
        return "POST", f"/D/{code}/vote", self._token + wish, headers


def _right(figures: Figures) -> float:
    if figures.bad:
        raise RuntimeError(f"{len(figures.bad)} requests failed: {figures.bad[:2]}")
    return figures.per_second


def _cookies(port: int, path: str) -> str:
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    link.request("GET", path)
    answer = link.getresponse()
    answer.read()
    given = [value.partition(";")[0] for name, value in answer.getheaders() if name.lower() == "set-cookie"]
    return "; ".join(given)


def _head(port: int, path: str) -> dict[str, str]:
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    link.request("GET", path)
    answer = link.getresponse()
    answer.read()
    return {name.lower(): value for name, value in answer.getheaders()}


def _asset(port: int) -> str:
    return "/static/css/fanmade.css"
