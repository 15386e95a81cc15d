"""Names people and machines read: order numbers and SKUs."""

import re
import unicodedata

from webapp.kernel.codes import normalise, short_code

PREFIX = "FM"
SKU = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,59}")


def order_number() -> str:
    """Return a random order number, e.g. 'FM-7K3Q-2M'; a unique constraint settles the rare repeat."""
    return _written(short_code(6))


def as_order_number(typed: str) -> str | None:
    """Return the order number somebody typed or read aloud, written properly; None when it is none."""
    bare = typed.strip().upper()
    code = normalise(bare.removeprefix(PREFIX))
    return _written(code) if len(code) == 6 else None


def slug_of(words: str) -> str:
    """Return words as they stand in an address: small letters, digits and hyphens; 'drop' when nothing is left."""
    plain = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode().lower()
    return "-".join("".join(c if c.isalnum() else " " for c in plain).split())[:60].strip("-") or "drop"


def sku(drop_id: int, kind: str, colour: str, size: str, taken: set[str]) -> str:
    """Return a SKU such as 'D12-TEE-NAVY-M' that is not among `taken`."""
    words = [
        f"D{drop_id}",
        *(word for word in (_plain(kind, 8), _plain(colour, 14), _plain(size, 10)) if word),
    ]
    wanted = "-".join(words)
    found, number = wanted, 2
    while found in taken:
        found, number = f"{wanted}-{number}", number + 1
    return found


def _written(code: str) -> str:
    return f"{PREFIX}-{code[:4]}-{code[4:]}"


def _plain(word: str, length: int) -> str:
    ascii_only = unicodedata.normalize("NFKD", word).encode("ascii", "ignore").decode()
    return "".join(c for c in ascii_only.upper() if c.isalnum())[:length]
