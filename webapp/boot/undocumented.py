"""Loads code without docstrings and without what functions say of the types they take: nobody reads them in a process
that serves, and libraries' docstrings are 6 MB of it, types more than one.

Unlike by `python -OO`, what they and we assert stays.
"""

from __future__ import annotations

import contextlib
import gc
import sys
from collections.abc import Iterator, Sequence
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from operator import is_not
from types import CodeType, FunctionType, ModuleType

OPTIMIZED, NEW_LOCALS = 1, 2  # flags of a function's code
HAS_DOCSTRING = 0x4000000  # and since Python 3.13
NOTHING = "."  # some libraries assert that they have one, and go on with it
OURS = ("webapp", "contests", "voting", "preorders", "migrations")
TOLD = ("webapp.api.", "webapp.boot.", "voting.")  # what docstrings are told of: the API, commands, ways of counting


@contextlib.contextmanager
def loading() -> Iterator[None]:
    """What is imported within comes without docstrings of modules, functions and classes; ours without functions'.

    At its end all functions there are forget the types they were written with; classes keep those of their fields.
    """
    sys.meta_path.insert(0, _Finder)
    try:
        yield
    finally:
        sys.meta_path.remove(_Finder)
    for each in gc.get_objects():
        if type(each) is FunctionType:
            # Who asks is given an empty dictionary, and none is kept.
            each.__annotations__ = None  # type: ignore[assignment]


class _Finder:
    @staticmethod
    def find_spec(name: str, path: Sequence[str] | None = None, target: ModuleType | None = None) -> ModuleSpec | None:
        if name.startswith(TOLD):
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec is not None and type(spec.loader) is SourceFileLoader:
            spec.loader = _Loader(spec.loader.name, spec.loader.path)
        return spec


class _Loader(SourceFileLoader):
    def get_code(self, fullname: str) -> CodeType | None:
        code = super().get_code(fullname)
        return code and bare(code)

    def exec_module(self, module: ModuleType) -> None:
        super().exec_module(module)
        if module.__name__.partition(".")[0] in OURS:
            return
        module.__doc__ = NOTHING
        for each in vars(module).values():
            if (
                isinstance(each, type)
                and each.__module__ == module.__name__
                and isinstance(vars(each).get("__doc__"), str)
            ):
                with contextlib.suppress(TypeError, AttributeError):  # of those made in C
                    each.__doc__ = NOTHING


def bare(code: CodeType) -> CodeType:
    """Return the same code without the docstrings of the functions in it."""
    consts = tuple([bare(each) if type(each) is CodeType else each for each in code.co_consts])
    if _is_documented(code):
        consts = (NOTHING, *consts[1:])
    return code.replace(co_consts=consts) if any(map(is_not, consts, code.co_consts)) else code


def _is_documented(code: CodeType) -> bool:
    """Whether the first constant is a docstring. Python puts None there where a function has none, until 3.13."""
    if not (code.co_flags & OPTIMIZED and code.co_flags & NEW_LOCALS and code.co_consts):
        return False
    if sys.version_info >= (3, 13) and not code.co_flags & HAS_DOCSTRING:
        return False
    return isinstance(code.co_consts[0], str) and not code.co_name.startswith("<")
