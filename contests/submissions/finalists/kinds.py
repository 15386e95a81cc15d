"""What finalists are told."""

from webapp.kernel.refusal import N_
from webapp.notices.kinds import Kind

KINDS = (
    Kind(
        "finalist-kit",
        N_("Your finalist's kit for “%(title)s” is ready"),
        N_("Phone wallpapers, posters with a code to scan, and a print file for a tee: everything to show it around."),
        N_("Open the kit"),
        title=N_("The kit of a finalist of mine is ready"),
    ),
)
