"""Voters at a steady pace, as cheap as can be: they share two cores with the site they press.

One thread that wakes a hundred times a second, connections that are kept, requests whose bytes are made before the
clock starts. Of an answer only what the ledger needs is read: that it is whole, and its status.
"""

from __future__ import annotations

import random
import re
import selectors
import socket
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bench.web import Forms
from tests.faults.site import SECRET

if TYPE_CHECKING:
    from tests.faults.test_changes import Fan, Stage

LINKS = 16
CAST, WITHDRAW = b"&wish=cast&via=gallery", b"&wish=withdraw"
AGAIN = (429, 502, 503)  # "come again": asked once more a little later
TICK = 0.008  # seconds; what is due or has come meanwhile is done together
MOMENT = 0.05  # seconds between two looks at what should be asked again
PATIENCE = 60.0  # seconds in which a link must get some answer
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_CLOSES = re.compile(rb"\r\nconnection: *close", re.IGNORECASE)


@dataclass
class Act:
    """What is asked: a whole request, and the ballot of that fan once it is acknowledged."""

    fan: Fan
    ballot: frozenset[str]
    request: bytes
    since: float = field(default_factory=time.monotonic)


class Link:
    """A connection with at most one act in hand, for fans of its own: each of them acts one thing after the other."""

    def __init__(self, port: int, fans: list[Fan], waiting: selectors.BaseSelector) -> None:
        self.fans, self.turn = fans, 0
        self.act: Act | None = None
        self.rests_until = 0.0
        self._port, self._waiting, self._got = port, waiting, b""
        self._socket = self._opened()

    def send(self, act: Act) -> None:
        """Ask; a connection that was closed meanwhile is opened anew."""
        self.act, self._got = act, b""
        try:
            self._socket.sendall(act.request)
        except OSError:
            self._reopen()
            self._socket.sendall(act.request)

    def answer(self) -> int | None:
        """Read what has come: the status of a whole answer, None before; 0 when the connection broke."""
        try:
            data = self._socket.recv(65536)
        except OSError:
            data = b""
        if not data:
            self._reopen()
            return 0 if self.act else None
        self._got += data
        head, end, body = self._got.partition(b"\r\n\r\n")
        if not end or len(body) < int(_LENGTH.search(head)[1]):  # type: ignore[index]
            return None
        if _CLOSES.search(head):
            self._reopen()
        return int(head[9:12])

    @property
    def said(self) -> str:
        """The last answer's first words."""
        return self._got[:1500].decode(errors="replace")

    def close(self) -> None:
        """Hang up."""
        self._waiting.unregister(self._socket)
        self._socket.close()

    def _opened(self) -> socket.socket:
        opened = socket.create_connection(("127.0.0.1", self._port), PATIENCE)
        opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._waiting.register(opened, selectors.EVENT_READ, self)
        return opened

    def _reopen(self) -> None:
        self.close()
        self._socket = self._opened()


class Swarm:
    """Fans who change their ballots at random, `rate` times a second together; each knows what was acknowledged."""

    def __init__(self, port: int, made: Stage, rate: float, seed: int = 1) -> None:
        self.done, self.said = 0, Counter[int]()
        self._port, self._made, self._rate, self._chance = port, made, rate, random.Random(seed)
        self._codes = sorted(made.designs)
        self._requests = _requests(port, made.fans, self._codes)

    def run(self, stopped: Callable[[], bool]) -> None:
        """Act until told to stop, and until all that was asked has been answered; raises AssertionError."""
        with selectors.DefaultSelector() as waiting:
            links = [Link(self._port, self._made.fans[n::LINKS], waiting) for n in range(LINKS)]
            due = looked = time.monotonic()
            while not stopped() or any(link.act for link in links):
                now = time.monotonic()
                # What could not be asked in time is asked later, but no more than a second of it.
                due = max(due, now - 1) if stopped() else self._ask(links, max(due, now - 1), now)
                # To be woken for each answer by itself costs as much as the answer: the site's processor pays.
                time.sleep(TICK)
                for key, _ in waiting.select(0):
                    self._read(key.data)
                if now - looked > MOMENT:
                    looked = now
                    self._ask_again(links)
            for link in links:
                link.close()

    def _ask(self, links: list[Link], due: float, now: float) -> float:
        """Send what is due over links that are free; return when the next act is."""
        free = [link for link in links if link.act is None]
        self._chance.shuffle(free)
        while due <= now and free:
            link = free.pop()
            link.send(self._next_of(link))
            due += 1 / self._rate
        return due

    def _read(self, link: Link) -> None:
        status = link.answer()
        if status is None:
            return
        assert link.act
        self.said[status] += 1
        if status == 200:
            link.act.fan.told(link.act.ballot)
            link.act = None
            self.done += 1
        else:
            assert status == 0 or status in AGAIN, f"a vote was answered {link.said}"
            link.rests_until = time.monotonic() + 0.1

    def _ask_again(self, links: list[Link]) -> None:
        now = time.monotonic()
        for link in links:
            assert link.act is None or now - link.act.since < PATIENCE, "a vote gets no answer"
            if link.act and 0 < link.rests_until < now:
                link.rests_until = 0.0
                link.send(link.act)

    def _next_of(self, link: Link) -> Act:
        """Something that changes a ballot: the fans of a link in turn, so that nobody meets a limit."""
        fan, code = link.fans[link.turn % len(link.fans)], self._chance.choice(self._codes)
        link.turn += 1
        if len(fan.stands) == self._made.hearts:
            code = self._chance.choice(sorted(fan.stands))
        wish = WITHDRAW if code in fan.stands else CAST
        return Act(fan, fan.stands ^ {code}, self._requests[fan.number, code, wish])


def _requests(port: int, fans: list[Fan], codes: list[str]) -> dict[tuple[int, str, bytes], bytes]:
    """The bytes of each thing that a fan can ask, with their cookies and the token of the form."""
    forms, found = Forms({"FANMADE_SECRET_KEY": SECRET}, 1 + max(fan.number for fan in fans)), {}
    for number, code, wish in ((fan.number, code, wish) for fan in fans for code in codes for wish in (CAST, WITHDRAW)):
        method, path, body, headers = forms.act(number, code, wish)
        headers = {"Host": f"127.0.0.1:{port}", **headers, "Content-Length": str(len(body or b""))}
        lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items()), "", ""]
        found[number, code, wish] = "\r\n".join(lines).encode() + (body or b"")
    return found
