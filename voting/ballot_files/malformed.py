"""What is wrong with a file, and in which line."""

from fractions import Fraction

from voting.methods.election import Number

MOST_DIGITS = 60  # far beyond all that is counted, and no sum of squares becomes too large for a decimal


class Malformed(Exception):
    """A file can't be read; `line` counts from 1, `what` is one short sentence."""

    def __init__(self, line: int, what: str) -> None:
        super().__init__(f"{line}: {what}")
        self.line, self.what = line, what


def number(text: str, line: int, what: str) -> Number:
    """Return a number as it was written, exactly; raises Malformed naming `what` for anything else."""
    plain = text.strip()
    if len(plain) > MOST_DIGITS:
        raise Malformed(line, f"{what} is longer than {MOST_DIGITS} digits: {shown(text)}")
    if plain.isdecimal() and plain.isascii():
        return int(plain)
    allowed = set("0123456789.+-")
    try:
        if plain and set(plain) <= allowed:
            found = Fraction(plain)
            return int(found) if found.denominator == 1 else found
    except ValueError:
        pass
    raise Malformed(line, f"{what} is not a number: {shown(text)}")


def count(text: str, line: int, what: str = "the number of ballots") -> Number:
    """Return a number above zero; raises Malformed."""
    found = number(text, line, what)
    if found <= 0:
        raise Malformed(line, f"{what} is not above zero: {shown(text)}")
    return found


def whole(text: str, line: int, what: str) -> int:
    """Return a whole number of zero or more; raises Malformed."""
    found = number(text, line, what)
    if not isinstance(found, int) or found < 0:
        raise Malformed(line, f"{what} is not a whole number: {shown(text)}")
    return found


def shown(text: str) -> str:
    """Return a piece of a file as it may be printed on one line: short, control characters escaped."""
    cut = text if len(text) <= 40 else text[:37] + "..."
    return repr(cut)
