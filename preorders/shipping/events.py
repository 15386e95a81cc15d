"""Facts about parcels; that one left is preorders.events.PreorderShipped."""

from dataclasses import dataclass

from webapp.kernel.facts import Fact


@dataclass(frozen=True)
class ParcelImportConfirmed(Fact):
    """Staff looked at what a file of tracking numbers would do, and said yes."""

    import_id: int
