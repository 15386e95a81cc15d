"""The use cases of this room, by the name under which others call them."""

from preorders.changing import Change, change, change_for
from preorders.drafting import NewDrop, draft_alone, draft_from_pick, publish, won_designs
from preorders.editing import (
    NewProduct,
    add_bundle,
    add_product,
    remove_bundle,
    remove_product,
    set_caps,
    set_tariff,
    update_drop,
)
from preorders.exports.service import export
from preorders.fulfilment import cancel_drop, finish, lock, open_one, produce, ship
from preorders.ordering import (
    Contact,
    cancel,
    cancel_for,
    confirm,
    goes_beside,
    may_order_early,
    place,
    place_at,
    quote,
)
from preorders.rules import Item

__all__ = [
    "Change",
    "Contact",
    "Item",
    "NewDrop",
    "NewProduct",
    "add_bundle",
    "add_product",
    "cancel",
    "cancel_drop",
    "cancel_for",
    "change",
    "change_for",
    "confirm",
    "draft_alone",
    "draft_from_pick",
    "export",
    "finish",
    "goes_beside",
    "lock",
    "may_order_early",
    "open_one",
    "place",
    "place_at",
    "produce",
    "publish",
    "quote",
    "remove_bundle",
    "remove_product",
    "set_caps",
    "set_tariff",
    "ship",
    "update_drop",
    "won_designs",
]
