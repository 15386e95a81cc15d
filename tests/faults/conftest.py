"""One installation per kind of database for all fault tests; `SOAK=1` runs each at its full count."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.databases import Databases
from tests.faults import counts
from tests.faults.site import Site, site

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let what a soak asks of its tests be their only limit: they do fifty times as much as the marks reckon with."""
    if counts.FULL:
        for item in items:
            if item.path.is_relative_to(HERE):
                item.add_marker(pytest.mark.timeout(7200), append=False)


@pytest.fixture(scope="session")
def times() -> Callable[[int, int], int]:
    """Chooses between the count of an ordinary run and that of a soak."""
    return counts.times


@pytest.fixture
def counted(request: pytest.FixtureRequest) -> Iterator[counts.Counted]:
    """Call it with what was counted: it stands in the table at the end of a soak."""
    name = request.node.name.removeprefix("test_").replace("_", " ")
    kept = counts.Counted(name)
    yield kept
    request.node.user_properties.append((counts.PROPERTY, kept.row()))


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """End with one line for each fault: how it went, how long it took and what was counted."""
    kept = (report for reports in terminalreporter.stats.values() for report in reports)
    reports = [report for report in kept if isinstance(report, pytest.TestReport)]
    failed = {report.nodeid for report in reports if report.failed}
    rows = [
        ("failed" if report.nodeid in failed else "held", value)
        for report in reports
        for name, value in report.user_properties
        if name == counts.PROPERTY
    ]
    if lines := counts.table(rows):
        terminalreporter.section("faults")
        for line in lines:
            terminalreporter.write_line(line)


@pytest.fixture(scope="session", params=["sqlite", "postgres"])
def fallible(
    request: pytest.FixtureRequest, databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """A whole installation, as `fanmade up` runs it, that may be hurt."""
    if request.config.getoption("--db") not in ("both", request.param):
        pytest.skip("this database was not asked for")
    folder: Path = tmp_path_factory.mktemp("fallible")
    with site(request.param, databases, folder) as running:
        yield running
