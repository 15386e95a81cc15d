"""What other rooms do when somebody has signed in; filled in boot.wiring."""

from collections.abc import Callable
from datetime import datetime

# (person id, device id, now) -> a path to send the person to, or None to let them go where they were going.
SignInHook = Callable[[int, str, datetime], str | None]
ON_SIGN_IN: list[SignInHook] = []


def signed_in(person_id: int, device_id: str, now: datetime) -> str | None:
    """Call every hook; return the first path one of them asks for."""
    paths = [hook(person_id, device_id, now) for hook in ON_SIGN_IN]
    return next((path for path in paths if path), None)
