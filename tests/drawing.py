"""Pictures in tests: the same order is drawn once in a process, and what costs seconds only where a test asks for it.

Most tests send in the same small picture, and each drawing is a process of its own: half a second, most of it to start
Python. So where neither that process nor its limits are what is tested, the drawing is made in the test's own.
"""

from __future__ import annotations

import contextlib
import copy
import hashlib
import json
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

KITS = "contests.submissions.finalists.jobs.process"
"""Draws posters and codes for print: some seconds for every finalist of every story."""
NOT_KEPT = (
    "tests/contests/submissions/images/",
    "tests/contests/submissions/finalists/",
    "tests/contests/submissions/test_failures.py",
    "tests/contests/submissions/test_jobs.py",
    "tests/contests/submissions/test_rebuilding.py",
)
"""Tests of the drawing itself: there each is drawn anew."""

_kept: dict[str, tuple[dict[str, Any], dict[str, bytes]]] = {}


@contextlib.contextmanager
def kept() -> Iterator[None]:
    """Within the block an order is carried out once; later ones get copies of its files and answer."""
    from contests.submissions.images import sandbox

    draw = sandbox._ask

    def ask(order: str, limits: Any) -> dict[str, Any]:
        out, name = Path(json.loads(order)["out_dir"]), _name(order)
        if name not in _kept:
            answer = here(order, limits)
            _kept[name] = answer, {path.name: path.read_bytes() for path in out.iterdir()}
            return copy.deepcopy(answer)
        answer, files = _kept[name]
        for file, data in files.items():
            (out / file).write_bytes(data)
        return copy.deepcopy(answer)

    sandbox._ask = ask
    try:
        yield
    finally:
        sandbox._ask = draw


def here(order: str, limits: Any) -> dict[str, Any]:
    """Carry an order out as the child would, but in this process; raises Unacceptable where the child would crash."""
    from contests.submissions.images import decode_child
    from contests.submissions.images.refusals import Unacceptable

    with _pillow_as_it_was(), warnings.catch_warnings():
        try:
            answer = decode_child.answer(*decode_child.understood(json.loads(order)))
        except Exception as error:
            raise Unacceptable("decoder-crashed") from error
    return dict(json.loads(json.dumps(answer)))


@contextlib.contextmanager
def _pillow_as_it_was() -> Iterator[None]:
    """Take back what the child sets for its own short life."""
    from PIL import AvifImagePlugin, Image, ImageFile, PngImagePlugin

    names = (
        (Image, "MAX_IMAGE_PIXELS"),
        (ImageFile, "LOAD_TRUNCATED_IMAGES"),
        (AvifImagePlugin, "DEFAULT_MAX_THREADS"),
        (PngImagePlugin, "MAX_TEXT_CHUNK"),
    )
    before = [getattr(module, name) for module, name in names]
    try:
        yield
    finally:
        for (module, name), value in zip(names, before, strict=True):
            setattr(module, name, value)


def _name(order: str) -> str:
    """What an order asks for, wherever its files lie and whoever asks."""
    asked = json.loads(order)
    place, _, original = asked.pop("out_dir"), asked.pop("parent"), asked.pop("original", None)
    data = Path(original).read_bytes() if original else b""
    before = sorted(path.name for path in Path(place).iterdir())
    return hashlib.sha256(json.dumps([asked, before], sort_keys=True).encode() + data).hexdigest()
