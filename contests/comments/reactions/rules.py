"""The words one can react with, and when. Pure. There is no unkind one."""

from dataclasses import dataclass
from datetime import timedelta

from webapp.kernel.refusal import N_, Refused


@dataclass(frozen=True)
class Word:
    """A reaction: what its button says, its icon, and how its author reads of it; %(number)s said it."""

    label: str
    icon: str
    told: str


WORDS = {
    "thanks": Word(N_("Thanks"), "smile", N_("%(number)s said thanks")),
    "agree": Word(N_("Agree"), "check", N_("%(number)s said they agree")),
    "love": Word(N_("Love it"), "sparkle", N_("%(number)s said they love it")),
}
REST = timedelta(minutes=30)  # a reaction rests so long before its author hears of it: it may be taken back
EVERY = timedelta(hours=20)  # an author hears of reactions to one text at most so often


def check(word: str, author_id: int, person_id: int) -> None:
    """Raise Refused for a word there is not, or for a reaction to one's own words."""
    if word not in WORDS:
        raise Refused("unknown-reaction", N_("There is no such reaction."), 422)
    if author_id == person_id:
        raise Refused("own-words", N_("Reactions are for what others say."), 409)
