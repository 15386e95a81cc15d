"""What people are told about contests."""

from webapp.kernel.refusal import N_
from webapp.notices.kinds import Kind

KINDS = (
    Kind(
        "contest-opened",
        N_("New contest: %(title)s"),
        N_("%(artist)s asks for your designs: “%(title)s”. Look at the brief, the prize and the dates."),
        N_("See the contest"),
        title=N_("A new contest of an artist I follow"),
    ),
    Kind(
        "contest-rescheduled",
        N_("New dates: %(title)s"),
        N_("The dates of “%(title)s” have changed. Why: %(reason)s"),
        N_("See the new dates"),
        title=N_("New dates of a contest"),
    ),
    Kind(
        "contest-cancelled",
        N_("Called off: %(title)s"),
        N_("“%(title)s” was called off. Why: %(reason)s"),
        N_("See the contest"),
        title=N_("A contest is called off"),
    ),
)
