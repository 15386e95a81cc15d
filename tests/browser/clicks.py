"""Counts what a person does on a page: what commits something, what is typed, and signing in apart from both."""

from __future__ import annotations

import contextlib
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any


@dataclass
class Count:
    """How often something was tapped or pressed, and how many fields were typed into."""

    clicks: int = 0
    fields: int = 0


class Hand:
    """A person at a page. Scrolling, typing and choosing the file in the system's own window are not clicks.

    `own` counts what the person came for, `door` what signing in took.
    """

    def __init__(self, page: Any) -> None:
        self.page = page
        self.own, self.door = Count(), Count()
        self._now = self.own

    def click(self, role: str, name: str | re.Pattern[str], nth: int = 0) -> None:
        """Tap what has this role and name; it must be there, seen and not covered."""
        self._now.clicks += 1
        self.page.get_by_role(role, name=name).nth(nth).click()

    def tap(self, target: Any) -> None:
        """Tap a located element."""
        self._now.clicks += 1
        target.click()

    def press(self, key: str) -> None:
        """Press a key that decides something."""
        self._now.clicks += 1
        self.page.keyboard.press(key)

    def type(self, label: str | re.Pattern[str], text: str) -> None:
        """Type into the field with this label."""
        self._now.fields += 1
        self.page.get_by_label(label).first.fill(text)

    @contextlib.contextmanager
    def signing_in(self) -> Iterator[None]:
        """What is done in the block counts as signing in."""
        self._now = self.door
        yield
        self._now = self.own


def code_for(mailbox: Path, address: str, seconds: float = 60) -> str:
    """The newest code that a worker mailed to the address; waits for it."""
    return _newest(mailbox, address, r"\b(\d{3})\s?(\d{3})\b", seconds).replace(" ", "")


def link_for(mailbox: Path, address: str, part: str, seconds: float = 60) -> str:
    """The address, without the site, of the newest mailed link that begins with `part`."""
    return _newest(mailbox, address, rf"({re.escape(part)}[\w./~-]+)", seconds)


def _newest(mailbox: Path, address: str, pattern: str, seconds: float) -> str:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        for file in sorted(mailbox.glob("*.eml"), reverse=True):
            message = message_from_bytes(file.read_bytes(), policy=policy.default)
            if address not in str(message["To"]):
                continue
            text = message.get_body(("plain",)).get_content()  # type: ignore[union-attr]
            if found := re.search(pattern, text):
                return "".join(found.groups())
        time.sleep(0.1)
    raise AssertionError(f"no mail to {address} with {pattern} within {seconds} seconds")
