"""How much is tried in an ordinary run, and in a soak (`SOAK=1`)."""

from __future__ import annotations

import os


def tried(examples: int) -> int:
    """How many of so many drawn examples are tried: two fifths, other ones in each run, and all in a soak."""
    return examples if os.environ.get("SOAK") == "1" else max(1, examples * 2 // 5)
