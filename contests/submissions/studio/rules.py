"""What may be drawn, by whom, and when: pure rules, from values to a value or a refusal."""

import json
import re
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from contests.phases import REVISING, Phase
from webapp.kernel.refusal import N_, Refused

OPEN_DRAFTS = 20
"""Drawings one owner may have open, all contests together."""
ASSETS = 60
"""Pictures one owner may have in one contest."""
ASSET_BYTES = 200_000_000
"""And what their files may take up together."""
KIT_COLOURS = 12
KIT_PICTURES = 40
SAVE_BYTES = 160_000
"""The longest save read: two scenes at their largest, and the rest."""
KIT_KINDS = ("logo", "sticker")
COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")
MOST = 2**31 - 1
NAMES = {"width": "w", "height": "h"}


def may_finish(phase: Phase, bound: bool) -> bool:
    """Return whether a drawing can become a design or, when it is `bound` to one, its next version."""
    return phase == Phase.SUBMITTING or (bound and phase in REVISING)


def require_drawing(phase: Phase, until: datetime | None, zone: str, bound: bool = False) -> None:
    """Refuse to begin or finish a drawing outside of the submitting phase, saying when it was.

    A drawing that is bound to a design sent in may be finished until voting opens.
    """
    if phase == Phase.UPCOMING:
        raise Refused("not-open-yet", N_("This contest has not opened yet."))
    if may_finish(phase, bound):
        return
    if phase == Phase.CANCELLED or until is None:
        raise Refused("submitting-over", N_("This contest takes no new designs any more."))
    raise Refused(
        "submitting-over",
        N_("This contest took designs until %(at)s. What you drew is kept."),
        at=f"{until.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M} ({zone})",
    )


def require_pictures_taken(phase: Phase) -> None:
    """Refuse pictures for drawings that cannot be finished any more."""
    if phase not in REVISING:
        raise Refused("submitting-over", N_("This contest takes no new designs any more."))


def require_draft_room(drafts: int) -> None:
    """Refuse one open drawing more than an owner may have."""
    if drafts >= OPEN_DRAFTS:
        raise Refused(
            "too-many-drawings",
            N_("You have %(count)s drawings open. Throw one away or send one in first."),
            count=drafts,
        )


def require_asset_room(assets: int, used: int, more: int) -> None:
    """Refuse one picture, or more bytes, than an owner may have in a contest."""
    if assets >= ASSETS:
        raise Refused(
            "too-many-pictures",
            N_("You have %(count)s pictures here already. Throw away a drawing that you don't need."),
            count=assets,
        )
    if used + more > ASSET_BYTES:
        raise Refused(
            "pictures-too-big",
            N_("Your pictures here take up all of their %(limit)s MB. Choose a smaller one."),
            413,
            limit=ASSET_BYTES // 1_000_000,
        )


def require_remixable(allowed: bool, public: bool, same_contest: bool, is_own: bool) -> None:
    """Refuse to start from a design whose author does not allow it, or that can't be seen."""
    if not same_contest or not (public or is_own):
        raise Refused("not-found", N_("We could not find that."), 404)
    if not (allowed or is_own):
        raise Refused("remix-not-allowed", N_("Its author wants this design to stay as it is."), 403)


def require_something(layers: int) -> None:
    """Refuse an empty drawing as a design."""
    if not layers:
        raise Refused("nothing-drawn", N_("There is nothing on it yet. Put something on the product first."), 422)


def require_ready(states: Collection[str]) -> None:
    """Refuse to finish while a picture of the drawing waits, or could not be used."""
    if "failed" in states:
        raise Refused("picture-failed", N_("One of your pictures could not be used. Take it off first."), 422)
    if any(state != "done" for state in states):
        raise Refused("picture-waiting", N_("One of your pictures is still being prepared. Try again in a moment."))


def require_fit(scene: Any, kind: str, side: str, size: tuple[int, int]) -> None:
    """Refuse a scene that was drawn for another product, side or print size than the contest's."""
    wanted = {"template": kind, "side": side, "width": size[0], "height": size[1]}
    for name, value in wanted.items():
        if getattr(scene, name) != value:
            raise Refused(
                "wrong-canvas",
                N_("This drawing was made for another product or size. Reload the page."),
                422,
                pointer=f"/{side}/{NAMES.get(name, name)}",
            )


def require_colour(colour: str, offered: Iterable[str]) -> str:
    """Return the try-on colour as the product spells it; refuse one it does not come in."""
    for each in offered:
        if each.upper() == colour.upper():
            return each
    raise Refused("unknown-colour", N_("The product does not come in that colour."), 422, pointer="/colour")


def palette_colour(colour: str) -> str:
    """Return a colour as the palette spells it; refuse what is none."""
    if not COLOUR.fullmatch(colour):
        raise Refused("no-colour", N_("A colour must look like #1a2b3c."), 422)
    return colour.lower()


def require_kit_room(count: int, most: int) -> None:
    """Refuse one thing more than a kit may hold."""
    if count >= most:
        raise Refused("kit-full", N_("There are %(most)s here already. Take one away first."), most=most)


def whole(value: Any, pointer: str) -> int:
    """Return a whole number of a save; refuse everything else, true and 1.0 included."""
    if type(value) is not int or not 0 <= value <= MOST:
        raise malformed(pointer)
    return value


def text(value: Any, pointer: str) -> str:
    """Return a short text of a save; refuse everything else."""
    if not isinstance(value, str) or len(value) > 100:
        raise malformed(pointer)
    return value


def parsed(body: bytes) -> dict[str, Any]:
    """Return the JSON object of a save; refuse what is too long, no JSON, or holds what no text may."""
    if len(body) > SAVE_BYTES:
        raise too_long()
    try:
        value = json.loads(body, parse_constant=_no_number, object_pairs_hook=_once)
        json.dumps(value, ensure_ascii=False).encode()  # half a surrogate pair can be escaped, but not written
    except (ValueError, RecursionError):
        raise malformed("") from None
    if not isinstance(value, dict):
        raise malformed("")
    return value


def too_long() -> Refused:
    """Return the refusal of a save that is longer than any drawing may be."""
    return Refused("too-large", N_("This drawing has become too big to save. Take something off."), 413)


def malformed(pointer: str) -> Refused:
    """Return the refusal of a save that is not in the agreed form."""
    return Refused("malformed", N_("We could not read this drawing. Reload the page."), 422, pointer=pointer)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key twice: of two readers, each may take another")
    return found


def _no_number(_name: str) -> Any:
    raise ValueError("not a number")
