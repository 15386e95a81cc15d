"""What may be ordered, when, and how much. Values in, values out; a refusal says why."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from preorders.phases import Dates, Phase, is_early, phase_of
from webapp.kernel.refusal import N_, Refused

MOST_OF_ONE = 20  # pieces of one item in one order, whatever the drop allows
MOST_ITEMS = 20
ALONE = N_("That comes only beside something else: choose a piece of the drop too.")


@dataclass(frozen=True)
class Item:
    """One thing somebody wants: a variant; or a bundle, with one variant chosen for each of its products."""

    variant_ids: tuple[int, ...]
    bundle_id: int | None = None
    quantity: int = 1


@dataclass(frozen=True)
class Choice:
    """A variant as the rules see it; its price contains `diff_minor`, its difference from the product's."""

    variant_id: int
    product_id: int
    in_edition: bool
    price_minor: int
    diff_minor: int = 0
    tax_class: str = "standard"
    addon: bool = False


@dataclass(frozen=True)
class Offer:
    """A bundle as the rules see it; `components` maps product ids to pieces of it in one bundle."""

    bundle_id: int
    price_minor: int
    components: Mapping[int, int]


@dataclass(frozen=True)
class Pieces:
    """How many pieces: of the edition, and of everything else."""

    edition: int = 0
    other: int = 0

    def __add__(self, more: "Pieces") -> "Pieces":
        return Pieces(self.edition + more.edition, self.other + more.other)


def require_open(dates: Dates, now: datetime, early: bool = False) -> None:
    """Refuse unless preorders are taken at `now`; the code says which side of the window it is.

    `early`: the person took part, so the window opens for them at `early_at`.
    """
    phase = phase_of(dates, now)
    if phase is Phase.OPEN or (early and is_early(dates, now)):
        return
    if phase is Phase.CANCELLED:
        raise Refused("drop-cancelled", N_("This drop was called off."))
    if phase in (Phase.DRAFT, Phase.UPCOMING):
        raise Refused("not-open", N_("Preorders have not opened yet."))
    raise Refused("closed", N_("Preorders are closed: the orders are on their way to the printer."))


def require_items(
    items: Iterable[Item], choices: Mapping[int, Choice], offers: Mapping[int, Offer], beside: bool = False
) -> None:
    """Refuse items that do not fit the drop's catalogue; raises Refused 422.

    `beside`: an order of the same person stands, so that add-ons may come alone.
    """
    items = list(items)
    if not items:
        raise Refused("nothing-chosen", N_("Choose something first."), 422)
    if len(items) > MOST_ITEMS or any(not 1 <= item.quantity <= MOST_OF_ONE for item in items):
        raise Refused("bad-quantity", N_("Choose between 1 and %(most)s pieces."), 422, most=MOST_OF_ONE)
    for item in items:
        _require_item(item, choices, offers)
    if only_addons(items, choices) and not beside:
        raise Refused("addon-alone", ALONE, 422)


def only_addons(items: Iterable[Item], choices: Mapping[int, Choice]) -> bool:
    """Return whether nothing is wanted but what comes beside something else; strangers are none of it."""
    variants = [choices.get(each) for item in items for each in item.variant_ids if item.bundle_id is None]
    bundled = any(item.bundle_id is not None for item in items)
    return not bundled and all(variant is not None and variant.addon for variant in variants)


def _require_item(item: Item, choices: Mapping[int, Choice], offers: Mapping[int, Offer]) -> None:
    if any(variant_id not in choices for variant_id in item.variant_ids):
        raise Refused("unknown-variant", N_("That size and colour is not part of this drop."), 422)
    if item.bundle_id is None:
        if len(item.variant_ids) != 1:
            raise Refused("choose-size", N_("Choose a size and a colour."), 422)
        return
    if item.bundle_id not in offers:
        raise Refused("unknown-bundle", N_("That bundle is not part of this drop."), 422)
    chosen = sorted(choices[variant_id].product_id for variant_id in item.variant_ids)
    if chosen != sorted(offers[item.bundle_id].components):
        raise Refused("choose-each", N_("Choose one variant for each part of the bundle."), 422)


def require_limit(per_person: int, held: Pieces, wanted: Pieces) -> None:
    """Refuse when all the person's orders together would pass the limit.

    The edition and everything else count apart: an album takes nothing away from a shirt.
    """
    total = held + wanted
    if max(total.edition, total.other) > per_person:
        left = max(0, per_person - (held.edition if total.edition > per_person else held.other))
        raise Refused(
            "limit-reached",
            N_("At most %(limit)s pieces each, so that more people get one. You can still order %(left)s."),
            limit=per_person,
            left=left,
        )


def require_ready(dates: Dates, has_variants: bool, now: datetime) -> None:
    """Refuse to publish a draft that fans could not order from."""
    if not has_variants:
        raise Refused("no-products", N_("Add a product with at least one size before you publish."), 422)
    if not (dates.opens_at and dates.closes_at):
        raise Refused("no-window", N_("Say when preorders open and close before you publish."), 422)
    if dates.closes_at <= max(dates.opens_at, now):
        raise Refused("window-over", N_("Preorders must close after they open, and not in the past."), 422)
