"""A name as the search reads it: folded words. Pure."""

import unicodedata

LONGEST, MOST = 40, 8


def words(name: str) -> list[str]:
    """Return the words of a name, each once, folded: 'Åsa O’Brien' gives asa, o, brien; at most eight."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(c))
    found = "".join(c if c.isalnum() else " " for c in plain).split()
    return list(dict.fromkeys(word[:LONGEST] for word in found))[:MOST]


def ends_before(prefix: str) -> str:
    """Return the end of the range of words that begin with `prefix`, compared by code points."""
    return prefix + "\U0010ffff"
