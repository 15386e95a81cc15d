"""The answer to "why was mine refused?", as support staff read it."""

import tempfile
from pathlib import Path
from typing import Any

from contests.submissions.images.extras import Extras
from contests.submissions.images.limits import Limits
from contests.submissions.images.print_report import PrintSpec
from contests.submissions.images.refusals import Unacceptable
from contests.submissions.images.renditions import Recipe
from contests.submissions.images.sandbox import DecoderLost, run

_TOLD = (
    "format",
    "width",
    "height",
    "orientation_applied",
    "mode",
    "icc",
    "metadata_removed",
    "metadata_found",
    "frames",
)


def verdict_on(
    path: Path, limits: Limits | None = None, recipe: Recipe | None = None, product: str = "tee"
) -> dict[str, Any]:
    """One JSON-able verdict on a local file, from exactly what an upload goes through.

    Keys: file, verdict ("accepted" or "refused"), reason (a code or None), message (a sentence or
    None), what is known of the picture, and `print`: the print report for the usual product of the
    kind `product` (both None when refused). Never raises for a file's content; a file that cannot be
    read has the reason "unreadable-file". Raises KeyError for a kind of product there is none of.
    """
    known: dict[str, Any] = dict.fromkeys((*_TOLD, "print"))
    extras = Extras((PrintSpec.of_kind(product).as_json(),))
    reason, message = None, None
    try:
        # Following links: a pipe or a device would be waited for, or read, without end.
        if path.exists() and not path.is_file():
            raise OSError("not a regular file")
        with tempfile.TemporaryDirectory() as folder:
            made = run(path, Path(folder), recipe, limits, extras=extras)
        known = {**{key: getattr(made, key) for key in _TOLD}, "print": made.print_reports[0]}
    except Unacceptable as refused:
        reason, message = refused.code, refused.sentence()
    except DecoderLost as lost:
        reason, message = "decoder-lost", str(lost)
    except OSError as error:
        reason, message = "unreadable-file", error.strerror or str(error)
    said = {
        "file": str(path),
        "verdict": "refused" if reason else "accepted",
        "reason": reason,
        "message": message,
    }
    return {**said, **known}
