"""What people are told about credit."""

from webapp.kernel.refusal import N_
from webapp.notices.kinds import Kind

KINDS = (
    Kind(
        "credit-offered",
        N_("%(name)s offers you %(percent)s percent of “%(title)s”"),
        N_("%(name)s wants to share the credit with you: %(percent)s percent of the design “%(title)s”. %(note)s"),
        N_("Answer"),
        title=N_("A share of a design is offered to me"),
    ),
    Kind(
        "credit-accepted",
        N_("%(name)s accepted a share of “%(title)s”"),
        N_("%(percent)s percent of the credit for “%(title)s” is theirs now."),
        N_("See who shares it"),
        mail=False,
        title=N_("My offer of a share is answered"),
    ),
    Kind(
        "credit-declined",
        N_("%(name)s declined a share of “%(title)s”"),
        N_("The %(percent)s percent of “%(title)s” stay yours."),
        N_("See who shares it"),
        mail=False,
        variant_of="credit-accepted",
    ),
)
