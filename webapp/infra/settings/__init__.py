"""Settings: read once from the environment, frozen, every fault reported at once.

After boot nobody touches `os.environ`. Each variable is documented in docs/settings.md, which a
test compares with `VARIABLES`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from webapp.infra.settings.known import Known
from webapp.infra.settings.reader import read
from webapp.infra.settings.variables import VARIABLES
from webapp.infra.settings.words import BadSettings

__all__ = ["VARIABLES", "BadSettings", "Settings"]


@dataclass(frozen=True)
class Settings(Known):
    """All that the product may be told from outside. Sizes in bytes, sides and areas in pixels."""

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> Self:
        """Build settings from FANMADE_… variables; raises BadSettings with every fault at once."""
        return cls(**vars(read(environ)))
