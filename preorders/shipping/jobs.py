"""What happens after a fact about parcels. May run twice."""

from preorders.shipping import service
from webapp.kernel.now import now


def carry_out(import_id: int) -> None:
    """ParcelImportConfirmed: make its parcels."""
    service.carry_out(import_id, now())
