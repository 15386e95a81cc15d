"""Money: integer minor units and a currency; never a float."""

from dataclasses import dataclass

ZERO_DECIMAL = frozenset({"JPY", "KRW", "ISK", "CLP", "VND"})


def exponent(currency: str) -> int:
    """Return how many decimals the currency's minor unit has (ISO 4217)."""
    return 0 if currency in ZERO_DECIMAL else 2


@dataclass(frozen=True, order=True)
class Money:
    """An amount in minor units (cents) of one currency (ISO 4217 code)."""

    minor: int
    currency: str

    def __add__(self, other: "Money") -> "Money":
        """Add money of the same currency; raises ValueError when the currencies differ."""
        if other.currency != self.currency:
            raise ValueError("currencies differ")
        return Money(self.minor + other.minor, self.currency)

    def __mul__(self, count: int) -> "Money":
        return Money(self.minor * count, self.currency)

    def decimal(self) -> str:
        """Return the amount as a plain decimal string, e.g. '29.90'."""
        digits = exponent(self.currency)
        if not digits:
            return str(self.minor)
        sign, amount = ("-" if self.minor < 0 else ""), abs(self.minor)
        return f"{sign}{amount // 10**digits}.{amount % 10**digits:0{digits}d}"


def split(total_minor: int, weights: list[int]) -> list[int]:
    """Split `total_minor` in proportion to `weights`; the parts always add up to the total.

    Largest-remainder method: parts are floored, the cents left go to the largest remainders
    (the earlier weight first when remainders tie).
    """
    if not weights:
        return []
    if sum(weights) == 0:
        weights = [1] * len(weights)
    whole = sum(weights)
    parts = [total_minor * weight // whole for weight in weights]
    by_rest = sorted(range(len(weights)), key=lambda i: (-(total_minor * weights[i] % whole), i))
    for i in by_rest[: total_minor - sum(parts)]:
        parts[i] += 1
    return parts
