"""Letters that pass for others at a glance, folded onto one: for comparing, never for showing.

A small table in the manner of Unicode's confusables (UTS 39): Cyrillic, Greek, Armenian and stray Latin letters that
look like the Latin ones, and figures used for letters. Both sides of a comparison are folded, so that what is
written in any one script stays different from everything it does not look like.
"""

import unicodedata

_PAIRS = {
    "a": "аαɑ@4",
    "b": "ьвβʙ",
    "c": "сϲᴄ",
    "d": "ԁɗđ",
    "e": "еεҽєё3",
    "f": "ƒϝ",
    "g": "ɡց9",
    "h": "һнհħ",
    "i": "іιıɩӏlɫł1|ⅼ",
    "j": "јϳʝ",
    "k": "кκķ",
    "m": "мϻ",
    "n": "пηոɴ",
    "o": "оοօø0",
    "p": "рρ",
    "q": "ԛգ",
    "r": "гʀ",
    "s": "ѕꜱ5$",
    "t": "тτ7",
    "u": "υսʋ",
    "v": "ѵν",
    "w": "ԝωшա",
    "x": "хχ",
    "y": "уγү",
    "z": "ᴢʐ2",
}
_FOLD = str.maketrans({each: plain for plain, letters in _PAIRS.items() for each in letters})


def fold(text: str) -> str:
    """Return a text with small letters, no accents, nothing invisible, and each letter as the one it looks like."""
    seen = "".join(c for c in unicodedata.normalize("NFKD", text) if unicodedata.category(c) != "Cf")
    letters = unicodedata.normalize("NFKD", seen.casefold())
    return "".join(c for c in letters if not _is_accent(c)).translate(_FOLD)


def _is_accent(c: str) -> bool:
    """Accents of Latin, Greek and Cyrillic letters; the vowel signs of other scripts are letters of their own."""
    return "\u0300" <= c <= "\u036f"
