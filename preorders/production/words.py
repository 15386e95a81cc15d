"""The production pack in words: its files, its sides, why it failed."""

from datetime import datetime
from zoneinfo import ZoneInfo

from babel.dates import format_datetime
from flask_babel import format_decimal, get_locale, gettext

from webapp.kernel.refusal import N_

FAILURES = {
    "worker-died": N_("It was begun three times and never finished. Try again, and tell whoever runs this site."),
    "broken": N_("It could not be made. Try again, and tell whoever runs this site if it fails again."),
    "no-room": N_("The file could not be kept: the disk may be full. Tell whoever runs this site."),
    "gone": N_("The drop is gone."),
}
SIDES = {"front": N_("Front"), "back": N_("Back")}
PARTS = {
    "sent": N_("Sent by the designer for print."),
    "composed": N_("Drawn in our studio, and composed here in the size of the print."),
    "entered": N_("The picture as it entered the contest. No print file was sent."),
}
ROLES = {
    "designer": N_("Designer"),
    "co-author": N_("Co-author"),
    "suggestion": N_("Suggested something that is in it"),
}
_FILES = {
    "tech-pack.pdf": N_("For the printer: where it goes, in which inks, on what, and a sheet to sign."),
    "size-run.csv": N_("How many of each, without names: for the printer."),
    "size-run.xlsx": N_("The same for a spreadsheet."),
    "pick-list.csv": N_("What goes into which parcel, in the order of the packing slips."),
    "credits-and-royalties.csv": N_("Who made it, and what they are owed."),
    "MANIFEST.txt": N_("A checksum of each file: sha256sum -c MANIFEST.txt looks whether all arrived whole."),
    "MANIFEST.json": N_("The same with sizes, for programs."),
}


def file_word(name: str) -> str:
    """Return what a file of the pack is for."""
    if name.startswith("print/"):
        return str(gettext("To print from."))
    if name.startswith("packing-slips"):
        return str(gettext("A sheet of A6 for each parcel."))
    return str(gettext(_FILES[name])) if name in _FILES else ""


def side_word(side: str) -> str:
    """Return a side in the reader's language."""
    return str(gettext(SIDES[side])) if side in SIDES else side


def role_word(role: str) -> str:
    """Return what a share of the credit is for."""
    return str(gettext(ROLES[role])) if role in ROLES else role


def failure_word(code: str) -> str:
    """Return why a pack failed, and what to do."""
    return str(gettext(FAILURES.get(code, FAILURES["broken"])))


def when(at: datetime | None, zone: str) -> str:
    """Return a moment on the clocks of a zone; '' for none."""
    if at is None:
        return ""
    return str(format_datetime(at.astimezone(ZoneInfo(zone)), "d MMM y, HH:mm", locale=get_locale() or "en"))


def number(value: float) -> str:
    """Return a number as the reader writes it."""
    return str(format_decimal(value))


def size(count: int) -> str:
    """Return a number of bytes in words: '820 kB', '4.2 MB'."""
    if count < 1_000_000:
        return f"{number(max(1, round(count / 1000)))} kB"
    return f"{number(round(count / 1_000_000, 1))} MB"
