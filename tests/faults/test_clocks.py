"""Machines whose clocks differ at the close: who was in time is decided by the database's clock alone.

SQLite is a file of one machine, which has one clock: there is nothing to differ.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select, update

from bench.scene import Scene, engine_of, fill
from contests.models import Contest
from tests.databases import Databases
from tests.faults.machines import Machine, environment, web
from voting.models import BallotVersion, Round
from webapp.boot.app import create_app
from webapp.infra import one_clock
from webapp.infra.settings import Settings
from webapp.kernel import now as clock

pytestmark = pytest.mark.timeout(300)
WRONG = 30  # seconds: one machine is ahead, one behind
TICKER = 20  # seconds by which the ticker is ahead: more than the time between close and seal


class Site:
    """Two web machines on one database, one ahead, one behind, and a contest whose close can be moved."""

    def __init__(self, engine: Engine, scene: Scene, ahead: Machine, behind: Machine) -> None:
        self.engine, self.scene, self.machines = engine, scene, {"ahead": ahead, "behind": behind}
        self._who = iter(range(1, 100))

    def versions(self) -> int:
        """How often ballots were written so far."""
        with self.engine.connect() as connection:
            return int(connection.scalar(select(func.count(BallotVersion.id))) or 0)

    def close_in(self, seconds: float) -> datetime:
        """Let voting end so many seconds from now, by the database's clock; return when."""
        with self.engine.begin() as connection:
            closes: datetime = connection.execute(select(func.clock_timestamp())).scalar_one()
            closes += timedelta(seconds=seconds)
            connection.execute(update(Contest).where(Contest.id == self.scene.contest_id).values(picking_at=closes))
        return closes

    def votes(self) -> dict[str, tuple[int, str]]:
        """Vote on each machine; how each answered."""
        said = {}
        for name, machine in self.machines.items():
            answer = machine.ask(next(self._who), "PUT", f"/api/v1/designs/{self.scene.codes[3]}/vote")
            said[name] = (answer.status, answer.body.get("code", ""))
        return said


@contextmanager
def site(databases: Databases, redis_url: str, folder: Path, unguarded: str = "") -> Iterator[Site]:
    """Start both machines on a database of their own."""
    url = databases.fresh("postgres")
    engine = engine_of(url)
    with ExitStack() as stack:
        stack.callback(engine.dispose)
        scene = fill(engine, people=40, designs=6)
        ahead, behind = (
            stack.enter_context(
                web(environment(url, redis_url, folder, FANMADE_CLOCK_ERROR=str(wrong)), unguarded=unguarded)
            )
            for wrong in (WRONG, -WRONG)
        )
        yield Site(engine, scene, ahead, behind)


@pytest.fixture(scope="module")
def guarded(
    request: pytest.FixtureRequest, databases: Databases, redis_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """The site as it is."""
    if request.config.getoption("--db") == "sqlite":
        pytest.skip("this database was not asked for")
    with site(databases, redis_url, tmp_path_factory.mktemp("clocks")) as running:
        yield running


def test_no_timely_vote_is_lost_and_no_late_one_counts(guarded: Site) -> None:
    judge(guarded)


@pytest.mark.whole  # it starts two machines more; an ordinary run has the ticker's control, of the same guard
def test_control_each_machine_its_own_clock(
    guarded: Site, databases: Databases, redis_url: str, tmp_path: Path
) -> None:
    """`guarded` is asked for so that both tests are of one place; its machines stand idle."""
    with site(databases, redis_url, tmp_path, unguarded="one-clock") as running:
        with pytest.raises(AssertionError, match="ahead"):
            judge(running)
        running.close_in(-3)
        assert running.votes()["behind"][0] == 200, "a vote that came three seconds late"


def judge(site: Site) -> None:
    """Before the close all may vote, wherever they come in; after it nobody."""
    site.close_in(20)
    said = site.votes()
    assert {name: status for name, (status, _) in said.items()} == {"ahead": 200, "behind": 200}, said
    for name, machine in site.machines.items():
        assert "/vote" in machine.page(None, f"/c/{site.scene.vote}/designs"), f"{name} shows no button"
    acknowledged = site.versions()
    site.close_in(-3)
    said = site.votes()
    time.sleep(1.1)  # dates are kept for a second, and these were changed behind the site's back
    assert not any("/vote" in machine.page(None, f"/c/{site.scene.vote}/designs") for machine in site.machines.values())
    assert set(said.values()) == {(409, "voting-closed")}, said
    assert site.versions() == acknowledged


@pytest.mark.parametrize("follows", [True, False], ids=["guarded", "control"])
def test_a_ticker_that_is_ahead_does_not_seal_early(
    guarded: Site, redis_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, follows: bool
) -> None:
    url = guarded.engine.url.render_as_string(hide_password=False)
    environ = environment(url, redis_url, tmp_path, FANMADE_CLOCK_ERROR=str(TICKER))
    if not follows:
        monkeypatch.setattr(clock, "learn", lambda *told: timedelta(0))
    monkeypatch.setattr(one_clock, "_asked", float("-inf"))
    try:
        app = create_app(Settings.from_env(environ))
        from voting import jobs
        from webapp.infra.db import db

        with app.app_context():
            one_clock.learn_at_start(db.engine)
            guarded.close_in(-2)
            jobs.close_due()
            db.session.remove()
            db.engine.dispose()
        with guarded.engine.connect() as connection:
            sealed = connection.scalar(select(func.count()).where(Round.sealed_at.is_not(None)))
        assert sealed == (0 if follows else 1)
    finally:
        clock.go_wrong(0)
