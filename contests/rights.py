"""The rights card: structured terms, told in plain sentences, frozen by a hash.

What a fan agrees to is this mapping and nothing else; the hash of it stays with each design.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from typing import Any

from webapp.kernel.money import Money
from webapp.kernel.refusal import N_

DEFAULTS: dict[str, Any] = {
    "version": 1,
    "display_ends_days": 30,  # how long a design that did not win may be shown after the decision
    "territory": "world",
    "term_years": 3,
    "fee_minor": 30000,
    "currency": "EUR",
    "royalty_percent": 8,
    "credit": True,
    "ai_training": False,
}
TERRITORIES = {
    "world": N_("all over the world"),
    "europe": N_("in Europe"),
    "north-america": N_("in North America"),
    "nordics": N_("in the Nordic countries"),
}
Say = Callable[..., str]


def plain(message: str, **values: Any) -> str:
    """Fill `message` in English; pages hand in `gettext` instead."""
    return message % values if values else message


def card(rights: Mapping[str, Any], say: Say = plain) -> list[tuple[str, str]]:
    """Return the card as (label, sentence) pairs; `say` translates (flask_babel.gettext)."""
    terms = {**DEFAULTS, **rights}
    return [
        (
            say(N_("It stays yours")),
            say(N_("You keep the copyright in your design, whether you win or not.")),
        ),
        (
            say(N_("To take part")),
            say(N_("You let us show your design for this contest, and for nothing else.")),
        ),
        (say(N_("If you do not win")), _lapse(terms, say)),
        (say(N_("If you win")), _licence(terms, say)),
        (say(N_("What you get")), _pay(terms, say)),
        (say(N_("Your name")), _credit(terms, say)),
        (say(N_("No machines")), _machines(terms, say)),
    ]


def canonical(rights: Mapping[str, Any]) -> str:
    """Return the one text of the terms that is hashed: JSON with sorted keys and no spaces."""
    return json.dumps(dict(rights), sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def hash_of(rights: Mapping[str, Any]) -> str:
    """Return the SHA-256 of the canonical terms, in hex."""
    return hashlib.sha256(canonical(rights).encode()).hexdigest()


def _lapse(terms: Mapping[str, Any], say: Say) -> str:
    message = N_("That permission ends %(days)s days after the decision. We use nothing else of yours.")
    return say(message, days=terms["display_ends_days"])


def _licence(terms: Mapping[str, Any], say: Say) -> str:
    message = N_("Only the artist may sell merch with your design, %(where)s, for %(years)s years.")
    return say(message, where=say(TERRITORIES[terms["territory"]]), years=terms["term_years"])


def _pay(terms: Mapping[str, Any], say: Say) -> str:
    fee = Money(terms["fee_minor"], terms["currency"])
    values = {"fee": f"{fee.decimal()} {fee.currency}", "percent": f"{terms['royalty_percent']:g}"}
    if not terms["fee_minor"] and not terms["royalty_percent"]:
        return say(N_("No money: the prize named in the brief, and your design on real merch."))
    if not terms["royalty_percent"]:
        return say(N_("%(fee)s, once."), fee=values["fee"])
    share = say(N_("%(percent)s percent of the price, without tax, of each piece sold."), percent=values["percent"])
    return say(N_("%(fee)s once, and %(share)s"), fee=values["fee"], share=share) if terms["fee_minor"] else share


def _credit(terms: Mapping[str, Any], say: Say) -> str:
    if terms["credit"]:
        return say(N_("You are named as the designer wherever the design is shown or sold."))
    return say(N_("You are named as the designer on the contest's pages."))


def _machines(terms: Mapping[str, Any], say: Say) -> str:
    if terms["ai_training"]:
        return say(N_("Your design may be used to train AI. Take part only if that is fine with you."))
    return say(N_("Nobody may train AI with your design: not we, not the artist, not the winner's printer."))
