"""What a text has in it that a moderator should see first. Pure: from words to the name of a rule."""

import re
import unicodedata
from collections.abc import Collection, Iterable
from datetime import timedelta

from webapp.kernel.lookalikes import fold
from webapp.kernel.refusal import N_, Refused

# The rules by name, with what the team and the author read; the order is that of the checks.
HOLDING = {
    "minor": N_("Comments of people under 18 are read by a moderator first."),
    "new": N_("The first comment of a new account is read by a moderator first."),
    "words": N_("There is a word in it that a moderator should see."),
    "links": N_("Links and addresses from accounts that are new here are read by a moderator first."),
    "alike": N_("Much the same was written several times within the hour."),
    "flood": N_("Many comments came from this account within the hour."),
}
ALIKE_WITHIN = timedelta(hours=1)
ALIKE_TIMES = 3  # so many comments much alike, whoever wrote them, are held from the last one on, and the ones before
ALIKE_LETTERS = 12  # "so cool!!" is said by many, and honestly
ALIKE_SHARE = 0.6  # of the four-letter pieces of both
ALIKE_COMPARED = 300
COMPARED_LETTERS = 400
AT_ONCE = 5  # comments an hour that an account without standing may have shown at once
STANDING_COMMENTS = 3  # this many, seen and left standing for a day, earn standing
STANDING_AGE = timedelta(days=7)
LIST_LENGTH, LINE_LENGTH, LINES = 20_000, 60, 1000

_SPACED = re.compile(r"\b(?:\w ){2,}\w\b")
_LINK = re.compile(
    r"(https?:|www\.|\bt\.me\b|\b[\w-]{2,}\s*(?:\.|\(dot\)|\[dot\])\s*(?:com|net|org|info|biz|ru|cn|xyz|top|shop|online|site|link|gg|io"
    r"|co|fi|de|uk|eu|app|store|live|club|vip)\b|[\w.+-]+@[\w-]+\.\w+|(?:\+|\b00)\d(?:[ ()/-]*\d){7,})",
    re.IGNORECASE,
)


def has_link(text: str) -> bool:
    """Return whether a text names an address of the web, of a mailbox or a telephone."""
    return bool(_LINK.search(unicodedata.normalize("NFKC", text)))


def plain(text: str) -> str:
    """Return a text as words compare: small letters, no accents nor signs, figures as the letters they stand for."""
    return " ".join(re.findall(r"\w+", fold(text).replace("_", " ")))


def word_in(text: str, words: Iterable[str]) -> str:
    """Return the first of `words` that stands in a text as a whole word or phrase, '' when none does.

    An asterisk at a word's end takes any ending. Spaced letters ("k y s") are read together.
    """
    said = f" {plain(text)} "
    together = _SPACED.sub(lambda letters: letters[0].replace(" ", ""), said)
    for word in words:
        wanted = f" {plain(word)}" + ("" if word.endswith("*") else " ")
        if wanted.strip() and (wanted in said or wanted in together):
            return word
    return ""


def words_of(lines: str) -> list[str]:
    """Return the words of a list: one a line, lines with # are remarks, none twice."""
    found = (" ".join(line.replace("\x00", "").split()) for line in lines.splitlines())
    return list(dict.fromkeys(line for line in found if line and not line.startswith("#")))


def check_list(lines: str) -> str:
    """Return a team's list in its kept form; raises Refused for what is too long or would hold everything."""
    words = words_of(lines)
    if len(lines) > LIST_LENGTH or len(words) > LINES:
        raise Refused("list-length", N_("The list has at most 1000 lines."), 422)
    for word in words:
        if len(word) > LINE_LENGTH or len(plain(word)) < 2:
            raise Refused("bad-word", N_("Each line has 2 to 60 letters: “%(word)s” has not."), 422, word=word[:60])
    return "\n".join(words)


def pieces(text: str) -> frozenset[str]:
    """Return the four-letter pieces of a text, empty for one too short to compare."""
    letters = plain(text[:COMPARED_LETTERS]).replace(" ", "")
    if len(letters) < ALIKE_LETTERS:
        return frozenset()
    return frozenset(letters[at : at + 4] for at in range(len(letters) - 3))


def alike(text: str, others: Collection[tuple[int, str]]) -> list[int]:
    """Return the ids among (id, text) whose text is much like this one."""
    mine = pieces(text)
    return [number for number, other in others if mine and _share(mine, pieces(other)) >= ALIKE_SHARE]


def _share(mine: frozenset[str], theirs: frozenset[str]) -> float:
    return len(mine & theirs) / len(mine | theirs) if theirs else 0.0
