"""Both sides of the storage in tables on disk, what is there and what rows name: any size in the same memory."""

import contextlib
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from webapp.infra.named_files import Named
from webapp.infra.storage import Stored

_TABLES = """
CREATE TABLE there (key TEXT PRIMARY KEY, modified REAL, bytes INTEGER, half INTEGER) WITHOUT ROWID;
CREATE TABLE named (key TEXT, holder TEXT, row INTEGER, what TEXT, expected INTEGER);
CREATE TABLE aside (key TEXT PRIMARY KEY, at TEXT) WITHOUT ROWID;
"""
_LONELY = """
SELECT key, bytes FROM there
WHERE modified < ? AND NOT EXISTS (SELECT 1 FROM named WHERE named.key = there.key) ORDER BY key
"""
_MISSING = """
SELECT key, holder, row, what FROM named
WHERE expected AND NOT EXISTS (SELECT 1 FROM there WHERE there.key = named.key) ORDER BY holder, row, key
"""


@dataclass(frozen=True)
class Missing:
    """A row of a holder names a key that is not there."""

    key: str
    holder: str
    row: int
    what: str


class Shelf:
    """The two sides, in a temporary SQLite file."""

    def __init__(self, path: Path) -> None:
        self._kept = sqlite3.connect(path, isolation_level=None)
        self._kept.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;" + _TABLES)

    def put(self, files: Iterable[Stored]) -> int:
        """Note what is there; return how many files."""
        rows = ((each.key, each.modified.timestamp(), each.bytes, each.half) for each in files)
        with self._at_once():
            return self._kept.executemany("INSERT OR REPLACE INTO there VALUES (?, ?, ?, ?)", rows).rowcount

    def name(self, holder: str, named: Iterable[Named]) -> None:
        """Note what rows of a holder name."""
        rows = ((each.key, holder, each.row, each.what, each.expected) for each in named)
        with self._at_once():
            self._kept.executemany("INSERT INTO named VALUES (?, ?, ?, ?, ?)", rows)

    def compare(self) -> None:
        """Make the index that the questions need; call it when all is noted."""
        self._kept.execute("CREATE INDEX IF NOT EXISTS by_key ON named (key)")

    def forget_names(self) -> None:
        """Empty the side of the rows, to note them anew."""
        self._kept.executescript("DROP INDEX IF EXISTS by_key; DELETE FROM named;")

    def lonely(self, before: float) -> Iterator[tuple[str, int]]:
        """Yield (key, bytes) of files that no row names and that were written before that time."""
        yield from self._kept.execute(_LONELY, (before,))

    def missing(self) -> Iterator[Missing]:
        """Yield what rows name and is not there, in order of holders and rows."""
        yield from (Missing(*row) for row in self._kept.execute(_MISSING))

    def is_named(self, key: str) -> bool:
        """Return whether a row names the key."""
        return self._kept.execute("SELECT 1 FROM named WHERE key = ? LIMIT 1", (key,)).fetchone() is not None

    def put_aside(self, places: Iterable[tuple[str, str]]) -> None:
        """Note where files lie that were set aside, as (key, where)."""
        with self._at_once():
            self._kept.executemany("INSERT OR REPLACE INTO aside VALUES (?, ?)", places)

    def aside(self, key: str) -> str | None:
        """Return where the file of a key lies that was set aside."""
        found = self._kept.execute("SELECT at FROM aside WHERE key = ?", (key,)).fetchone()
        return str(found[0]) if found else None

    def close(self) -> None:
        """Let go of the file."""
        self._kept.close()

    @contextlib.contextmanager
    def _at_once(self) -> Iterator[None]:
        self._kept.execute("BEGIN")
        yield
        self._kept.execute("COMMIT")


@contextlib.contextmanager
def shelf() -> Iterator[Shelf]:
    """Yield an empty shelf; its file goes with the block."""
    with tempfile.TemporaryDirectory(prefix="fanmade-audit-") as folder:
        made = Shelf(Path(folder) / "shelf.db")
        try:
            yield made
        finally:
            made.close()
