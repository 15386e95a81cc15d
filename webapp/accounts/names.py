"""Names people give themselves: nicknames are welcome, pretending to be the house is not."""

import re
import unicodedata

from webapp.kernel.refusal import N_, Refused

SHORTEST, LONGEST = 2, 40
# Nobody's as a word of a name, and nobody's as a whole name.
RESERVED_WORDS = frozenset(["fanmade", "admin", "administrator", "operator", "moderator", "official", "support"])
RESERVED = RESERVED_WORDS | {
    *("staff", "system", "security", "team", "root", "everyone", "anonymous", "afan", "deleted", "null"),
}
# Letters of other scripts and digits that pass for Latin ones at a glance.
_LOOKALIKES = str.maketrans("013457@$|аеорсухіјѕԁһӏмткнвαοερτιυκνη", "oieasta" + "sl" + "aeopcyxijsdhlmtkhbaoeptiukvn")


def display_name(text: str) -> str:
    """Return a display name in its kept form; raises Refused with what is wrong with it."""
    name = " ".join(unicodedata.normalize("NFKC", text or "").split())
    if any(unicodedata.category(c)[0] == "C" for c in name):
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
    return skeleton(name) in RESERVED or any(word in RESERVED_WORDS for word in words)


def skeleton(name: str, keep_gaps: bool = False) -> str:
    """Return what a hasty reader sees: no accents, look-alikes as Latin letters, no gaps."""
    plain = unicodedata.normalize("NFKD", name).casefold().translate(_LOOKALIKES)
    kept = (c for c in plain if not unicodedata.combining(c))
    return "".join(c for c in kept if keep_gaps or c.isalnum())


def slug_of(name: str) -> str:
    """Return a name as it stands in addresses: 'Björk & Co' is 'bjork-co'; may be empty."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60].strip("-")


def _mixed(name: str) -> bool:
    """Return whether one word mixes scripts whose letters look alike."""
    for word in name.split():
        scripts = {unicodedata.name(c, "").split(" ")[0] for c in word if c.isalpha()}
        if len(scripts & {"LATIN", "CYRILLIC", "GREEK"}) > 1:
            return True
    return False
