"""Short codes people read aloud and type by hand."""

import secrets

# No I, L, O, U: they are misread, or spell what nobody wants on a poster.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
SEPARATORS = frozenset(" \t-_.\u00b7\u2010\u2011\u2012\u2013\u2014\u00a0")
_MISREAD = str.maketrans({"O": "0", "I": "1", "L": "1"})


def short_code(length: int = 5) -> str:
    """Return a random code of `length` characters of Crockford's base 32."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def normalise(code: str) -> str:
    """Return what the typist meant: upper case, O read as 0, I and L as 1, separators dropped.

    Any other sign stays, so that the code is nobody's: an address with a `~` at its end is not the page without.
    """
    return "".join(c for c in code.upper().translate(_MISREAD) if c not in SEPARATORS)


def digits(length: int = 6) -> str:
    """Return a random code of decimal digits, leading zeros kept."""
    return "".join(secrets.choice("0123456789") for _ in range(length))
