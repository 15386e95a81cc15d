"""What people are told about the waitlist."""

from webapp.kernel.refusal import N_
from webapp.notices.kinds import Kind

PART = N_("It is fewer than you wait for: take it, and you wait on for the rest in your old place.")

KINDS = (
    Kind(
        "waitlist-offered",
        N_("Kept for you: %(piece)s"),
        N_("You waited, and %(count)s × %(piece)s came free. We keep it for you until %(until)s. %(part)s"),
        N_("Take it"),
        transactional=True,
        title=N_("Offers from the waitlist"),
    ),
    Kind(
        "waitlist-lapsed",
        N_("Your offer went on to the next: %(piece)s"),
        N_("Its time is over and you owe nothing. If you still want it, you can join the waitlist again."),
        N_("See the drop"),
        transactional=True,
        title=N_("Offers from the waitlist, over"),
    ),
    Kind(
        "waitlist-ended",
        N_("The waitlist for %(title)s is closed"),
        N_("No piece came free for you this time: %(piece)s. Thank you for waiting. You owe nothing."),
        N_("See the drop"),
        transactional=True,
        title=N_("Waitlists that closed"),
    ),
)
