"""What people are told about print files."""

from webapp.kernel.refusal import N_
from webapp.notices.kinds import Kind

KINDS = (
    Kind(
        "print-file-wanted",
        N_("“%(title)s” is a finalist: do you have a larger file?"),
        N_("To print it sharp and clean we need a better file of the same picture. The votes stay as they are."),
        N_("Send the print file"),
        transactional=True,
        title=N_("A finalist of yours needs a print file"),
    ),
    Kind(
        "print-file-failed",
        N_("Your print file needs another try"),
        N_("We could not use the print file of “%(title)s”. %(reason)s"),
        N_("Choose another file"),
        transactional=True,
        title=N_("A print file of yours could not be used"),
    ),
)
