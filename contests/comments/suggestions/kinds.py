"""What people are told about suggestions."""

from webapp.kernel.refusal import N_
from webapp.notices.kinds import Kind

KINDS = (
    Kind(
        "suggestion-on-yours",
        N_("%(name)s suggests something for “%(title)s”"),
        N_("An idea for your design “%(title)s”: %(words)s"),
        N_("Read and answer"),
        mail=False,
        title=N_("A suggestion for my design"),
    ),
    Kind(
        "suggestion-accepted",
        N_("%(name)s accepted your suggestion for “%(title)s”"),
        N_("Your idea comes into the design. %(words)s"),
        N_("See it"),
        title=N_("My suggestion is answered"),
    ),
    Kind(
        "suggestion-declined",
        N_("%(name)s has answered your suggestion for “%(title)s”"),
        N_("It does not come into the design. %(words)s"),
        N_("Read the answer"),
        mail=False,
        variant_of="suggestion-accepted",
    ),
    Kind(
        "suggestion-done",
        N_("What you suggested is in “%(title)s” now"),
        N_("It is done in version %(number)s. Look at both versions side by side."),
        N_("Compare"),
        mail=False,
        variant_of="suggestion-accepted",
    ),
)
