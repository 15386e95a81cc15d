"""What people are told about comments, and moderators about rights holders."""

from webapp.kernel.refusal import N_
from webapp.notices.kinds import Kind

KINDS = (
    Kind(
        "comment-on-yours",
        N_("%(name)s commented on “%(title)s”"),
        N_("%(name)s said something about your design “%(title)s”: %(words)s"),
        N_("Read it"),
        mail=False,
        title=N_("A comment on my design"),
    ),
    Kind(
        "comment-reply",
        N_("%(name)s answered you"),
        N_("%(name)s answered your comment on “%(title)s”: %(words)s"),
        N_("Read it"),
        mail=False,
        title=N_("An answer to my comment"),
    ),
    Kind(
        "comment-hidden",
        N_("Your comment on “%(title)s” is not shown"),
        N_("A moderator has looked at your comment. %(reason)s"),
        N_("Read why, or ask for a second look"),
        mail=False,
        title=N_("A moderator hid a comment of mine"),
    ),
    Kind(
        "comment-moderated",
        N_("Your comment on “%(title)s” is shown now"),
        N_("A moderator has looked at your comment on “%(title)s”, and everybody can read it."),
        N_("See your comment"),
        mail=False,
        title=N_("A moderator let a comment of mine appear"),
    ),
    Kind(
        "takedown-received",
        N_("A rights holder asks for a takedown"),
        N_("%(claimant)s says that “%(title)s” shows their work. Please look at it soon."),
        N_("Open the queue"),
        transactional=True,
        title=N_("A rights holder asks for a takedown"),
    ),
    Kind(
        "escalated",
        N_("Something that may be against the law was hidden"),
        N_("A moderator of %(artist)s has handed it to you. It is hidden and kept; please decide soon what to do."),
        N_("Open the list"),
        transactional=True,
        title=N_("Something that may be against the law was hidden"),
    ),
)
