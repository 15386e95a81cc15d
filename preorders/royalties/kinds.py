"""What people are told about royalties."""

from webapp.kernel.refusal import N_
from webapp.notices.kinds import Kind

KINDS = (
    Kind(
        "royalty-ready",
        N_("What “%(title)s” earned for you"),
        N_("%(pieces)s pieces were sold. Your share is %(amount)s; your statement says how it adds up."),
        N_("See your statement"),
        transactional=True,
        title=N_("What my designs earned"),
    ),
)
