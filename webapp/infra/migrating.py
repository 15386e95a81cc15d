"""How a migration gets the database for itself: one at a time, whole or not at all, and never in the way for long.

An upgrade is one transaction on both databases: who is killed in its midst has changed nothing. Machines that migrate
at once queue here, and each but the first finds nothing left to do. A table in use is waited for briefly: behind
a waiting ALTER every reader queues as well, so it gives way, and `with_patience` tries again.
"""

import time
from collections.abc import Callable

from sqlalchemy import Connection, text
from sqlalchemy.exc import OperationalError

KEY = 4100  # of the advisory lock; those of votes have two keys
TURN = 600_000  # milliseconds for the upgrade of another process
GIVES_WAY = "3s"
TRIES, PAUSE = 40, 3.0
LOCK_NOT_AVAILABLE = "55P03"


def queue_up(connection: Connection) -> None:
    """Wait within a transaction that has only begun until no other process migrates; the lock ends with it."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql(f"PRAGMA busy_timeout={TURN}")
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        return
    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": KEY})
    connection.execute(text(f"SET LOCAL lock_timeout = '{GIVES_WAY}'"))


def with_patience(upgrade: Callable[[], None], tell: Callable[[], None]) -> None:
    """Call `upgrade`; where a table was in use for too long, `tell` and try again after a pause. Raises at last."""
    for left in reversed(range(TRIES)):
        try:
            return upgrade()
        except OperationalError as error:
            if getattr(error.orig, "sqlstate", "") != LOCK_NOT_AVAILABLE or not left:
                raise
        tell()
        time.sleep(PAUSE)
    return None
