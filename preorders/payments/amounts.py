"""Minor units as a provider counts them, which is not always as ISO 4217 does."""

from webapp.kernel.money import exponent

# https://docs.stripe.com/currencies: whole units; ISK and UGX are written with two decimals that must be zero.
WHOLE = frozenset(
    ("BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF")
)
THOUSANDTHS = frozenset(("BHD", "JOD", "KWD", "OMR", "TND"))


class NotPayable(ValueError):
    """The provider can't express this amount."""


def our_amount(amount: int, currency: str) -> int:
    """Return the provider's minor units as ours, rounded down where ours are larger."""
    digits, ours = _digits(currency), exponent(currency)
    if ours >= digits:
        return amount * int(10 ** (ours - digits))
    return amount // int(10 ** (digits - ours))


def _digits(currency: str) -> int:
    return 0 if currency in WHOLE else 3 if currency in THOUSANDTHS else 2


def provider_amount(minor: int, currency: str) -> int:
    """Return minor units of ours as the provider's; raises NotPayable for a fraction it does not know."""
    digits, ours = _digits(currency), exponent(currency)
    if digits >= ours:
        return minor * int(10 ** (digits - ours))
    amount, rest = divmod(minor, int(10 ** (ours - digits)))
    if rest:
        raise NotPayable(f"{currency} has no smaller unit")
    return amount
