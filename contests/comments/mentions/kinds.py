"""What people are told about mentions."""

from webapp.kernel.refusal import N_
from webapp.notices.kinds import Kind

KINDS = (
    Kind(
        "mention",
        N_("%(name)s mentioned you"),
        N_("%(name)s mentioned you in the talk about “%(title)s”: %(words)s"),
        N_("Read it"),
        mail=False,
        title=N_("Somebody mentions me"),
    ),
)
