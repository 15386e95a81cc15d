"""What may be asked, when, and in which order it is shown. Pure; the numbers stand here and nowhere else."""

import hashlib
from collections.abc import Iterable
from datetime import timedelta

from contests.comments.holding.rules import plain
from contests.phases import ENDED, PUBLIC, Phase
from webapp.kernel.refusal import N_, Refused

LENGTH = (10, 280)
ANSWER_LENGTH = (1, 4000)
MOST_OPEN = 5  # questions of one person in one contest that wait for their answer
SAME_WITHIN = timedelta(minutes=1)  # the same words again within it are one question, sent twice
FLOOD, FLOOD_WINDOW = 3, timedelta(minutes=10)  # over all contests
AT_ONCE = 2  # questions an hour that an account without standing may have shown at once
ASKING = PUBLIC - ENDED
ARTIST, TEAM = "artist", "team"
PIECE = 3  # letters
ALIKE, PROPOSED = 0.36, 5
BANDS = (1, 5, 20, 100)  # what the team sees of the votes: from which of these numbers on

# What holds a question until a moderator has seen it, in the words for team and author.
HOLDING = {
    "minor": N_("Questions of people under 18 are read by a moderator first."),
    "new": N_("The first question of a new account is read by a moderator first."),
    "words": N_("There is a word in it that a moderator should see."),
    "links": N_("Links and addresses from accounts that are new here are read by a moderator first."),
    "alike": N_("Much the same was written several times within the hour."),
    "flood": N_("Many questions came from this account within the hour."),
}


def check_words(words: str) -> str:
    """Return a question as one paragraph; raises Refused('question-length')."""
    words = " ".join(words.replace("\x00", "").split())
    if not LENGTH[0] <= len(words) <= LENGTH[1]:
        raise Refused("question-length", N_("A question has 10 to 280 characters."), 422)
    return words


def check_answer(body: str) -> str:
    """Return the stripped answer; raises Refused('answer-length')."""
    body = body.replace("\x00", "").strip()
    if not ANSWER_LENGTH[0] <= len(body) <= ANSWER_LENGTH[1]:
        raise Refused("answer-length", N_("An answer has 1 to 4000 characters."), 422)
    return body


def may_ask(phase: Phase) -> bool:
    """Return whether fans may ask, and vote for questions, in a contest in `phase`."""
    return phase in ASKING


def check_asking(phase: Phase) -> None:
    """Raise Refused('asking-closed') when a contest takes no questions any more."""
    if not may_ask(phase):
        raise Refused("asking-closed", N_("This contest is over: no more questions, but you can read all answers."))


def check_flood(recent: int, waiting: int) -> None:
    """Raise Refused('too-many-questions') for too many at once, 'enough-open' for too many that still wait."""
    if recent >= FLOOD:
        seconds = int(FLOOD_WINDOW.total_seconds())
        sentence = N_("That was a lot at once. Wait ten minutes, then go on.")
        raise Refused("too-many-questions", sentence, 429, retry_after=seconds)
    if waiting >= MOST_OPEN:
        sentence = N_("%(most)s of your questions wait here. Take one back, or wait for the answers.")
        raise Refused("enough-open", sentence, most=MOST_OPEN)


def check_vote(*, own: bool, on_team: bool, answered: bool) -> None:
    """Raise Refused for a vote for one's own question ('own-question'), by the team, or after the answer."""
    if own:
        raise Refused("own-question", N_("This is your own question: it counts already."))
    if on_team:
        raise Refused("on-the-team", N_("The team answers questions; fans say which come first."), 403)
    if answered:
        raise Refused("answered", N_("This question is answered already."))


def shuffled(ids: Iterable[int], seed: int) -> list[int]:
    """Return ids in the order of one visitor; a new one moves none of the others."""
    return sorted(ids, key=lambda each: hashlib.sha256(f"{seed}:{each}".encode()).digest())


def same(one: str, other: str) -> bool:
    """Return whether two questions are the same but for capitals, accents and signs."""
    return plain(one) == plain(other)


def alike(words: str, others: Iterable[tuple[int, str]]) -> list[int]:
    """Return the ids among (id, words) that ask much the same, the likest first, at most PROPOSED."""
    mine = pieces(words)
    found = [(likeness(mine, pieces(other)), -number) for number, other in others]
    return [-number for share, number in sorted(found, reverse=True) if share >= ALIKE][:PROPOSED]


def pieces(words: str) -> frozenset[str]:
    """Return the three-letter pieces of a question's words, beginnings and ends of words among them."""
    return frozenset(
        piece for word in plain(words).split() if len(word) > 1 for piece in _cut(f" {word} ") if len(piece) == PIECE
    )


def likeness(mine: frozenset[str], theirs: frozenset[str]) -> float:
    """Return what share of all pieces two questions have in common, from 0 to 1 (Dice)."""
    whole = len(mine) + len(theirs)
    return 2 * len(mine & theirs) / whole if whole else 0.0


def band(votes: int) -> int:
    """Return from which number of BANDS on a question is wanted, 0 when nobody has voted for it."""
    return max((least for least in BANDS if votes >= least), default=0)


def _cut(word: str) -> Iterable[str]:
    return (word[at : at + PIECE] for at in range(len(word) - PIECE + 1))
