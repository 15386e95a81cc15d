"""Which showings are counted together: by the stage of a contest."""

from datetime import datetime

from contests.phases import REVISING, VOTING, Phase
from contests.queries import ContestRow

BEFORE, OPEN, FINAL = "before", "open", "final"


def stage_of(phase: Phase) -> str:
    """Return the stage whose counts order the designs in `phase`; after the close they stay as they were."""
    if phase is Phase.FINAL:
        return FINAL
    return BEFORE if phase in REVISING or phase is Phase.UPCOMING else OPEN


def is_counted(phase: Phase) -> bool:
    """Return whether showings in `phase` are counted: what is shown after the close moves nothing."""
    return phase in REVISING | VOTING


def window(contest: ContestRow, stage: str) -> tuple[datetime | None, datetime | None]:
    """Return when the round of a stage begins and ends; (None, None) before the votes."""
    if stage == FINAL:
        return contest.final_at, contest.picking_at
    return (contest.voting_at, contest.final_at or contest.picking_at) if stage == OPEN else (None, None)
