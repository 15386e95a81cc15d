"""What a wizard offers: presets, product kinds, colours, sizes. Plain data, no database."""

from dataclasses import dataclass
from typing import Any

from webapp.kernel.refusal import N_

KINDS = {"tee": N_("T-shirt"), "hoodie": N_("Hoodie"), "tote": N_("Tote bag"), "poster": N_("Poster")}
SIZES = ("XS", "S", "M", "L", "XL", "XXL", "3XL", "One size", "A3", "A2", "50 × 70 cm")
COLOURS = {
    "#FFFFFF": N_("White"),
    "#F3EAD7": N_("Natural"),
    "#17151C": N_("Black"),
    "#1D2A4D": N_("Navy"),
    "#2748D9": N_("Blue"),
    "#0A7550": N_("Green"),
    "#B3161C": N_("Red"),
    "#FFC83D": N_("Yellow"),
    "#8A7E9C": N_("Grey"),
    "#F2A9C4": N_("Pink"),
}
CURRENCIES = ("EUR", "USD", "GBP", "SEK", "NOK", "DKK", "CHF", "PLN", "CAD", "AUD", "JPY")
MAX_PRODUCTS = 6
_CLOTHES = ["S", "M", "L", "XL", "XXL"]


@dataclass(frozen=True)
class Preset:
    """Where a new contest begins."""

    name: str
    label: str
    hint: str
    products: tuple[dict[str, Any], ...]
    submitting_days: int
    voting_days: int
    deciding_days: int
    method: str = "approval"  # hearts in the open round; who ranks a few finalists says more
    final_method: str = "schulze-wv"


def product(kind: str, currency: str = "EUR") -> dict[str, Any]:
    """Return a sensible product of `kind`, as `service.set_products` takes it. Raises KeyError for others."""
    sizes, width, height, inks, price, colours = _USUAL[kind]
    return {
        "kind": kind,
        "title": KINDS[kind],
        "colours": [{"name": COLOURS[hex_], "hex": hex_} for hex_ in colours],
        "sizes": list(sizes),
        "print_width_cm": width,
        "print_height_cm": height,
        "max_inks": inks,
        "price_minor": price,
        "currency": currency,
    }


_USUAL: dict[str, tuple[list[str], int, int, int | None, int, list[str]]] = {
    "tee": (_CLOTHES, 30, 40, 4, 2900, ["#17151C", "#F3EAD7"]),
    "hoodie": (_CLOTHES, 28, 32, 4, 5900, ["#17151C"]),
    "tote": (["One size"], 28, 30, 2, 1900, ["#F3EAD7"]),
    "poster": (["A2"], 42, 59, None, 1900, ["#FFFFFF"]),
}
PRESETS = {
    preset.name: preset
    for preset in (
        Preset(
            "tee",
            N_("Tour tee"),
            N_("A T-shirt in two colours, up to four inks."),
            (product("tee"),),
            21,
            7,
            14,
        ),
        Preset("poster", N_("Poster"), N_("A2, full colour."), (product("poster"),), 21, 7, 14),
        Preset(
            "open",
            N_("Open call"),
            N_("A tee and a tote: the design decides what it wants to be."),
            (product("tee"), product("tote")),
            28,
            10,
            14,
        ),
    )
}
