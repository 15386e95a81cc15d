"""What people are told about contests."""

from dataclasses import replace

from webapp.kernel.refusal import N_
from webapp.notices.kinds import Kind

DATES = {
    "opens_at": N_("Designs from %(at)s"),
    "critique_at": N_("Talk from %(at)s"),
    "voting_at": N_("Votes from %(at)s"),
    "final_at": N_("Final round from %(at)s"),
    "picking_at": N_("Votes until %(at)s"),
    "decide_by": N_("Winner by %(at)s"),
}
"""What a moved date means, for those who are told of it."""
NEW_DATES = N_("%(reason)s New: %(dates)s.")

KINDS: tuple[Kind, ...] = (
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
# Who follows the contest alone hears the same, once a day.
KINDS += tuple(
    replace(kind, name=f"{kind.name}-followed", mail=False, digest=True, title="", variant_of=kind.name)
    for kind in KINDS
    if kind.name in ("contest-rescheduled", "contest-cancelled")
)
