"""What staff entered beside prices: tax rates by country and class, shipping by zone. Values in, values out."""

from collections.abc import Iterable
from dataclasses import dataclass

from webapp.kernel.refusal import N_, Refused

STANDARD = "standard"
ZERO = "zero"  # never taxed, unless a rate was entered for it
CLASSES = (STANDARD, "reduced", "reduced-2", ZERO)
EVERYWHERE = ""  # as a rate's country: everywhere else


@dataclass(frozen=True)
class Rate:
    """A tax rate in basis points (2550 = 25.5 %); `name` as a bill says it, e.g. VAT."""

    country: str
    tax_class: str
    rate_bp: int
    name: str = ""


@dataclass(frozen=True)
class Zone:
    """Where parcels go, and for how much: the first piece, each further one, free from an amount of goods.

    No countries: everywhere else.
    """

    name: str
    countries: tuple[str, ...]
    price_minor: int
    extra_minor: int = 0
    free_from_minor: int | None = None

    def price(self, pieces: int, items_minor: int) -> int:
        """Return what a parcel of so many pieces costs, whose goods cost `items_minor`."""
        if not pieces or (self.free_from_minor is not None and items_minor >= self.free_from_minor):
            return 0
        return self.price_minor + self.extra_minor * (pieces - 1)


@dataclass(frozen=True)
class Tariff:
    """The rates and zones of a drop, zones in their order; `included`: prices contain the tax."""

    rates: tuple[Rate, ...] = ()
    zones: tuple[Zone, ...] = ()
    included: bool = True

    @property
    def needs_country(self) -> bool:
        """Return whether a total can't be told without a country."""
        return bool(self.zones) or any(rate.country for rate in self.rates)

    def rate(self, country: str, tax_class: str) -> Rate:
        """Return the rate of goods of a class sent to a country; none entered is a rate of 0.

        The country comes before the class: a country's own class, the country's standard rate, then the
        class everywhere else, then the standard rate everywhere else. The class zero takes no other's rate.
        """
        known = {(rate.country, rate.tax_class): rate for rate in self.rates}
        kinds = (ZERO,) if tax_class == ZERO else (tax_class, STANDARD)
        wanted = [(place, kind) for place in (country, EVERYWHERE) for kind in kinds]
        return next((known[pair] for pair in wanted if pair in known), Rate(country, tax_class, 0))

    def zone(self, country: str) -> Zone | None:
        """Return the zone that serves a country, named ones first; None while the drop has no zones.

        Raises Refused('not-served') when zones stand and none serves it.
        """
        if not self.zones:
            return None
        named = next((zone for zone in self.zones if country in zone.countries), None)
        found = named or next((zone for zone in self.zones if not zone.countries), None)
        if found is None:
            raise Refused(
                "not-served", N_("Nothing of this drop is sent to that country. Choose another country."), 422
            )
        return found

    def serves(self, country: str) -> bool:
        """Return whether parcels go to a country."""
        return not self.zones or any(not zone.countries or country in zone.countries for zone in self.zones)

    @property
    def served(self) -> frozenset[str] | None:
        """Return the countries parcels go to; None: all."""
        if not self.zones or any(not zone.countries for zone in self.zones):
            return None
        return frozenset(country for zone in self.zones for country in zone.countries)

    def require_country(self, country: str) -> None:
        """Refuse an order whose total depends on a country nobody named."""
        if not country and self.needs_country:
            raise Refused("country-needed", N_("Say which country it goes to: shipping depends on it."), 422)


def tax_of(amount_minor: int, rate_bp: int, included: bool) -> int:
    """Return the tax of one line, in minor units, rounded half up.

    Included: the tax the amount contains. Otherwise: the tax that comes on top of it.
    """
    whole = 10_000 + rate_bp if included else 10_000
    return (2 * amount_minor * rate_bp + whole) // (2 * whole)


def highest(rates: Iterable[int]) -> int:
    """Return the highest of the order's rates: the one shipping is taxed at; 0 for none."""
    return max(rates, default=0)


def require_sane(tariff: Tariff) -> None:
    """Refuse rates or zones of which two speak of the same; raises Refused 422."""
    taxed = [(rate.country, rate.tax_class) for rate in tariff.rates]
    if len(set(taxed)) < len(taxed):
        raise Refused("rate-twice", N_("A country has one rate for each class: one of them stands twice."), 422)
    named = [country for zone in tariff.zones for country in zone.countries]
    if len(set(named)) < len(named):
        raise Refused("country-twice", N_("A country belongs to one zone: one of them stands in two."), 422)
    if sum(not zone.countries for zone in tariff.zones) > 1:
        raise Refused("everywhere-twice", N_("Only one zone can be everywhere else."), 422)
