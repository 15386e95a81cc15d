"""One question for all who want to know the same at the same time."""

import time
from collections.abc import Callable
from threading import Lock
from typing import Generic, TypeVar

T = TypeVar("T")


class OneForAll(Generic[T]):
    """Of the threads that come while a question is under way one asks for all: that begins after each of them came."""

    def __init__(self) -> None:
        self._asking = Lock()
        self._asked = float("-inf")  # when the last question began
        self._said: T | None = None
        self._failed = False

    def answer(self, ask: Callable[[], T], otherwise: T) -> T:
        """Return what `ask` says now. Who asked hears what it raises, who waited for it gets `otherwise`."""
        came = time.monotonic()
        with self._asking:
            if self._asked <= came:
                self._asked, self._failed = time.monotonic(), True
                self._said = ask()
                self._failed = False
            return otherwise if self._failed else self._said  # type: ignore[return-value]
