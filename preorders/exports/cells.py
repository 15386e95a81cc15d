"""What stands in a cell: the rule that keeps a spreadsheet from running it, and values as text."""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from webapp.kernel.money import Money, exponent

# A cell that begins like this would be run as a formula, or read as one by a program that drops what it can't show.
FORMULA = "=+-@＝＋－＠﹢﹣﹦﹫"
CONTROLS = "".join(map(chr, (*range(0x20), 0x7F)))
DANGEROUS = (*FORMULA, *CONTROLS)
# What a spreadsheet may skip before it looks for a formula: blanks of every width, and marks that have none.
BLANKS = " \x85\xa0\u1680\u180e\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u200c\u200d"
BLANKS += "\u200e\u200f\u2028\u2029\u202f\u205f\u2060\u3000\ufeff"
PREFIX = "'"
MOMENTS = ("moment", "stamp", "clock")
LONGEST = 32_767  # UTF-16 units in a cell of XLSX
# What XML can't hold, and NUL, which readers take for the end of a text.
_UNWRITABLE = re.compile("[\x00\ud800-\udfff\ufffe\uffff]")
_SHEET_NAME = re.compile(r"[\[\]:*?/\\\x00-\x1f\ud800-\udfff\ufffe\uffff]")


def is_dangerous(text: str) -> bool:
    """Return whether a text begins, apostrophes and then blanks aside, with something that could be run."""
    return text.lstrip(PREFIX).lstrip(BLANKS).startswith(DANGEROUS)


def safe(text: str) -> str:
    """Return `text` as a spreadsheet shows it and never runs it: one apostrophe in front where it is needed.

    Apostrophes that stood there already are looked through, so that taking one away always gives the text back.
    """
    return PREFIX + text if is_dangerous(text) else text


def csv_text(text: str | None) -> str:
    """Return a quoted cell for people, safe()."""
    if not text:
        return '""'
    first = text[0]
    if first in "+=-@":
        text = PREFIX + text
    elif not ("a" <= first <= "z" or "A" <= first <= "Z" or "0" <= first <= "9"):
        text = safe(text)
    return f'"{text}"' if '"' not in text else '"' + text.replace('"', '""') + '"'


def plain_text(text: str | None) -> str:
    """Return a quoted cell for machines, as it is."""
    return '"' + text.replace('"', '""') + '"' if text else '""'


def decimal(currency: str) -> Callable[[int], str]:
    """Return what writes minor units as a decimal: '29.90'."""
    return lambda minor: Money(minor, currency).decimal()


def moment_text(zone: str, kind: str = "moment") -> Callable[[datetime], str]:
    """Return what writes an instant on the clocks of a zone, to the second.

    moment '2027-03-01T14:00:00+02:00', stamp '2027-03-01 14:00:00 +0200', clock '2027-03-01 14:00:00'.
    """
    here = ZoneInfo(zone)

    def moment(at: datetime) -> str:
        return at.astimezone(here).isoformat(timespec="seconds")

    def clock(at: datetime) -> str:
        return at.astimezone(here).replace(tzinfo=None).isoformat(" ", "seconds")

    def stamp(at: datetime) -> str:
        return f"{clock(at)} {moment(at)[19:].replace(':', '')}"

    return {"moment": moment, "stamp": stamp, "clock": clock}[kind]


def sheet_text(text: str) -> str:
    """Return a text that a cell of XLSX can hold; what it can't is shown as U+FFFD, what is too long ends in '…'."""
    text = _UNWRITABLE.sub("\ufffd", text)
    if len(text) <= LONGEST // 2 or len(text.encode("utf-16-le")) // 2 <= LONGEST:
        return text
    return text.encode("utf-16-le")[: 2 * (LONGEST - 1)].decode("utf-16-le", "ignore") + "…"


def sheet_name(title: str, number: int = 1) -> str:
    """Return a name for the n-th sheet: at most 31 units, without what names can't hold, never 'History'."""
    clean = " ".join(_SHEET_NAME.sub(" ", title).split()).strip(" '")
    ending = f" {number}" if number > 1 else ""
    room = 31 - len(ending)
    clean = clean.encode("utf-16-le")[: 2 * room].decode("utf-16-le", "ignore").strip(" '")
    return (clean if clean and clean.casefold() != "history" else "Export") + ending


def json_value(kind: str, currency: str, zone: str) -> Callable[[Any], Any]:
    """Return what makes a value fit for JSON: amounts and moments as text, the rest as it is."""
    if kind == "money":
        return decimal(currency)
    return moment_text(zone, kind) if kind in MOMENTS else lambda value: value


def digits_of(currency: str) -> int:
    """Return how many decimals amounts have."""
    return exponent(currency)
