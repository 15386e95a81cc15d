"""The provider of this installation."""

from flask import current_app

from preorders.payments.none import NoProvider
from preorders.payments.port import Provider

_KEPT = "fanmade.payments"


def provider() -> Provider:
    """Return who moves the money here; made once for each key, and its SDK is loaded by nobody else."""
    settings = current_app.config["SETTINGS"]
    if not settings.stripe_key:
        return NoProvider()
    wanted = (settings.stripe_key, settings.stripe_webhook_secret, settings.stripe_api)
    kept: tuple[tuple[str, ...], Provider] | None = current_app.extensions.get(_KEPT)
    if kept is None or kept[0] != wanted:
        from preorders.payments.stripe_provider import StripeProvider

        kept = (wanted, StripeProvider(*wanted))
        current_app.extensions[_KEPT] = kept
    return kept[1]
