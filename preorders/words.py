"""Phases and states in words."""

from flask_babel import gettext

from preorders.exports.templates import TEMPLATES as EXPORTS
from preorders.phases import Phase
from webapp.kernel.refusal import N_

PHASES = {
    Phase.DRAFT: N_("Draft"),
    Phase.UPCOMING: N_("Opens soon"),
    Phase.OPEN: N_("Preorder"),
    Phase.LOCKED: N_("Orders fixed"),
    Phase.IN_PRODUCTION: N_("In production"),
    Phase.SHIPPING: N_("On its way"),
    Phase.CLOSED: N_("Done"),
    Phase.CANCELLED: N_("Called off"),
}
STATES = {
    "awaiting": N_("Kept for you"),
    "reserved": N_("Reserved"),
    "part-shipped": N_("Partly sent"),
    "shipped": N_("Sent"),
    "cancelled": N_("Cancelled"),
    "expired": N_("Expired"),
}

TEMPLATES = {name: template.label for name, template in EXPORTS.items()}


def phase_word(phase: Phase) -> str:
    """Return a phase in the reader's language."""
    return str(gettext(PHASES[phase]))


def state_word(state: str) -> str:
    """Return an order's state as its buyer reads it."""
    return str(gettext(STATES[state]))


def template_word(name: str) -> str:
    """Return an export template's name in the reader's language."""
    return str(gettext(TEMPLATES[name])) if name in TEMPLATES else name
