"""What a person sees meanwhile: bars on a terminal, nothing for machines."""

import sys
from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

from tqdm import tqdm

T = TypeVar("T")


class Progress:
    """Says on standard error what is going on; `quiet` says nothing."""

    def __init__(self, quiet: bool) -> None:
        self._quiet = quiet
        self._bars = not quiet and sys.stderr.isatty()

    def say(self, line: str) -> None:
        """Say one thing."""
        if not self._quiet:
            tqdm.write(line, file=sys.stderr)

    def bar(self, total: int, what: str) -> Any:
        """Return a bar to `update`; it shows on a terminal only."""
        return tqdm(total=total, desc=what, disable=not self._bars, leave=False, file=sys.stderr)

    def each(self, items: Iterable[T], total: int, what: str) -> Iterator[T]:
        """Yield the items and count them."""
        with self.bar(total, what) as bar:
            for item in items:
                yield item
                bar.update()
