"""What may be said, by whom and when. Pure; the numbers stand here and nowhere else."""

from datetime import datetime, timedelta

from contests.phases import TALKING, Phase
from webapp.kernel.refusal import N_, Refused

LENGTH = (1, 2000)
EDIT_WINDOW = timedelta(minutes=15)
SAME_WITHIN = timedelta(minutes=1)  # the same words again within it are one comment, sent twice
NEW_ACCOUNT = timedelta(days=1)
FLOOD = 10
FLOOD_WINDOW = timedelta(minutes=10)
MINORS = ("under-13", "13-15", "16-17")
NOTE_LENGTH = 500

# act -> (the states it may start from, the state it leads to)
ACTS = {
    "approve": (frozenset({"held"}), "visible"),
    "hold": (frozenset({"visible"}), "held"),
    "hide": (frozenset({"visible", "held"}), "hidden"),
    "restore": (frozenset({"hidden", "held"}), "visible"),
}
KEEP = "keep"
UNDO = "undo"
REINSTATE = "reinstate"
LASTING = (UNDO, REINSTATE)  # these are not taken back: the act itself is done again


def check_body(body: str) -> str:
    """Return the stripped words; raises Refused('comment-length')."""
    body = body.replace("\x00", "").strip()
    if not LENGTH[0] <= len(body) <= LENGTH[1]:
        raise Refused("comment-length", N_("A comment has 1 to 2000 characters."), 422)
    return body


def may_talk(phase: Phase) -> bool:
    """Return whether designs of a contest in `phase` may be commented on."""
    return phase in TALKING


def check_talk(phase: Phase) -> None:
    """Raise Refused('talk-closed') when a contest's designs are not open to comments."""
    if not may_talk(phase):
        raise Refused("talk-closed", N_("Comments are closed for this contest."))


def state_for(*, minor: bool, trusted: bool, on_team: bool, age: timedelta, has_visible: bool) -> str:
    """Return whether a new comment is 'visible' at once or 'held' until a moderator has seen it.

    Held are those of minors, and of accounts that are younger than a day and were never seen before.
    """
    if on_team or trusted:
        return "visible"
    return "held" if minor or (age < NEW_ACCOUNT and not has_visible) else "visible"


def check_flood(recent: int) -> None:
    """Raise Refused('too-many-comments', 429) when the author has said enough for the moment."""
    if recent >= FLOOD:
        seconds = int(FLOOD_WINDOW.total_seconds())
        raise Refused(
            "too-many-comments",
            N_("That was a lot at once. Wait ten minutes, then go on."),
            429,
            retry_after=seconds,
        )


def may_edit(state: str, created_at: datetime, now: datetime) -> bool:
    """Return whether its author may still change a comment."""
    return state in ("visible", "held") and now < created_at + EDIT_WINDOW


def check_edit(state: str, created_at: datetime, now: datetime) -> None:
    """Raise Refused('edit-window-over') when a comment can no longer be changed."""
    if not may_edit(state, created_at, now):
        raise Refused("edit-window-over", N_("A comment can be changed for 15 minutes. You can still take it back."))


def after(act: str, state: str) -> str:
    """Return the state that a moderator's act leads to; raises Refused when it does not apply."""
    if act not in ACTS:
        raise Refused("unknown-act", N_("There is no such decision."), 422)
    before, leads_to = ACTS[act]
    if state not in before:
        raise Refused("already-decided", N_("Somebody has decided about this meanwhile. Look again."))
    return leads_to
