"""The house stands: imports point one way, pure files are pure, the kernel imports nothing."""

import sys

import pytest

from tests.house.layers import imports, layer_of, sources, wrong

ALLOWED = {
    # The lazy factory: the one upward import, inside a function.
    ("webapp", "webapp.boot.app.create_app"),
}


def test_imports_point_one_way() -> None:
    faults = []
    for module, file in sources():
        for imported in imports(file.read_text(), module, file.name == "__init__.py"):
            fault = wrong(module, imported)
            if fault and (module, imported) not in ALLOWED:
                faults.append(fault)
    assert not faults, "\n".join(faults)


def test_every_module_lives_in_a_layer() -> None:
    homeless = [module for module, _ in sources() if layer_of(module) is None and module != "webapp"]
    assert homeless == []


def test_the_kernel_needs_only_the_standard_library() -> None:
    for module, file in sources():
        if module.startswith("webapp.kernel"):
            for imported in imports(file.read_text(), module, file.name == "__init__.py"):
                top = imported.split(".")[0]
                assert top in sys.stdlib_module_names or imported.startswith("webapp.kernel"), (
                    module,
                    imported,
                )


@pytest.mark.parametrize(
    ("module", "imported"),
    [
        ("contests.views", "voting.queries"),
        ("webapp.kernel.now", "webapp.infra.db"),
        ("voting.tally", "sqlalchemy.select"),
        ("voting.rules", "contests.queries.contest"),
        ("voting.service", "contests.service.publish"),
    ],
)
def test_the_check_sees_what_is_wrong(module: str, imported: str) -> None:
    assert wrong(module, imported)


@pytest.mark.parametrize(
    ("module", "imported"),
    [
        ("voting.service", "contests.store.decide"),
        ("voting.rules", "contests.phases.Phase"),
        ("webapp.boot.wiring", "preorders.views.blueprint"),
        ("webapp.api.drops", "preorders.service.place"),
    ],
)
def test_the_check_lets_good_imports_pass(module: str, imported: str) -> None:
    assert wrong(module, imported) is None
