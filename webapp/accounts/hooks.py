"""What other rooms do when somebody has signed in; filled in boot.wiring."""

from collections.abc import Callable
from datetime import datetime

# (person id, device id, now) -> a path to send the person to first, or None to let them go where they were going.
# The page at the path is given `next`, and leads on there: to the next hook's page, or to what the person came for.
SignInHook = Callable[[int, str, datetime], str | None]
ON_SIGN_IN: list[SignInHook] = []


def signed_in(person_id: int, device_id: str, now: datetime) -> list[str]:
    """Call every hook; return the paths they ask for, in their order."""
    paths = [hook(person_id, device_id, now) for hook in ON_SIGN_IN]
    return [path for path in paths if path]
