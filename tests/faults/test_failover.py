"""The primary dies under votes, its standby takes over: the site finds it by itself, and no acknowledged vote is lost.

The guard is a standby that each commit waits for. The control has one that nobody waits for and that is cut off.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from bench.scene import engine_of, fill
from tests.databases import TEMPLATE, Databases
from tests.faults.counts import Counted, must_fail, times
from tests.faults.machines import Machine, environment, web
from tests.faults.site import until
from tests.faults.swarm import Swarm
from tests.faults.test_changes import Stage, agree, stage
from tests.services import Cluster, killable_postgres, standby_of

pytestmark = pytest.mark.timeout(300)


@pytest.mark.parametrize("guarded", [True, False], ids=["guarded", "control"])
def test_the_primary_dies_under_votes(
    request: pytest.FixtureRequest,
    databases: Databases,
    redis_url: str,
    counted: Counted,
    tmp_path: Path,
    guarded: bool,
) -> None:
    if request.config.getoption("--db") == "sqlite":
        pytest.skip("this database was not asked for")
    with servers(databases, guarded) as (primary, standby):
        engine = engine_of(primary.url(TEMPLATE))
        fill(engine, people=2, designs=1)
        made = stage(engine, times(48, 480))
        engine.dispose()
        with web(environment(either(primary, standby), redis_url, tmp_path)) as machine:
            check = fail_over(machine, made, primary, standby, cut_off=not guarded)
            if guarded:
                counted(**check)
            promoted = create_engine(standby.url(TEMPLATE))
            with contextlib.nullcontext() if guarded else must_fail("the ledger of fan"):
                agree(promoted, made)
            promoted.dispose()


def fail_over(machine: Machine, made: Stage, primary: Cluster, standby: Cluster, *, cut_off: bool) -> dict[str, int]:
    """Kill the primary while fans vote and promote the standby, which may be cut off before; return what happened.

    Who is cut off misses what fans were told: with that control they stop when the primary is dead.
    """
    swarm, stop = Swarm(machine.port, made, rate=times(60, 120)), threading.Event()
    with ThreadPoolExecutor(1) as pool:
        voting = pool.submit(swarm.run, stop.is_set)
        try:
            assert until(lambda: swarm.done >= times(60, 2400) or voting.done(), 120)
            if cut_off:
                tell(standby, "ALTER SYSTEM SET primary_conninfo = ''", "SELECT pg_reload_conf()")
                missed = swarm.done
                assert until(lambda: swarm.done >= missed + 60 or voting.done(), 60)
                stop.set()
                voting.result()
            primary.kill()
            dead, before = time.monotonic(), swarm.done
            if not cut_off:
                assert until(lambda: swarm.said[503] > 0 or voting.done(), 60), "nobody noticed"
            standby.promote()
            if not cut_off:
                assert until(lambda: swarm.done >= before + times(60, 2400) or voting.done(), 120), (
                    "it does not recover"
                )
        finally:
            stop.set()
        voting.result()
    return {"votes": swarm.done, "refused_meanwhile": swarm.said[503], "seconds": int(time.monotonic() - dead)}


@contextlib.contextmanager
def servers(databases: Databases, waited_for: bool) -> Iterator[tuple[Cluster, Cluster]]:
    """A primary and a standby, which each commit waits for or not."""
    with killable_postgres(databases.kept_postgres()) as primary, standby_of(primary) as standby:
        if waited_for:  # as docs/scaling.md says
            tell(primary, "ALTER SYSTEM SET synchronous_standby_names = '*'", "SELECT pg_reload_conf()")
            tell(primary, f"ALTER DATABASE {TEMPLATE} SET synchronous_commit = remote_apply")
        try:
            yield primary, standby
        finally:
            primary.kill()
            primary.again()  # a dead one can't be stopped


def either(primary: Cluster, standby: Cluster) -> str:
    """The address of both: whichever of them takes writes."""
    hosts = ",".join(str(make_url(each.url(TEMPLATE)).query["host"]) for each in (primary, standby))
    return f"postgresql+psycopg://postgres@/{TEMPLATE}?host={hosts}&target_session_attrs=read-write&connect_timeout=2"


def tell(server: Cluster, *commands: str) -> None:
    """Give a server commands."""
    engine = create_engine(server.url("postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for each in commands:
            connection.execute(text(each))
    engine.dispose()
