"""Segments: whom a letter is for, by what they did with the artist. Reads plain values, asks nobody."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from webapp.kernel.refusal import N_

ACTS = {
    "designed": N_("sent in a design"),
    "suggested": N_("suggested something for a design"),
    "commented": N_("talked about a design"),
    "voted": N_("voted"),
    "voted-winner": N_("voted for the design that won"),
    "finalist": N_("were among the finalists"),
    "preordered": N_("preordered"),
    "waitlist": N_("wait for something sold out"),
    "follows": N_("follow the artist"),
}
IN_CONTEST = ("designed", "suggested", "commented", "voted", "voted-winner", "finalist")
IN_DROP = ("preordered", "waitlist")
QUIET_DAYS = (0, 90, 180, 365)
FEW = 5  # fewer people than this are not counted out loud, nor written to as a group


@dataclass(frozen=True)
class Segment:
    """Who did all of `did` and none of `did_not`, in one contest or drop or in any (0).

    `quiet_days`: who has done nothing at all for so long (0: whoever). `language` and `country`: of the reader,
    '' for all. Without any of it a segment is everybody who asked for the newsletter.
    """

    did: tuple[str, ...] = ()
    did_not: tuple[str, ...] = ()
    contest_id: int = 0
    drop_id: int = 0
    quiet_days: int = 0
    language: str = ""
    country: str = ""

    @property
    def everybody(self) -> bool:
        """Return whether the letter is for everybody: a language alone tells nothing of what people did."""
        return not (self.did or self.did_not or self.quiet_days or self.country)

    def as_dict(self) -> dict[str, Any]:
        """Return what is kept in the database."""
        return {
            "did": list(self.did),
            "did_not": list(self.did_not),
            "contest": self.contest_id,
            "drop": self.drop_id,
            "quiet_days": self.quiet_days,
            "language": self.language,
            "country": self.country,
        }


def read(kept: Mapping[str, Any]) -> Segment:
    """Return the segment of kept values; acts nobody knows any more are left out."""
    return Segment(
        did=tuple(act for act in ACTS if act in kept.get("did", ())),
        did_not=tuple(act for act in ACTS if act in kept.get("did_not", ()) and act not in kept.get("did", ())),
        contest_id=int(kept.get("contest", 0)),
        drop_id=int(kept.get("drop", 0)),
        quiet_days=int(kept.get("quiet_days", 0)),
        language=str(kept.get("language", "")),
        country=str(kept.get("country", "")),
    )
