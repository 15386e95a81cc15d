"""What followers of a design and of a person hear. Outbox handlers: safe to run twice.

Whoever heard in another role is left out: an author knows of their own design.
"""

from typing import Any

from sqlalchemy.orm import Session

from contests.submissions import queries
from contests.submissions.queries import DesignRow
from webapp.accounts import queries as people
from webapp.infra.db import transaction
from webapp.kernel.now import now
from webapp.kernel.refusal import N_
from webapp.notices import store as notices
from webapp.notices.kinds import Kind

KINDS = (
    Kind(
        "followed-design",
        N_("A new version of “%(title)s”"),
        N_("%(name)s has sent in version %(number)s of a design you follow."),
        N_("See it"),
        digest=True,
        title=N_("News of a design I follow"),
    ),
    Kind(
        "followed-design-done",
        N_("A suggestion is taken up in “%(title)s”"),
        N_("Version %(number)s of a design you follow has what a fan suggested. Look at both versions side by side."),
        N_("Compare"),
        digest=True,
        variant_of="followed-design",
    ),
    Kind(
        "followed-design-finalist",
        N_("“%(title)s” is on the shortlist"),
        N_("The fans have voted, and a design you follow is one of those that %(artist)s chooses from."),
        N_("See the result"),
        digest=True,
        variant_of="followed-design",
    ),
    Kind(
        "followed-person",
        N_("%(name)s shows a new design: “%(title)s”"),
        N_("Somebody you follow has sent in a design, and everybody can see it now."),
        N_("See it"),
        digest=True,
        title=N_("A new design by somebody I follow"),
    ),
)


def of_moderation(submission_id: int, act_id: int) -> None:
    """SubmissionModerated: a design, or its new version, may be public now."""
    with transaction() as session:
        _tell(session, queries.by_id(session, submission_id))


def of_picture(revision_id: int) -> None:
    """RevisionProcessed: of who is trusted, a design or a new version is public at once."""
    with transaction() as session:
        revision = queries.revision(session, revision_id)
        _tell(session, queries.by_id(session, revision.submission_id) if revision else None)


def tell_followers(session: Session, design: DesignRow, kind: str, dedupe: str, **words: object) -> None:
    """Tell who follows a design, but for its author, in the caller's transaction."""
    followers = set(people.followers_of(session, "design", design.id)) - {design.author_id}
    notices.notify(session, followers, kind, dedupe, {"path": design.url, "title": design.title, **words}, now())


def _tell(session: Session, design: DesignRow | None) -> None:
    """Tell of what is public now, those who followed before it came: each design and each version once."""
    if design is None or not queries.is_public(design) or design.approved_at is None or design.revision is None:
        return
    shown = design.revision
    params: dict[str, Any] = {"path": design.url, "title": design.title, "name": design.author_name}
    # A new version is approved anew: who follows since is not told of the design as if it were new.
    came = design.approved_at if shown.number == 1 else design.submitted_at
    fans = set(people.followers_of(session, "person", design.author_id, before=came)) - {design.author_id}
    notices.notify(session, fans, "followed-person", f"design:{design.id}", params, now())
    if shown.number > 1:
        followers = set(people.followers_of(session, "design", design.id, before=shown.created_at)) - {design.author_id}
        params["number"] = str(shown.number)
        notices.notify(session, followers, "followed-design", f"revision:{shown.id}", params, now())
