"""The base of every fact: small, frozen, past tense, ids and plain values only."""

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Fact:
    """Something that happened. Subclasses add fields of int, str, bool or None."""

    @classmethod
    def name(cls) -> str:
        """Return the stable name under which the fact is stored."""
        return cls.__name__

    def payload(self) -> dict[str, Any]:
        """Return the fields as a JSON-able mapping."""
        return asdict(self)
