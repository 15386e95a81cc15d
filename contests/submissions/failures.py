"""Why a picture failed, as a sentence for its author."""

from typing import Any

from flask_babel import gettext

from contests.submissions.images.refusals import SENTENCES
from contests.submissions.queries import RevisionRow
from webapp.kernel.refusal import N_

WORKER_DIED = N_("Our picture workshop stopped while it worked on this. Nothing is lost: please try again.")


def sentence(revision: RevisionRow) -> str:
    """Return the reason of a failed revision in the reader's language; '' when it has not failed."""
    if revision.state != "failed":
        return ""
    details: dict[str, Any] = revision.report.get("details") or {}
    return str(gettext(SENTENCES.get(revision.failure_code, WORKER_DIED), **details))


def is_ours(revision: RevisionRow) -> bool:
    """Return whether the same file may well work at the next try: the failure was not the picture's."""
    return revision.failure_code not in SENTENCES
