"""The map of imports has no ring, not even inside one room."""

from tests.house.layers import imports, sources


def import_graph() -> dict[str, set[str]]:
    """Return each module's own imports, by module names of the product."""
    files = dict(sources())
    graph: dict[str, set[str]] = {module: set() for module in files}
    for module, file in files.items():
        if module == "webapp":
            continue  # the lazy factory, inside a function
        for name in imports(file.read_text(), module, file.name == "__init__.py"):
            target = name if name in files else name.rpartition(".")[0]
            if target in files and target != module:
                graph[module].add(target)
    return graph


def rings(graph: dict[str, set[str]]) -> list[list[str]]:
    """Return the strongly connected groups of more than one module (Tarjan 1972)."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    found: list[list[str]] = []

    def visit(module: str) -> None:
        index[module] = low[module] = len(index)
        stack.append(module)
        for other in sorted(graph[module]):
            if other not in index:
                visit(other)
                low[module] = min(low[module], low[other])
            elif other in stack:
                low[module] = min(low[module], index[other])
        if low[module] == index[module]:
            group = []
            while True:
                group.append(stack.pop())
                if group[-1] == module:
                    break
            if len(group) > 1:
                found.append(sorted(group))

    for module in sorted(graph):
        if module not in index:
            visit(module)
    return found


def test_no_ring() -> None:
    assert rings(import_graph()) == []


def test_the_search_finds_a_ring() -> None:
    assert rings({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}}) == [["a", "b", "c"]]
