"""The site with one of its guards taken away, named by UNGUARDED: what the negative controls run."""

from __future__ import annotations

import os
from datetime import datetime

from sqlalchemy import Engine

from webapp.infra import one_clock


def _each_its_own_clock() -> None:
    """Let the clock of the machine that was reached decide."""

    def follow(engine: Engine) -> None:
        return None

    def received(told: datetime | None, now: datetime) -> datetime:
        return now

    one_clock.follow, one_clock.received = follow, received  # type: ignore[assignment]


GUARDS = {"one-clock": _each_its_own_clock}
GUARDS[os.environ["UNGUARDED"]]()

from webapp.boot.wsgi import app  # noqa: E402, F401
