"""Why a picture failed, as a sentence for its author."""

from typing import Any

from flask_babel import gettext

from contests.submissions.images.refusals import SENTENCES
from contests.submissions.queries import RevisionRow
from webapp.kernel.refusal import N_

WORKER_DIED = N_("Our picture workshop stopped while it worked on this. Nothing is lost: please try again.")

# What ends the composing of a drawing: there is no file to save anew, but there are layers to take away.
DRAWING_TOO_MUCH = N_(
    "This drawing takes too long to print: too many large pictures lie in it. Go on drawing, and remove or shrink some."
)
TOO_MUCH = frozenset({"too-complex", "out-of-memory"})


def sentence(revision: RevisionRow) -> str:
    """Return the reason of a failed revision in the reader's language; '' when it has not failed."""
    if revision.state != "failed":
        return ""
    if getattr(revision, "source", "upload") == "studio" and revision.failure_code in TOO_MUCH:
        return str(gettext(DRAWING_TOO_MUCH))
    details: dict[str, Any] = revision.report.get("details") or {}
    return str(gettext(SENTENCES.get(revision.failure_code, WORKER_DIED), **details))


def is_ours(revision: RevisionRow) -> bool:
    """Return whether the same file may well work at the next try: the failure was not the picture's."""
    return revision.failure_code not in SENTENCES
