"""Names people give themselves: nicknames are welcome, pretending to be the house is not."""

import re
import unicodedata

from webapp.kernel.lookalikes import fold
from webapp.kernel.refusal import N_, Refused

SHORTEST, LONGEST = 1, 40  # "O" and "王" are whole names
# Nobody's as a word of a name, and nobody's as a whole name.
RESERVED_WORDS = frozenset(["fanmade", "admin", "administrator", "operator", "moderator", "official", "support"])
RESERVED = RESERVED_WORDS | {
    *("staff", "system", "security", "team", "root", "everyone", "anonymous", "afan", "deleted", "null"),
}
# Nobody's at either end of a name written without gaps.
_TITLES = ("fanmade", "official", "moderator", "administrator")
_JOINERS = "\u200c\u200d"


def display_name(text: str) -> str:
    """Return a display name in its kept form; raises Refused with what is wrong with it."""
    name = " ".join(unicodedata.normalize("NFKC", text or "").split())
    if not _can_be_seen(name):
        raise Refused("name-letters", N_("A name is made of letters, digits and signs one can see."), 422)
    if not SHORTEST <= len(name) <= LONGEST:
        raise Refused(
            "name-length",
            N_("A name has %(low)s to %(high)s characters."),
            422,
            low=SHORTEST,
            high=LONGEST,
        )
    if not any(c.isalnum() for c in name):
        raise Refused("name-letters", N_("A name is made of letters, digits and signs one can see."), 422)
    if _mixed(name) or is_reserved(name):
        raise Refused("name-reserved", N_("That name could be mistaken for somebody else. Choose another one."), 422)
    return name


def is_reserved(name: str) -> bool:
    """Return whether a name reads like the house's own."""
    words = re.split(r"[\W_]+", skeleton(name, keep_gaps=True))
    whole = skeleton(name)
    if whole in _AS_SEEN or any(word in _WORDS_AS_SEEN for word in words):
        return True
    return any(_carries(word, title) for word in (*words, whole) for title in _TITLES_AS_SEEN)


def reads_like_full_name(name: str) -> bool:
    """Return whether a name looks like a first name and a surname: a young person is told that a nickname is safer."""
    words = [word for word in name.split() if sum(c.isalpha() for c in word) > 1]
    return len(words) > 1 and all(word[0].isupper() and not word.isupper() for word in words)


def skeleton(name: str, keep_gaps: bool = False) -> str:
    """Return what a hasty reader sees: no accents, look-alikes as one letter, no gaps. To compare by, not to show."""
    kept = "".join(c for c in fold(name) if keep_gaps or c.isalnum() or unicodedata.category(c) in ("Mn", "Mc"))
    return kept.replace("rn", "m").replace("vv", "w")


def slug_of(name: str) -> str:
    """Return a name as it stands in addresses: 'Björk & Co' is 'bjork-co'; may be empty."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60].strip("-")


def _carries(word: str, title: str) -> bool:
    # "Unofficial" says the opposite, and honestly.
    return word.startswith(title) or (word.endswith(title) and not word.endswith(skeleton("un") + title))


def _can_be_seen(name: str) -> bool:
    """Return whether a name has no signs that hide or turn others, and no towers of accents."""
    for at, c in enumerate(name):
        if unicodedata.category(c)[0] == "C" and not (c in _JOINERS and _joins(name, at)):
            return False
    return re.search(r"[\u0300-\u036f]{4}", unicodedata.normalize("NFD", name)) is None


def _joins(name: str, at: int) -> bool:
    """Return whether a joiner stands where scripts that need it have one: Persian, those of India, emoji."""
    before, after = name[at - 1 : at] if at else "", name[at + 1 : at + 2]
    if not before or not after:
        return False
    arabic = all(unicodedata.name(c, "").startswith(("ARABIC", "SYRIAC", "MONGOLIAN")) for c in (before, after))
    emoji = name[at] == "\u200d" and unicodedata.category(before) in ("So", "Sk", "Mn") and not after.isalnum()
    return arabic or emoji or unicodedata.combining(before) == 9


def _mixed(name: str) -> bool:
    """Return whether one word mixes scripts whose letters look alike."""
    for word in re.split(r"[\W_]+", name):
        scripts = {unicodedata.name(c, "").split(" ")[0] for c in word if c.isalpha()}
        if len(scripts & {"LATIN", "CYRILLIC", "GREEK"}) > 1:
            return True
    return False


_AS_SEEN = frozenset(map(skeleton, RESERVED))
_WORDS_AS_SEEN = frozenset(map(skeleton, RESERVED_WORDS))
_TITLES_AS_SEEN = tuple(map(skeleton, _TITLES))
