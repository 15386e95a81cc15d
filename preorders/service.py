"""The use cases of this room, by the name under which others call them."""

from preorders.changing import Change, change, change_for
from preorders.drafting import (
    NewProduct,
    add_bundle,
    add_product,
    draft_from_pick,
    publish,
    remove_bundle,
    remove_product,
    set_caps,
    update_drop,
)
from preorders.exporting import export
from preorders.fulfilment import cancel_drop, finish, lock, open_one, produce, ship
from preorders.ordering import Contact, cancel, cancel_for, confirm, may_order_early, place, quote
from preorders.rules import Item

__all__ = [
    "Change",
    "Contact",
    "Item",
    "NewProduct",
    "add_bundle",
    "add_product",
    "cancel",
    "cancel_drop",
    "cancel_for",
    "change",
    "change_for",
    "confirm",
    "draft_from_pick",
    "export",
    "finish",
    "lock",
    "may_order_early",
    "open_one",
    "place",
    "produce",
    "publish",
    "quote",
    "remove_bundle",
    "remove_product",
    "set_caps",
    "ship",
    "update_drop",
]
