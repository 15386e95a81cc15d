"""A real cluster of three nodes holds what is counted; a node that dies costs counts, nothing else."""

from __future__ import annotations

import contextlib
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis
from flask import Flask
from redis.exceptions import RedisError

from contests.phases import Phase
from contests.submissions.finalists import travels
from tests.services import Missing
from voting.exposure import orders
from voting.exposure import seen as exposure
from webapp.boot import redis_server
from webapp.boot.app import create_app
from webapp.boot.stack import free_port
from webapp.infra import aside, puzzle, queue, together
from webapp.infra.limits import limiter
from webapp.infra.settings import Settings
from webapp.insights import seen

BUS = 10_000  # a node's second port, beyond its first


class Nodes:
    """Three masters without replicas, each with a third of the slots."""

    def __init__(self, folder: Path) -> None:
        server = redis_server.find_server({"PATH": ""})
        if server is None:
            raise Missing("No Redis.")
        self.ports = [_port() for _ in range(3)]
        self.running = [_started(server, folder / str(port), port) for port in self.ports]
        self.clients = [redis.Redis(port=port, retry=None) for port in self.ports]

    @property
    def url(self) -> str:
        """As in FANMADE_COUNTERS_URL."""
        return "redis+cluster://" + ",".join(f"127.0.0.1:{port}" for port in self.ports)

    def meet(self) -> None:
        """Make a cluster of them."""
        bounds = [0, 5461, 10923, 16384]
        for number, client in enumerate(self.clients):
            _until(client.ping)
            client.execute_command("CLUSTER ADDSLOTSRANGE", bounds[number], bounds[number + 1] - 1)
            client.execute_command("CLUSTER MEET", "127.0.0.1", self.ports[0], self.ports[0] + BUS)
        for client in self.clients:
            _until(lambda client=client: _is_whole(client.execute_command("CLUSTER INFO")))

    def keys(self) -> list[int]:
        """How many keys each node has."""
        return [int(client.dbsize()) for client in self.clients]  # type: ignore[arg-type]

    def close(self) -> None:
        """End them."""
        for each in self.running:
            each.kill()
            each.wait(20)


def _port() -> int:
    while (port := free_port("127.0.0.1")) + BUS > 65_535:
        pass
    return port


def _started(server: Path, folder: Path, port: int) -> subprocess.Popen[bytes]:
    folder.mkdir()
    words = ("--port", str(port), "--bind", "127.0.0.1", "--dir", str(folder), "--save", "", "--appendonly", "no")
    words += ("--cluster-enabled", "yes", "--cluster-node-timeout", "15000", "--cluster-require-full-coverage", "no")
    return subprocess.Popen([str(server), *words, "--loglevel", "warning"], stdout=subprocess.DEVNULL)


def _is_whole(info: dict[str, str]) -> bool:
    return (info["cluster_state"], info["cluster_slots_ok"], info["cluster_known_nodes"]) == ("ok", "16384", "3")


def _until(met: object, seconds: float = 60) -> None:
    ends = time.monotonic() + seconds
    while True:
        with contextlib.suppress(RedisError):
            if met():  # type: ignore[operator]
                return
        assert time.monotonic() < ends, "the cluster did not come"
        time.sleep(0.05)


@pytest.fixture(scope="module")
def nodes() -> Iterator[Nodes]:
    with tempfile.TemporaryDirectory(prefix="fanmade-cluster-") as folder:
        found = Nodes(Path(folder))
        try:
            found.meet()
            yield found
        finally:
            found.close()


@pytest.fixture
def clustered(app: Flask, nodes: Nodes, redis_url: str, tmp_path: Path) -> Iterator[Flask]:
    """An application whose counts go to the cluster, on the tests' database."""
    url, before = app.config["SETTINGS"].database_url, dict(vars(limiter))
    limiter.enabled = True
    made = create_app(
        Settings(data=tmp_path, database_url=url, redis_url=redis_url, counters_url=nodes.url, secret_key="k" * 40)
    )
    made.config["WTF_CSRF_ENABLED"] = False
    try:
        with made.app_context():
            yield made
    finally:
        vars(limiter).update(before)


def _everything(application: Flask, first: int, number: int = 40) -> int:
    """Do all that is counted, as so many browsers; return how many visitors and pages stood in the parts."""
    for each in range(first, first + number):
        with application.test_request_context("/", environ_base={"REMOTE_ADDR": f"10.0.{each}.1"}):
            visitor = f"{each:032x}"
            seen.saw(1, visitor, None, waits=bool(each % 2))
            exposure.met(1, Phase.VOTING, "gallery", visitor, [each, 2, 3], 24, first=bool(each % 2))
            exposure.met(1, Phase.VOTING, "gallery", visitor, [each, 4], 24)
            orders._keep(f"order:1:open:{each}:1", [each, 1])
            travels.note(each, travels.SCAN)
    together.here().flush()
    parts = [part for key in (exposure.COUNTS, seen.VISITORS) for part in queue.parts_of(key)]
    written = 0
    for part in parts:
        with aside.set_aside(part) as stood:
            if stood:
                found = queue.counters()
                counts = [1] * found.scard(stood) if "visitors" in part else found.hvals(stood)
                written += sum(map(int, counts))
    return written


@pytest.mark.one_db
@pytest.mark.timeout(120)
def test_all_that_is_counted_is_spread_and_found_again(clustered: Flask, nodes: Nodes) -> None:
    assert _everything(clustered, 10) == 40 + 40 * 2
    assert all(nodes.keys()), "no node is idle"
    assert orders._kept("order:1:open:17:1") is not None
    assert list(orders._kept("order:1:open:17:1") or ()) == [17, 1]
    with clustered.test_request_context("/", method="POST", environ_base={"REMOTE_ADDR": "10.9.9.9"}):
        passed = [puzzle._few("code", 1) for _ in range(4)]
        assert passed == [True, True, True, True], "the browser is at peace for its acts"
    others = []
    for _ in range(2):
        with clustered.test_request_context("/", method="POST", environ_base={"REMOTE_ADDR": "10.9.9.9"}):
            others.append(puzzle._few("code", 1))
    assert others == [False, False], "newcomers of a prefix are counted together"
    client = clustered.test_client()
    answers = [client.post("/sign-in", data={"email": "a@example.org"}).status_code for _ in range(40)]
    assert 429 in answers


@pytest.mark.one_db
@pytest.mark.timeout(120)
def test_a_node_that_dies_costs_counts_and_nothing_else(clustered: Flask, nodes: Nodes) -> None:
    client = clustered.test_client()
    assert client.get("/sign-in").status_code == 200
    nodes.running[1].kill()
    nodes.running[1].wait(20)
    for number in range(6):
        assert client.get("/").status_code == 200
        assert client.post("/sign-in", data={"email": f"b{number}@example.org"}).status_code < 500
    began = time.monotonic()
    with contextlib.suppress(RedisError):
        _everything(clustered, 100, 10)
    assert time.monotonic() - began < 60
    for each in (0, 2):
        nodes.running[each].kill()
    assert client.get("/").status_code == 200
    assert client.post("/sign-in", data={"email": "c@example.org"}).status_code < 500
