"""Who may import whom: the order of the layers, read from the source with `ast`."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LAYERS = (
    "webapp.kernel",
    "webapp.infra",
    "webapp.accounts",
    "webapp.notices",
    "contests",
    "contests.submissions",
    "contests.comments",
    "voting",
    "preorders",
    "webapp.insights",
    "webapp.newsletters",
    "webapp.watch",
    "webapp.pages",
    "webapp.api",
    "webapp.boot",
)
ROOMS = ("webapp", "contests", "voting", "preorders")
PURE = {"phases", "rules", "tally", "shortlist", "events", "pricing", "numbers", "rights", "images"}
PURE |= {"ways", "marks", "statistics", "counting", "methods", "ballot_files", "merkle", "signals", "specs"}
PURE |= {"fair", "forecast", "tariffs", "consent_table"}
FRAMEWORKS = {
    "flask",
    "flask_login",
    "flask_sqlalchemy",
    "flask_wtf",
    "flask_babel",
    "sqlalchemy",
    "wtforms",
    "rq",
    "redis",
}


def layer_of(module: str) -> int | None:
    """Return the rank of the layer a module lives in (longest prefix wins); None for strangers."""
    best = None
    for rank, layer in enumerate(LAYERS):
        if module == layer or module.startswith(layer + "."):
            best = rank if best is None or len(LAYERS[best]) < len(layer) else best
    return best


def sources() -> Iterator[tuple[str, Path]]:
    """Yield (module name, file) for each Python file of the product."""
    for room in ROOMS:
        for file in sorted((ROOT / room).rglob("*.py")):
            parts = file.relative_to(ROOT).with_suffix("").parts
            yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts), file


def imports(source: str, module: str, is_package: bool) -> Iterator[str]:
    """Yield the dotted names a source imports, relative ones resolved, names after `from` appended."""
    package = module.split(".") if is_package else module.split(".")[:-1]
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            name = ".".join([*base, *(node.module or "").split(".")]).strip(".")
            yield from (f"{name}.{alias.name}" for alias in node.names)


def is_pure(module: str) -> bool:
    """Return whether a module is one of the pure files (rules without a framework)."""
    return bool(PURE & set(module.split(".")[1:]))


def wrong(module: str, imported: str) -> str | None:
    """Return what is wrong with `module` importing `imported`, or None."""
    here, there = layer_of(module), layer_of(imported)
    if here is not None and there is not None and there > here:
        return f"{module} imports {imported}: upwards"
    if module.startswith("webapp.kernel") and (there or 0) > 0:
        return f"{module} imports {imported}: the kernel imports nothing"
    if is_pure(module):
        if imported.split(".")[0] in FRAMEWORKS:
            return f"{module} imports {imported}: a pure file knows no framework"
        if there is not None and there > 0 and not is_pure(imported) and not imported.startswith("webapp.kernel"):
            return f"{module} imports {imported}: a pure file imports the kernel and pure files"
    if (
        here is not None
        and there is not None
        and there != here
        and _is_service(imported)
        and here < layer_of("webapp.pages")
    ):  # type: ignore[operator]
        return f"{module} imports {imported}: another room's service"
    return None


def _is_service(imported: str) -> bool:
    return "service" in imported.split(".")
