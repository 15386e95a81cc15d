"""Passwords that are guessed first: those of a list, what stands on the keyboard in a row, and words about oneself.

Pure. No password leaves the house to be looked up, and what was typed is never written down.
"""

import gzip
import re
import unicodedata
from collections.abc import Iterable
from pathlib import Path

from webapp.kernel.lookalikes import fold

LIST = Path(__file__).with_name("passwords.txt.gz")
ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm", "azertyuiop", "qwertzuiop", "abcdefghijklmnopqrstuvwxyz", "01234567890")
WORD = 4  # shorter words stand within others by chance
ENOUGH = 6  # letters and digits that must be left when words about oneself are taken away
RUNS = 3  # so many rows after each other are no secret: qwerty-asdf-1234


def is_usual(password: str) -> bool:
    """Return whether many people use it, or would type it after a moment's thought."""
    plain = _plain(password)
    return _is_listed(plain) or _is_repeated(plain) or _runs(plain) <= RUNS


def is_about(password: str, words: Iterable[str]) -> bool:
    """Return whether little is left of it without `words`: names and addresses that go with the account."""
    left = fold(_plain(password))
    for word in sorted(_parts(words), key=len, reverse=True):
        left = left.replace(word, " ")
    return len(re.sub(r"[\W_]", "", left)) < ENOUGH and left != fold(_plain(password))


def _plain(password: str) -> str:
    return unicodedata.normalize("NFKC", password).casefold()


def _is_listed(plain: str) -> bool:
    """Whether the list has it as it is, with figures for letters, twice, or with a few signs put around."""
    core = plain.strip("0123456789!?.,;:-_+*#$%&/()=@ ")
    candidates = {plain, fold(plain), core, fold(core)}
    candidates |= {word[: len(word) // 2] for word in candidates if word[: len(word) // 2] * 2 == word}
    listed = gzip.decompress(LIST.read_bytes())  # read for each new password, which is rare, and kept by nobody
    return any(f"\n{word}\n".encode() in b"\n" + listed for word in candidates if len(word) > WORD)


def _is_repeated(plain: str) -> bool:
    """Whether it is a few characters over and over."""
    return len(set(plain)) <= WORD or any(
        (plain[:size] * len(plain))[: len(plain)] == plain for size in range(1, len(plain) // 2)
    )


def _runs(plain: str) -> int:
    """How many pieces of rows, forward or back, it falls into; a character that follows no other is one by itself."""
    rows = [*ROWS, *(row[::-1] for row in ROWS)]
    count = at = 0
    while at < len(plain):
        end = at + 1
        while end < len(plain) and any(plain[at : end + 1] in row for row in rows):
            end += 1
        at, count = end, count + 1
    return count


def _parts(words: Iterable[str]) -> set[str]:
    found = {part for word in words for part in [word, *re.split(r"[\W_]+", word)]}
    folded = {fold(_plain(part)) for part in found} | {fold(_plain(re.sub(r"[\W_]+", "", part))) for part in found}
    return {part for part in folded if len(part) >= WORD}
