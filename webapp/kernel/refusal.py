"""How a rule says no."""

from typing import Any


def N_(message: str) -> str:
    """Mark `message` for translation and return it unchanged (translated where it is shown)."""
    return message


class Refused(Exception):
    """The situation does not allow the act.

    `code` is stable and for machines, `message` an English sentence marked with `N_` and shown
    translated, `%(name)s` in it filled from `details`; `status` is the HTTP status of the answer.
    """

    def __init__(self, code: str, message: str, status: int = 409, **details: Any) -> None:
        super().__init__(code)
        self.code, self.message, self.status, self.details = code, message, status, details


class NotFound(Refused):
    """The thing does not exist, or is not this person's to know of: the two look the same."""

    def __init__(self, message: str = N_("We could not find that.")) -> None:
        super().__init__("not-found", message, 404)
