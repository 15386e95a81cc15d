"""Reads the members of one JSON object strictly: each is of its kind and in its range, none is unknown."""

import json
import math
import re
import unicodedata
from collections.abc import Collection
from typing import Any

from contests.submissions.images.scene.refusals import SceneRefused

_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_UNPRINTABLE = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")


def loads(document: bytes | str, most_bytes: int) -> Any:
    """Parse JSON that says each thing once and holds only finite numbers. Raises `SceneRefused`."""
    try:
        data = document if isinstance(document, bytes) else document.encode()
        if len(data) > most_bytes:
            raise SceneRefused("scene-too-large", "")
        return json.loads(data.decode(), object_pairs_hook=_once, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise SceneRefused("scene-not-json", "") from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise SceneRefused("scene-duplicate-key", "", key=key[:40])
        found[key] = value
    return found


def _no_number(name: str) -> Any:
    raise ValueError(name)


class Fields:
    """The members of the object `found`, which stands at `pointer`; only those in `known` may be there."""

    def __init__(self, found: Any, pointer: str, known: Collection[str]) -> None:
        if not isinstance(found, dict):
            raise SceneRefused("scene-wrong-type", pointer, key=pointer.rpartition("/")[2])
        for key in found:
            if key not in known:
                raise SceneRefused("scene-unknown-key", f"{pointer}/{_escaped(str(key))}", key=str(key)[:40])
        self._found, self._pointer = found, pointer

    def __contains__(self, key: str) -> bool:
        return key in self._found

    def at(self, key: str | int) -> str:
        """The JSON pointer of a member."""
        return f"{self._pointer}/{key}"

    def get(self, key: str) -> Any:
        """The member as it stands; it must be there."""
        if key not in self._found:
            raise SceneRefused("scene-missing-key", self.at(key), key=key)
        return self._found[key]

    def number(self, key: str, least: float, most: float, digits: int, default: float | None = None) -> float:
        """A finite number within its range, rounded to `digits` decimals."""
        if default is not None and key not in self._found:
            return default
        value = self.get(key)
        if isinstance(value, bool) or not isinstance(value, int | float) or not _finite(value):
            raise SceneRefused("scene-wrong-type", self.at(key), key=key)
        if not least <= value <= most:
            raise SceneRefused("scene-out-of-range", self.at(key), key=key, least=least, most=most)
        return round(float(value), digits) + 0.0

    def whole(self, key: str, least: int, most: int) -> int:
        """A whole number within its range."""
        return self.whole_of(self.get(key), self.at(key), key, least, most)

    @staticmethod
    def whole_of(value: Any, pointer: str, key: str, least: int, most: int) -> int:
        """`value` as a whole number within its range; it stands at `pointer`."""
        if isinstance(value, bool) or not isinstance(value, int | float) or not _finite(value) or value % 1:
            raise SceneRefused("scene-wrong-type", pointer, key=key)
        if not least <= value <= most:
            raise SceneRefused("scene-out-of-range", pointer, key=key, least=least, most=most)
        return int(value)

    def flag(self, key: str) -> bool:
        """True or false; false when it is not there."""
        value = self._found.get(key, False)
        if not isinstance(value, bool):
            raise SceneRefused("scene-wrong-type", self.at(key), key=key)
        return value

    def text(self, key: str) -> str:
        """A string."""
        value = self.get(key)
        if not isinstance(value, str):
            raise SceneRefused("scene-wrong-type", self.at(key), key=key)
        return value

    def one_of(self, key: str, choices: Collection[str], default: str | None = None) -> str:
        """One of the strings in `choices`."""
        if default is not None and key not in self._found:
            return default
        value = self.text(key)
        if value not in choices:
            raise SceneRefused("scene-not-one-of", self.at(key), key=key, value=value[:40])
        return value

    def matching(self, key: str, pattern: str, most: int) -> str:
        """A string of at most `most` characters that matches `pattern` from end to end."""
        value = self.text(key)
        if len(value) > most or not re.fullmatch(pattern, value):
            raise SceneRefused("scene-bad-id", self.at(key), key=key, most=most)
        return value

    def colour(self, key: str) -> str:
        """A colour, in small letters."""
        value = self.text(key)
        if not _COLOUR.fullmatch(value):
            raise SceneRefused("scene-bad-colour", self.at(key), key=key)
        return value.lower()

    def printable(self, key: str, least: int, most: int, also: str = "") -> str:
        """A string of printable characters and those in `also`, of `least` to `most` characters."""
        value = self.text(key)
        if not least <= len(value) <= most:
            raise SceneRefused("scene-bad-length", self.at(key), key=key, least=least, most=most)
        bad = [char for char in dict.fromkeys(value) if char not in also and unicodedata.category(char) in _UNPRINTABLE]
        if bad:
            raise SceneRefused("scene-bad-character", self.at(key), names=", ".join(f"U+{ord(c):04X}" for c in bad[:5]))
        return value


def _finite(value: float) -> bool:
    return isinstance(value, int) or math.isfinite(value)


def _escaped(key: str) -> str:
    return key[:40].replace("~", "~0").replace("/", "~1")
