"""Exports in words."""

from typing import Any

from flask_babel import gettext

from preorders.exports.templates import TEMPLATES
from webapp.kernel.refusal import N_

FAILURES = {
    "worker-died": N_("It was begun three times and never finished. Try again; if it fails again, ask for less."),
    "broken": N_("It could not be written. Try again, and tell whoever runs this site if it fails again."),
    "no-room": N_("The file could not be kept: the disk may be full. Tell whoever runs this site."),
    "refused": N_("A column or format it asks for is not there any more. Start a new export."),
    "gone": N_("The drop is gone."),
}
BUNDLES = {"yes": N_("In a bundle"), "no": N_("Alone")}
PAID = {"yes": N_("Paid"), "no": N_("Not paid")}


def template_word(name: str) -> str:
    """Return a built-in template's name in the reader's language; another word as it is."""
    return str(gettext(TEMPLATES[name].label)) if name in TEMPLATES else name


def failure_word(code: str) -> str:
    """Return why an export failed, and what to do."""
    return str(gettext(FAILURES.get(code, FAILURES["broken"])))


def filter_words(filters: dict[str, Any], view_word: Any) -> str:
    """Return what an export was narrowed to, e.g. 'Standing, M, Navy'."""
    parts = [view_word(filters.get("state") or "standing"), filters.get("size"), filters.get("colour")]
    parts += [gettext(BUNDLES[filters["bundle"]])] if filters.get("bundle") in BUNDLES else []
    parts += [gettext(PAID[filters["paid"]])] if filters.get("paid") in PAID else []
    parts += [filters.get("country"), f"“{filters['q']}”" if filters.get("q") else None]
    return ", ".join(str(part) for part in parts if part)
