"""A real SMTP server in a process of its own that counts what it takes."""

from __future__ import annotations

import contextlib
import multiprocessing
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP

from webapp.boot.stack import free_port


@dataclass
class Relay:
    """Where it listens, and what it has taken: how many, and when the first and the last came (`time.monotonic`)."""

    port: int
    count: Any
    first: Any
    last: Any

    @property
    def url(self) -> str:
        """The address for FANMADE_MAIL_URL."""
        return f"smtp://127.0.0.1:{self.port}"

    def empty(self) -> None:
        """Begin to count anew."""
        self.count.value = 0


class _Handler:
    def __init__(self, relay: Relay) -> None:
        self.relay = relay

    async def handle_EHLO(self, server: SMTP, session: Any, envelope: Any, name: str, answers: list[str]) -> list[str]:
        session.host_name = name
        return [*answers[:-1], "250-PIPELINING", answers[-1]]  # as Postfix and Exim do; it reads line by line anyway

    async def handle_DATA(self, server: SMTP, session: Any, envelope: Any) -> str:
        relay = self.relay
        relay.last.value = time.monotonic()
        if not relay.count.value:
            relay.first.value = relay.last.value
        relay.count.value += len(envelope.rcpt_tos)
        return "250 OK"


@contextlib.contextmanager
def running() -> Iterator[Relay]:
    """Start it; end it with the block."""
    apart = multiprocessing.get_context("spawn")
    relay = Relay(free_port("127.0.0.1"), apart.Value("l", 0), apart.Value("d", 0.0), apart.Value("d", 0.0))
    ready = apart.Event()
    process = apart.Process(target=_serve, args=(relay, ready), daemon=True)
    process.start()
    try:
        if not ready.wait(30):
            raise RuntimeError("the relay does not start")
        yield relay
    finally:
        process.terminate()
        process.join(10)


def _serve(relay: Relay, ready: Any) -> None:
    Controller(_Handler(relay), hostname="127.0.0.1", port=relay.port).start()
    ready.set()
    while True:  # it answers in a thread of its own
        time.sleep(3600)
