"""What goes with a pick: how long a link lives, how long words may be, what a share of ballots can mean. Pure."""

import math
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from contests.phases import Phase
from webapp.kernel.refusal import N_, Refused

WORD_LENGTH = 500
NOTE_LENGTH = 1000
NAME_LENGTH = 100
AFTER_VOID = timedelta(days=14)
PICKABLE = (Phase.VOTING, Phase.FINAL, Phase.PICKING)
Z = 1.959964  # of the normal distribution: 95 % lie within


def link_until(phase: Phase, decide_by: datetime | None, was_voided: bool, now: datetime) -> datetime:
    """Return when a link made now ends: at the last moment to pick; after a voided pick in two weeks.

    Raises Refused when there is nothing to pick, now or after this vote.
    """
    if phase in PICKABLE and decide_by and now < decide_by:
        return decide_by
    if phase is Phase.LAPSED and was_voided:
        return now + AFTER_VOID
    raise Refused("no-pick-ahead", N_("There is nothing to pick in this contest now."))


def require_name(name: str) -> str:
    """Return the name a link is for, trimmed; refuse none, and one too long."""
    kept = " ".join(name.split())
    if not 1 <= len(kept) <= NAME_LENGTH:
        raise Refused("link-name", N_("Please say who the link is for."), 422)
    return kept


def kind_words(words: Mapping[int, str], finalists: Collection[int], picked: int) -> dict[int, str]:
    """Return the words that are to be sent, by design: to finalists that were not picked, blank ones left out."""
    kept = {design: text.strip() for design, text in words.items() if text.strip()}
    if any(design not in finalists or design == picked for design in kept):
        raise Refused("not-a-finalist", N_("This design is not among the finalists."))
    if any(len(text) > WORD_LENGTH for text in kept.values()):
        raise Refused("word-too-long", N_("Please say it in %(most)s characters."), 422, most=WORD_LENGTH)
    return kept


def require_note(text: str) -> str:
    """Return a note to oneself, trimmed; refuse one that is too long."""
    kept = text.replace("\0", "").strip()
    if len(kept) > NOTE_LENGTH:
        raise Refused("note-too-long", N_("Please say it in %(most)s characters."), 422, most=NOTE_LENGTH)
    return kept


def share(votes: int, ballots: int) -> tuple[float, float, float] | None:
    """Return the share of ballots that name a design and its 95 % interval (Wilson's), each 0…1; None without any."""
    if ballots <= 0:
        return None
    part, spread = votes / ballots, Z * Z / ballots
    middle = (part + spread / 2) / (1 + spread)
    half = Z / (1 + spread) * math.sqrt(part * (1 - part) / ballots + spread / (4 * ballots))
    return part, max(0.0, middle - half), min(1.0, middle + half)
