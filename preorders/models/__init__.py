"""The tables of drops: what is offered, what is ordered, what staff take out."""

from preorders.models.catalogue import (
    Bundle,
    BundleItem,
    Drop,
    Forecast,
    Product,
    ShippingZone,
    TaxRate,
    Variant,
)
from preorders.models.desk import OrderBatch, OrderTally, OrderWord
from preorders.models.orders import (
    OrderEvent,
    Payment,
    PaymentEvent,
    Preorder,
    PreorderLine,
    Shipment,
    ShipmentLine,
    WaitlistEntry,
)
from preorders.models.papers import ExportLog, ExportTemplate, ProductionPack, RoyaltyStatement, SavedView

__all__ = [
    "Bundle",
    "BundleItem",
    "Drop",
    "ExportLog",
    "ExportTemplate",
    "Forecast",
    "OrderBatch",
    "OrderEvent",
    "OrderTally",
    "OrderWord",
    "Payment",
    "PaymentEvent",
    "Preorder",
    "PreorderLine",
    "Product",
    "ProductionPack",
    "RoyaltyStatement",
    "SavedView",
    "Shipment",
    "ShipmentLine",
    "ShippingZone",
    "TaxRate",
    "Variant",
    "WaitlistEntry",
]
