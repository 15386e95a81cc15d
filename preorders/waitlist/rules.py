"""Who is offered what of the pieces that are free. Values in, values out."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from webapp.kernel.refusal import N_, Refused


@dataclass(frozen=True)
class Waiting:
    """An entry of the queue: how many pieces of which SKU, and whether those count against the edition."""

    entry_id: int
    variant_id: int
    in_edition: bool
    quantity: int


@dataclass
class Free:
    """What nobody holds; None: without end. `by_variant` has every SKU of the drop."""

    edition: int | None
    by_variant: dict[int, int | None]

    def of(self, variant_id: int, in_edition: bool) -> int | None:
        """Return how many pieces of a SKU are free; None: without end."""
        known = [n for n in (self.by_variant[variant_id], self.edition if in_edition else None) if n is not None]
        return max(0, min(known)) if known else None

    def take(self, variant_id: int, in_edition: bool, pieces: int) -> None:
        """Take pieces away."""
        left = self.by_variant[variant_id]
        self.by_variant[variant_id] = None if left is None else left - pieces
        if in_edition and self.edition is not None:
            self.edition -= pieces


def offers(waiting: Iterable[Waiting], free: Free) -> Iterator[tuple[Waiting, int]]:
    """Yield (entry, pieces) in the order of the queue, fewer than wanted where few are left; taken off `free`."""
    for entry in waiting:
        left = free.of(entry.variant_id, entry.in_edition)
        pieces = entry.quantity if left is None else min(entry.quantity, left)
        if pieces > 0:
            free.take(entry.variant_id, entry.in_edition, pieces)
            yield entry, pieces


def require_sold_out(left: int | None) -> None:
    """Refuse to let somebody wait for what can be ordered."""
    if left is None or left > 0:
        raise Refused("not-sold-out", N_("There are pieces left of that. You can order now, without waiting."))


def require_quantity(quantity: int, held: int, per_person: int) -> None:
    """Refuse to wait for nothing, or for more than the person could order beside what they hold."""
    if quantity < 1:
        raise Refused("bad-quantity", N_("Say how many pieces you wait for."), 422)
    if held + quantity > per_person:
        raise Refused(
            "limit-reached",
            N_("At most %(limit)s pieces each, so that more people get one. You can still wait for %(left)s."),
            limit=per_person,
            left=max(0, per_person - held),
        )
