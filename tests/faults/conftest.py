"""One installation per kind of database for all fault tests; `SOAK=1` runs each at its full count."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.databases import Databases
from tests.faults.site import Site, site


@pytest.fixture(scope="session")
def times(full: bool) -> Callable[[int, int], int]:
    """Chooses between the count of an ordinary run and that of a soak."""
    return lambda reduced, whole: whole if full else reduced


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
