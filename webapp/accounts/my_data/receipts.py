"""The receipt of an erasure: a page whose address nobody guesses, since its reader has no account any more."""

from typing import Any

from flask_babel import gettext

from webapp.accounts.secrets_kept import keyed, keyed_by_any, same

LONG = 40


def token(request_id: int) -> str:
    """Return the name of a receipt in addresses: the request's number and a keyed hash of it."""
    return f"{request_id}-{keyed('erasure receipt', request_id)[:LONG]}"


def read(text: str) -> int | None:
    """Return the number of the request that a token of ours names; None for any other text."""
    number = text.partition("-")[0]
    if not (number.isascii() and number.isdigit() and len(number) < 16 and text.isascii()):
        return None
    known = [f"{number}-{each[:LONG]}" for each in keyed_by_any("erasure receipt", int(number))]
    return int(number) if same(text, *known) else None


def words(sentences: list[dict[str, Any]]) -> list[str]:
    """Return kept sentences in the language of the moment."""
    said = []
    for each in sentences:
        message = each["N_"]  # a variable: the collector of messages would take the key for a message
        said.append(gettext(message) % {name: value for name, value in each.items() if name != "N_"})
    return said
