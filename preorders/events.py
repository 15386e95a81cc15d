"""Facts about drops and preorders."""

from dataclasses import dataclass

from webapp.kernel.facts import Fact


@dataclass(frozen=True)
class DropPublished(Fact):
    """Staff published a drop; it opens at its date."""

    drop_id: int


@dataclass(frozen=True)
class DropOpened(Fact):
    """Preorders are taken from now on (recorded once)."""

    drop_id: int


@dataclass(frozen=True)
class PreorderPlaced(Fact):
    """Somebody reserved pieces."""

    preorder_id: int


@dataclass(frozen=True)
class PreorderConfirmed(Fact):
    """A preorder that awaited its payment or its guardian awaits nothing any more."""

    preorder_id: int


@dataclass(frozen=True)
class PreorderChanged(Fact):
    """The shop changed somebody's preorder, with a reason; what buyers change themselves is no news to them."""

    preorder_id: int
    reason: str


@dataclass(frozen=True)
class PreorderCancelled(Fact):
    """A preorder was cancelled; its pieces are free again."""

    preorder_id: int


@dataclass(frozen=True)
class DropLocked(Fact):
    """Orders are fixed; production may begin."""

    drop_id: int


@dataclass(frozen=True)
class DropClosed(Fact):
    """All parcels have left; what its designers are owed is fixed."""

    drop_id: int


@dataclass(frozen=True)
class PreorderShipped(Fact):
    """A parcel left: all of an order, or a part of it."""

    preorder_id: int
    shipment_id: int


@dataclass(frozen=True)
class DropCancelled(Fact):
    """A drop was called off; every reservation is released."""

    drop_id: int


@dataclass(frozen=True)
class PreorderExpired(Fact):
    """A preorder awaited its payment or its guardian for too long; its pieces are free again."""

    preorder_id: int


@dataclass(frozen=True)
class LockAnnounced(Fact):
    """Preorders end in at most 48 hours; everybody whose order stands hears it (recorded once)."""

    drop_id: int


@dataclass(frozen=True)
class AddressesWanted(Fact):
    """Staff ask those whose order stands without an address for one (recorded once)."""

    drop_id: int


@dataclass(frozen=True)
class GoalReached(Fact):
    """As many pieces are ordered as a drop needs to be printed (recorded once)."""

    drop_id: int


@dataclass(frozen=True)
class GoalMissed(Fact):
    """A drop's window ended without its goal; the team may print anyway (recorded once)."""

    drop_id: int
