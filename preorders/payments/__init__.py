"""Money of orders: paid at the order, or by a saved method at the lock; refunds; a provider behind a port.

Tables: payments, payment_events. Facts: PaymentArrived, PaymentFailed, PaymentRefunded, RefundFailed.
"""

from flask import current_app


def available() -> bool:
    """Return whether money can be taken: without a provider's key only the payment `none` can be chosen."""
    return bool(current_app.config["SETTINGS"].stripe_key)
