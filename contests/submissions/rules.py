"""What may happen to a design, and when: pure rules, from values to a value or a refusal."""

from datetime import datetime

from contests.phases import REVISING, Phase, Schedule
from webapp.kernel.refusal import N_, Refused

OPEN_DRAFTS = 3
REVISIONS_PER_DESIGN = 30
BYTES_PER_CONTEST = 600_000_000
"""What one fan's originals may take up in one contest, all revisions together."""
ATTEMPTS = 3
AI_USES = ("none", "assisted", "generated")

# act -> (the states it may start from, the state it leads to)
ACTS = {
    "approve": (frozenset({"pending", "held"}), "approved"),
    "hold": (frozenset({"pending", "approved"}), "held"),
    "hide": (frozenset({"pending", "approved", "held"}), "hidden"),
    "restore": (frozenset({"hidden"}), "approved"),
}
UNDO = "undo"

REASONS = {
    "off-brief": N_("It does not fit this contest's brief."),
    "rights": N_("It seems to use pictures, letters or names that belong to somebody else."),
    "copy": N_("It looks very much like another design."),
    "hurtful": N_("Some people would be hurt or scared by it."),
    "personal": N_("It shows private details of a person."),
    "unclear": N_("We could not make out what it shows. A sharper picture would help."),
    "declaration": N_("We have a question about how it was made."),
    "other": N_("The team has a question about it."),
    "repeat": N_("It is the same picture as one that is not shown here."),
    "illegal": N_("It may be against the law to show it. The people who run this site look into it."),
}


def after(act: str, state: str) -> str:
    """Return the state that `act` leads to from `state`; raises Refused when it does not apply."""
    if act not in ACTS:
        raise Refused("unknown-act", N_("There is no such decision."), 422)
    before, leads_to = ACTS[act]
    if state not in before:
        raise too_late()
    return leads_to


def too_late() -> Refused:
    """Return the refusal of an act on a state that is not there any more."""
    return Refused("already-decided", N_("Somebody has decided about this design meanwhile. Look again."))


def require_reason(act: str, reason_code: str, reason: str) -> None:
    """Refuse to hold or hide a design without telling its author why."""
    if reason_code and reason_code not in REASONS:
        raise Refused("unknown-reason", N_("There is no such reason."), 422)
    if act in ("hold", "hide") and not reason_code and not reason.strip():
        raise Refused("reason-missing", N_("Say why: the author is told."), 422)


def require_submitting(phase: Phase) -> None:
    """Refuse new designs outside of the submitting phase."""
    if phase == Phase.UPCOMING:
        raise Refused("not-open-yet", N_("This contest has not opened yet."))
    if phase != Phase.SUBMITTING:
        raise Refused("submitting-over", N_("This contest takes no new designs any more."))


def sent_in_until(schedule: Schedule) -> datetime | None:
    """Return the end of the submitting phase."""
    return schedule.critique_at or schedule.voting_at


def require_revising(phase: Phase, submitted: bool) -> None:
    """Refuse a new picture once voting has opened; a draft needs the submitting phase."""
    if not submitted:
        return require_submitting(phase)
    if phase not in REVISING:
        raise Refused("design-locked", N_("Once voting opens, designs are locked: people vote on what they see."))
    return None


def require_withdrawable(phase: Phase, submitted: bool) -> None:
    """Refuse to take back a design of a decided contest by a click: people know the result."""
    if submitted and phase == Phase.DECIDED:
        raise Refused("contest-decided", N_("The winner of this contest is public. Please write to the team."))


def require_room(drafts: int, submitted: int, designs_per_fan: int) -> None:
    """Refuse another draft when a fan has too many open ones, or has sent in all they may."""
    require_place(submitted, designs_per_fan)
    if drafts >= min(OPEN_DRAFTS, designs_per_fan):
        raise Refused(
            "too-many-drafts",
            N_("You have %(count)s drafts open. Send one in or discard it first."),
            count=drafts,
        )


def require_place(submitted: int, designs_per_fan: int) -> None:
    """Refuse one design more than the contest allows each fan."""
    if submitted >= designs_per_fan:
        raise Refused(
            "designs-used-up",
            N_("You have sent in all %(count)s designs that this contest allows."),
            count=designs_per_fan,
        )


def require_bytes(used: int, more: int) -> None:
    """Refuse a picture that would take a fan's originals in one contest above the limit."""
    if used + more > BYTES_PER_CONTEST:
        raise Refused(
            "bytes-used-up",
            N_("Your pictures in this contest take up all of their %(limit)s MB. Send a smaller one."),
            413,
            limit=BYTES_PER_CONTEST // 1_000_000,
        )


def require_words(title: str, alt: str, ai_use: str) -> None:
    """Refuse words that are too short or too long, and an unknown answer about AI."""
    if not 2 <= len(title) <= 80:
        raise Refused("title-length", N_("A title has 2 to 80 characters."), 422)
    if not 10 <= len(alt) <= 400:
        raise Refused("alt-length", N_("The words for people who can't see it have 10 to 400 characters."), 422)
    if ai_use not in AI_USES:
        raise Refused("ai-use-unknown", N_("Please say whether AI was used."), 422)


def require_same_rights(agreed: str, current: str) -> None:
    """Refuse when what the fan agreed to is not the contest's rights card."""
    if agreed != current or not agreed:
        raise Refused("rights-changed", N_("Please read the rights card again and agree to it."), 422)


def trusted(trusted_at: datetime | None, age_band: str | None) -> bool:
    """Return whether an author's designs are shown at once; a minor's never are."""
    return trusted_at is not None and age_band == "18+"
