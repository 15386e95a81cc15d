"""Every module with tables, in the order of the layers."""

import importlib

MODULES = (
    "webapp.infra.outbox",
    "webapp.infra.mail",
    "webapp.infra.idempotency",
    "webapp.infra.quotas",
    "webapp.accounts.models",
    "webapp.accounts.guardians.models",
    "webapp.accounts.following.models",
    "webapp.accounts.my_data.models",
    "webapp.notices.models",
    "contests.models",
    "contests.submissions.models",
    "contests.submissions.credits.models",
    "contests.submissions.studio.models",
    "contests.submissions.print_files.models",
    "contests.submissions.finalists.models",
    "contests.comments.models",
    "contests.comments.suggestions.models",
    "contests.comments.questions.models",
    "contests.comments.reactions.models",
    "contests.comments.mentions.models",
    "voting.models",
    "voting.integrity.models",
    "voting.log.models",
    "voting.bundle.models",
    "voting.exposure.models",
    "voting.wearing.models",
    "preorders.models",
    "preorders.shipping.models",
    "webapp.insights.models",
    "webapp.newsletters.models",
)


def load() -> None:
    """Import every module with tables, so that the metadata is complete."""
    for name in MODULES:
        importlib.import_module(name)
