"""Where an order is placed: the drop, its buyer and whether the order stands already, read in one statement.

All of it is of one moment. Where the edition is gone and no order of this key stands, nobody need be let into a
transaction to be told so; for everybody else the conditional UPDATE inside it decides.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import bindparam, exists, select

from preorders import queries
from preorders.models import Bundle, Drop, Preorder, Product, ShippingZone, TaxRate
from preorders.phases import Phase
from preorders.rows import Catalogue, DropRow
from preorders.tariffs import Tariff
from webapp.accounts.models import Person
from webapp.infra.short_ways import glance, look

# Of tables, not of entities, and built once: in a rush, building statements costs more than running them.
_DROPS: Any = Drop.__table__
_PEOPLE: Any = Person.__table__
_ORDERS: Any = Preorder.__table__
_PRODUCTS: Any = Product.__table__
_BUNDLES, _RATES, _ZONES = (cast("Any", model.__table__) for model in (Bundle, TaxRate, ShippingZone))
_OF_DROP = tuple(DropRow.__dataclass_fields__)
_OF_BUYER = ("id", "email", "display_name", "age_band", "country")
_PLACED = exists().where(
    _ORDERS.c.drop_id == _DROPS.c.id,
    _ORDERS.c.person_id == bindparam("person"),
    _ORDERS.c.idempotency_key == bindparam("key"),
)
_BESIDE = exists().where(_PRODUCTS.c.drop_id == _DROPS.c.id, _PRODUCTS.c.in_edition.is_(False))
# What a drop does not have need not be read.
_HAS = [
    exists().where(table.c.drop_id == _DROPS.c.id).label(name)
    for name, table in (("bundles", _BUNDLES), ("rates", _RATES), ("zones", _ZONES))
]
_TILL = select(
    *(_DROPS.c[name] for name in _OF_DROP),
    *(_PEOPLE.c[name].label(f"buyer_{name}") for name in _OF_BUYER),
    _PLACED.label("placed"),
    _BESIDE.label("beside"),
    *_HAS,
).select_from(_DROPS.outerjoin(_PEOPLE, _PEOPLE.c.id == bindparam("person")))
_BY_SLUG = _TILL.where(_DROPS.c.slug == bindparam("wanted"))
_BY_ID = _TILL.where(_DROPS.c.id == bindparam("wanted"))


@dataclass(frozen=True)
class Buyer:
    """Who orders; `email` is empty once erased."""

    id: int
    email: str
    display_name: str
    age_band: str | None
    country: str | None

    @property
    def minor(self) -> bool:
        """Return whether the person told us of an age below 18."""
        return self.age_band is not None and self.age_band != "18+"


@dataclass(frozen=True)
class Till:
    """A drop and who orders of it; `placed`: the key has its order, `beside`: not all is of the edition.

    `bundles`, `rates`, `zones`: whether staff entered any.
    """

    drop: DropRow
    buyer: Buyer | None
    placed: bool
    beside: bool
    bundles: bool
    rates: bool
    zones: bool

    def gone(self, now: datetime) -> bool:
        """Return whether there is nothing to be had without an offer: all is of an edition that is taken."""
        left = self.drop.left
        return not (self.placed or self.beside or left is None or left > 0) and self.drop.phase(now) is Phase.OPEN

    def catalogue(self) -> Catalogue:
        """Read what the drop offers: one statement, or three where there are bundles; no transaction is begun."""
        return queries.offered(glance, self.drop.id, self.bundles)

    def tariff(self) -> Tariff:
        """Read the rates and zones there are, at most two statements; no transaction is begun."""
        return queries.charged(glance, self.drop, self.rates, self.zones)


def by_slug(slug: str, person_id: int | None, key: str) -> Till | None:
    """Return where somebody orders of the drop of a public name; None when there is none."""
    return _till(_BY_SLUG, slug, person_id, key)


def by_id(drop_id: int, person_id: int, key: str) -> Till | None:
    """Return where somebody orders of a drop; None when there is none."""
    return _till(_BY_ID, drop_id, person_id, key)


def _till(statement: Any, wanted: str | int, person_id: int | None, key: str) -> Till | None:
    # No database keeps NUL in a text, so no order has such a key.
    rows = look(statement, {"wanted": wanted, "person": person_id, "key": key.replace("\x00", "")})
    if not rows:
        return None
    row, of_drop = rows[0], len(_OF_DROP)
    person = row[of_drop : of_drop + len(_OF_BUYER)]
    told = row[of_drop + len(_OF_BUYER) :]  # in the order of the fields
    return Till(DropRow(*row[:of_drop]), _buyer(*person), *(bool(each) for each in told))


def _buyer(
    person_id: int | None, email: str | None, name: str, age_band: str | None, country: str | None
) -> Buyer | None:
    return None if person_id is None else Buyer(person_id, email or "", name, age_band, country)
