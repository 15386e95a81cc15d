"""What the ticker does for guardians."""

from webapp.accounts.guardians import service
from webapp.kernel.now import now


def remind() -> int:
    """Remind guardians once of what waits for them."""
    return service.remind_due(now())
