"""Runs the decoder in a process of its own, so that a hostile picture costs that process only."""

import contextlib
import hashlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from contests.submissions.images.decode_child import NOT_ITS_FAULT
from contests.submissions.images.extras import ComposeOrder, Extras
from contests.submissions.images.header import check_kind
from contests.submissions.images.kit.order import DRAWN, KitOrder
from contests.submissions.images.limits import Limits
from contests.submissions.images.processed import PrintFile, Processed, Rendition
from contests.submissions.images.refusals import SENTENCES, Unacceptable
from contests.submissions.images.renditions import Recipe

ROOT = Path(__file__).resolve().parents[3]
# Isolated (-I) Python ignores the environment and the current folder, so the tree is named here.
_BOOT = (
    "import sys; sys.path.insert(0, sys.argv[1]);"
    "from contests.submissions.images.decode_child import main; main(sys.stdin.read())"
)
_ENVIRONMENT = {"LANG": "C.UTF-8", "MALLOC_ARENA_MAX": "1", "OMP_NUM_THREADS": "1"}
_CRASHES = {signal.SIGSEGV, signal.SIGBUS, signal.SIGABRT, signal.SIGILL, signal.SIGFPE, signal.SIGSYS}
_MOST_ANSWER = 1_000_000
COMPOSING_BYTES = 600 * 1024 * 1024
COMPOSED_BYTES = 130 * 1_000_000
"""A print file of 25 million pixels that cannot be compressed is this large."""


class DecoderLost(RuntimeError):
    """The child was ended from outside (a shutdown, the system short of memory): try again later."""


def run(
    original: Path,
    out_dir: Path,
    recipe: Recipe | None = None,
    limits: Limits | None = None,
    *,
    extras: Extras | None = None,
) -> Processed:
    """Process the picture file `original`; what is made of it is written into the folder `out_dir`.

    Running it again writes the same bytes under the same names. Raises `Unacceptable` when the
    picture is refused (files already written are then meaningless), `DecoderLost` when the
    decoder was ended by something that is not the picture's fault.
    """
    limits = limits or Limits()
    check_kind(original, limits)
    with original.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    order = {"original": str(original.resolve()), "sha256": sha256}
    return _made(order, sha256, out_dir, recipe or Recipe(), limits, extras or Extras())


def compose(
    order: ComposeOrder,
    out_dir: Path,
    recipe: Recipe | None = None,
    limits: Limits | None = None,
    *,
    extras: Extras | None = None,
) -> Processed:
    """Compose a studio document in a child of the same kind; `Processed.prints` names its print files.

    Raises as `run` does: a document that can't be composed is refused with "scene-refused".
    """
    limits = composing(limits or Limits())
    return _made({"compose": order.as_json()}, order.sha256, out_dir, recipe or Recipe(), limits, extras or Extras())


def draw_kit(original: Path, order: KitOrder, out_dir: Path, limits: Limits | None = None) -> None:
    """Draw the files of a finalist's kit that show its picture (`kit.DRAWN`) into `out_dir`; raises as `run` does."""
    limits = composing(limits or Limits())
    check_kind(original, limits)
    asked = {"kit": order.as_json(), "original": str(original.resolve())}
    answer = _ask(_order(asked, out_dir, Recipe(), limits, Extras()), limits)
    if "refused" in answer:
        raise _refused(answer)
    paths = [out_dir / order.name(part) for part in DRAWN]
    if not all(path.is_file() and not path.is_symlink() and path.stat().st_size for path in paths):
        raise Unacceptable("decoder-crashed")


def composing(limits: Limits) -> Limits:
    """The limits under which a design is composed: print files are large, and their makers known."""
    return replace(limits, memory_bytes=COMPOSING_BYTES, cpu_seconds=60, wall_seconds=90, written_bytes=COMPOSED_BYTES)


def _made(
    work: dict[str, Any], sha256: str, out_dir: Path, recipe: Recipe, limits: Limits, extras: Extras
) -> Processed:
    limits = replace(
        limits, cpu_seconds=limits.cpu_seconds + extras.seconds, wall_seconds=limits.wall_seconds + extras.seconds
    )
    answer = _ask(_order(work, out_dir, recipe, limits, extras), limits)
    return _believed(answer, sha256, recipe, out_dir)


def _order(work: dict[str, Any], out_dir: Path, recipe: Recipe, limits: Limits, extras: Extras) -> str:
    out_dir.mkdir(parents=True, exist_ok=True)
    order = {
        **work,
        "out_dir": str(out_dir.resolve()),
        "recipe": recipe.as_json(),
        "limits": limits.as_json(),
        "extras": extras.as_json(),
        "parent": os.getpid(),
    }
    return json.dumps(order)


def _ask(order: str, limits: Limits) -> dict[str, Any]:
    """Start the child, wait for it, and return its answer; raises as `run` does."""
    command = [sys.executable, "-I", "-c", _BOOT, str(ROOT)]
    with tempfile.TemporaryFile() as asked, tempfile.TemporaryFile() as said:
        asked.write(order.encode())  # a document may be longer than an argument can be
        asked.seek(0)
        child = subprocess.Popen(
            command,
            stdin=asked,
            stdout=said,
            stderr=subprocess.DEVNULL,
            env=_ENVIRONMENT,
            cwd="/",
            start_new_session=True,
        )
        begun = time.monotonic()
        try:
            status = _wait(child, limits.wall_seconds)
        finally:
            _end(child)
        if status != 0:
            raise _why(status, time.monotonic() - begun, limits)
        said.seek(0)
        try:
            return dict(json.loads(said.read(_MOST_ANSWER)))
        except (ValueError, TypeError):
            raise Unacceptable("decoder-crashed") from None


def _wait(child: subprocess.Popen[bytes], seconds: float) -> int:
    try:
        return child.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        raise Unacceptable("too-complex") from None


def _end(child: subprocess.Popen[bytes]) -> None:
    """Kill whatever is left of the child's session; safe when nothing is."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()


def _why(status: int, seconds: float, limits: Limits) -> Exception:
    """What a child that gave no answer died of; `status` as subprocess reports it."""
    if status == -signal.SIGXCPU or (status == -signal.SIGKILL and seconds >= limits.cpu_seconds):
        return Unacceptable("too-complex")
    if status == -signal.SIGXFSZ:
        return Unacceptable("too-complex")
    if status == NOT_ITS_FAULT:
        return DecoderLost("the decoder could not work: is the disk full, or has the program been changed?")
    if status >= 0 or -status in _CRASHES:
        return Unacceptable("decoder-crashed")
    return DecoderLost(f"the decoder was ended by signal {-status}")


def _believed(answer: dict[str, Any], sha256: str, recipe: Recipe, out_dir: Path) -> Processed:
    """The answer as values, if it is one that an honest child can give.

    A decoder that a picture has taken over may write anything: names must be of this original and
    recipe, without a path, and stand for ordinary files of the length it claims.
    """
    if "refused" in answer:
        raise _refused(answer)
    try:
        made = Processed.from_json(answer["processed"])
        files: list[Rendition | PrintFile] = [*made.files, *made.prints]
        honest = made.original_sha256 == sha256 and all(_is_ours(f, sha256, recipe, out_dir) for f in files)
    except (KeyError, TypeError, ValueError, OSError):
        raise Unacceptable("decoder-crashed") from None
    if not honest or not made.renditions:
        raise Unacceptable("decoder-crashed")
    return made


def _refused(answer: dict[str, Any]) -> Unacceptable:
    code, details = answer.get("refused"), answer.get("details")
    known = isinstance(code, str) and code in SENTENCES and isinstance(details, dict)
    return Unacceptable(str(code), **details) if known else Unacceptable("decoder-crashed")  # type: ignore[arg-type]


def _is_ours(file: Rendition | PrintFile, sha256: str, recipe: Recipe, out_dir: Path) -> bool:
    path = out_dir / file.name
    named = file.name.startswith(f"{sha256}-r{recipe.version}-") and Path(file.name).name == file.name
    return named and path.is_file() and not path.is_symlink() and path.stat().st_size == file.bytes
