"""When a print file is taken."""

from webapp.kernel.refusal import N_, Refused

FILES_PER_DESIGN = 12
ATTEMPTS = 3
SWAPPED = 16
"""Differing bits of 64 from which a print file is hardly the picture that people voted for; docs/lookalikes.md."""


def require_open(called: bool, closed: bool, running: bool) -> None:
    """Refuse a print file of a design that is no finalist, or once nothing is printed from it any more."""
    if not called:
        raise Refused("no-finalist", N_("Print files are asked for once the finalists are known."))
    if closed or not running:
        raise Refused("print-file-closed", N_("No print file is taken for this design any more."))


def require_room(files: int) -> None:
    """Refuse one file more than anybody needs."""
    if files >= FILES_PER_DESIGN:
        raise Refused("print-files-used-up", N_("This design has had as many print files as it can."))


def likeness(distance: int | None) -> str:
    """Return 'same', 'near', 'other' or '' (not known) for a distance to the picture people voted for."""
    if distance is None:
        return ""
    return "same" if distance <= 6 else "near" if distance < SWAPPED else "other"
