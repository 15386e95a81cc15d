"""The process in which pictures are decoded: python -m contests.submissions.images.decode_child.

A JSON object on standard input; one line of JSON on standard output: {"processed": …} or
{"refused": code, "details": …}. It gives up, for good, whatever it does not need before it looks
at the first byte of the picture: memory, time, files, the network, new privileges.
"""

import ctypes
import errno
import json
import os
import resource
import signal
import sys
import warnings
from pathlib import Path
from typing import Any

_PR_SET_PDEATHSIG, _PR_SET_NO_NEW_PRIVS = 1, 38
NOT_ITS_FAULT = 75
MOST_PROFILE = 8_000_000
"""Bytes of a colour profile in a PNG: those of presses and cameras have up to a few million."""
_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000


def main(order: str) -> None:
    """Do what `order` says and print the answer; leaves with NOT_ITS_FAULT when no picture can be blamed."""
    asked = json.loads(order)
    try:
        renounce(asked["parent"], asked["limits"])
        work = understood(asked)
    except (KeyError, TypeError):  # asked by a worker of another version: the program has just been changed
        os._exit(NOT_ITS_FAULT)
    try:
        said = answer(*work)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EROFS):
            os._exit(NOT_ITS_FAULT)
        raise
    print(json.dumps(said), flush=True)


def renounce(parent: int, limits: dict[str, float]) -> None:
    """Take the limits on this process and cut it off; what a platform lacks is left out."""
    cpu, memory, written = (int(limits[name]) for name in ("cpu_seconds", "memory_bytes", "written_bytes"))
    for what, most in (
        (resource.RLIMIT_CORE, (0, 0)),
        (resource.RLIMIT_CPU, (cpu, cpu + 1)),
        (resource.RLIMIT_FSIZE, (written, written)),
        (resource.RLIMIT_NOFILE, (64, 64)),
        (resource.RLIMIT_AS, (memory, memory)),
    ):
        try:
            resource.setrlimit(what, most)
        except (ValueError, OSError):
            continue
    if sys.platform == "linux":
        libc = ctypes.CDLL(None)
        libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        libc.unshare(_CLONE_NEWNET if os.geteuid() == 0 else _CLONE_NEWUSER | _CLONE_NEWNET)
        # After the namespaces: a change of credentials forgets the death signal.
        libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # it died before the death signal was asked for
            os._exit(1)


def understood(asked: dict[str, Any]) -> tuple[dict[str, Any], Any, Any, Any]:
    """An order, its limits, recipe and extras as values; raises KeyError or TypeError."""
    from contests.submissions.images.extras import Extras
    from contests.submissions.images.limits import Limits
    from contests.submissions.images.renditions import Recipe

    limits, recipe = Limits(**asked["limits"]), Recipe.from_json(asked["recipe"])
    return asked, limits, recipe, Extras.from_json(asked["extras"])


def answer(asked: dict[str, Any], limits: Any, recipe: Any, extras: Any) -> dict[str, object]:
    """The answer to an order; Pillow is imported here, under the limits."""
    from contests.submissions.images.refusals import Unacceptable
    from webapp.kernel.refusal import Refused

    out_dir = Path(asked["out_dir"])
    try:
        _set_up_pillow(limits)
        if "kit" in asked:
            from contests.submissions.images.kit.making import made as drawn

            return {"kit": drawn(asked["kit"], Path(asked["original"]), out_dir, limits)}
        if "compose" in asked:
            from contests.submissions.images.composing import composed
            from contests.submissions.images.extras import ComposeOrder

            made = composed(ComposeOrder.from_json(asked["compose"]), out_dir, recipe, limits, extras)
        else:
            from contests.submissions.images.decode import process

            data = Path(asked["original"]).read_bytes()
            made = process(data, asked["sha256"], out_dir, recipe, limits, extras)
    except Unacceptable as refused:
        return {"refused": refused.code, "details": refused.details}
    except Refused:  # a document that was checked when it was saved, by rules that have changed since
        return {"refused": "scene-refused", "details": {}}
    except MemoryError:
        return {"refused": "out-of-memory", "details": {}}
    return {"processed": made.as_json()}


def _set_up_pillow(limits: object) -> None:
    """Few threads (each costs address space); size claims were judged before, Pillow judges again."""
    from PIL import AvifImagePlugin, Image, ImageFile, PngImagePlugin

    warnings.simplefilter("ignore")
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    Image.MAX_IMAGE_PIXELS = limits.pixels  # type: ignore[attr-defined]
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    AvifImagePlugin.DEFAULT_MAX_THREADS = 2
    PngImagePlugin.MAX_TEXT_CHUNK = MOST_PROFILE


if __name__ == "__main__":
    main(sys.stdin.read())
