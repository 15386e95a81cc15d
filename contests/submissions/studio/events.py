"""Facts about drawings."""

from dataclasses import dataclass

from webapp.kernel.facts import Fact


@dataclass(frozen=True)
class AssetUploaded(Fact):
    """A picture for drawings is stored and waits for its proxy."""

    asset_id: int
