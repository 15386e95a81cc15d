"""What authors are told about reactions: all of a day in one line of a digest."""

from webapp.kernel.refusal import N_
from webapp.notices.kinds import Kind

KINDS = (
    Kind(
        "reactions",
        N_("Kind words for what you said about “%(title)s”"),
        N_("To your comment: %(reactions)s."),
        N_("See it"),
        digest=True,
        title=N_("Reactions to what I say"),
    ),
    Kind(
        "reactions-suggestion",
        N_("Kind words for your suggestion for “%(title)s”"),
        N_("To your suggestion: %(reactions)s."),
        N_("See it"),
        digest=True,
        variant_of="reactions",
    ),
)
