"""What a function of the product can get to by the names it uses: read from the sources, followed through imports."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache

from tests.house.layers import sources


@cache
def trees() -> dict[str, ast.Module]:
    """Return every module of the product by its name."""
    return {name: ast.parse(path.read_text("utf-8")) for name, path in sources()}


@cache
def names_of(module: str) -> dict[str, str]:
    """Return what names mean in a module: imported ones anywhere in it, and those of its own top level."""
    found: dict[str, str] = {}
    for node in ast.walk(trees()[module]):
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found |= {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
    return found | {name: f"{module}.{name}" for name in _tops(module)}


@cache
def _tops(module: str) -> dict[str, ast.stmt]:
    found: dict[str, ast.stmt] = {}
    for node in trees()[module].body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found[node.name] = node
        elif isinstance(node, ast.Assign):
            found |= {target.id: node for target in node.targets if isinstance(target, ast.Name)}
    return found


def reached(start: str) -> set[str]:
    """Return the full names that a function (`room.module.function`) can get to."""
    seen: set[str] = set()
    todo = [start]
    while todo:
        name = todo.pop()
        if name not in seen:
            seen.add(name)
            todo += _next(name)
    return seen


@cache
def _next(name: str) -> frozenset[str]:
    return frozenset(_used(name))


def _used(name: str) -> Iterator[str]:
    module, _, top = name.rpartition(".")
    if module not in trees():
        return
    if top not in _tops(module):
        if top in names_of(module):  # a package, or a façade, that hands on what others have
            yield names_of(module)[top]
        return
    known = names_of(module)
    for node in ast.walk(_tops(module)[top]):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in known:
            yield f"{known[node.value.id]}.{node.attr}"
        elif isinstance(node, ast.Name) and node.id in known:
            yield known[node.id]
