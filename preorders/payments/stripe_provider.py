"""Stripe, through its own SDK: Checkout Sessions, saved methods charged off-session, refunds, signed webhooks.

The only file that imports it, and only an installation with a key imports this file: the SDK costs a tenth of a
second and some megabytes.
"""

import json
from collections.abc import Callable
from typing import Any

import stripe
import structlog

from preorders.payments.amounts import NotPayable, provider_amount
from preorders.payments.port import Answer, Asked, BadSignature, Message, Rejected, Unreachable
from preorders.payments.stripe_reading import error_code, intent_answer, object_id, refund_answer, session_answer

TIMEOUT = (5, 20)  # seconds to connect, to answer
TOLERANCE = 300  # seconds a webhook may be old
EXPAND = ["payment_intent", "setup_intent"]

log = structlog.get_logger()


class StripeProvider:
    """The port, spoken to Stripe."""

    name = "stripe"

    def __init__(self, key: str, webhook_secret: str, api: str) -> None:
        self._secret = webhook_secret
        self._client = stripe.StripeClient(
            key,
            base_addresses={"api": api},
            http_client=stripe.RequestsClient(timeout=TIMEOUT),
            max_network_retries=1,
        )
        self._api = self._client.v1

    def open_checkout(self, asked: Asked) -> Answer:
        """Open a Checkout Session in payment mode, one line for each line of the order."""
        lines = [
            {
                "quantity": 1,
                "price_data": {
                    "currency": asked.currency.lower(),
                    "unit_amount": _amount(part.amount_minor, asked.currency),
                    "product_data": {"name": part.words[:250]},
                },
            }
            for part in asked.parts
        ]
        marks = {"payment_intent_data": {"metadata": _marks(asked)}}
        return self._open(asked, {"mode": "payment", "line_items": lines, **marks})

    def open_setup(self, asked: Asked) -> Answer:
        """Open a Checkout Session in setup mode; the method is kept with a customer made for it."""
        marks = {"setup_intent_data": {"metadata": _marks(asked)}}
        kept = {"currency": asked.currency.lower(), "customer_creation": "always"}
        return self._open(asked, {"mode": "setup", **kept, **marks})

    def charge(self, asked: Asked) -> Answer:
        """Confirm a PaymentIntent off-session; a refused card is an answer, not an error."""
        params: Any = {
            "amount": _amount(asked.amount_minor, asked.currency),
            "currency": asked.currency.lower(),
            "customer": asked.customer,
            "payment_method": asked.method,
            "off_session": True,
            "confirm": True,
            "description": asked.order,
            "metadata": _marks(asked),
        }
        found = _call(lambda: self._api.payment_intents.create(params, {"idempotency_key": asked.key}))
        return found if isinstance(found, Answer) else intent_answer(found)

    def refund(self, asked: Asked) -> Answer:
        """Refund what is left of a PaymentIntent; the answer says how much that was."""
        params: Any = {"payment_intent": asked.intent, "metadata": _marks(asked)}
        try:
            found = _call(lambda: self._api.refunds.create(params, {"idempotency_key": asked.key}))
        except Rejected as rejected:
            if rejected.code != "charge_already_refunded":
                raise
            return self._found_refund(asked) or Answer("expired")  # somebody gave it back beside us
        return found if isinstance(found, Answer) else refund_answer(found)

    def refunds(self, asked: Asked) -> list[Answer]:
        """List what was given back elsewhere, in the dashboard: it bears no mark of this order's."""
        ours = [each for each in self._refunds_of(asked) if (each.get("metadata") or {}).get("order") != asked.order]
        return [refund_answer(each) for each in reversed(ours)]

    def expire(self, asked: Asked) -> Answer:
        """Expire the session; Stripe refuses when it is over already, and says how when asked."""
        try:
            found = _call(lambda: self._api.checkout.sessions.expire(str(asked.reference), {"expand": EXPAND}))
        except Rejected:
            answer = self.fetch(asked)
            if answer is None:
                return Answer("expired")
            return answer
        return session_answer(found)

    def fetch(self, asked: Asked) -> Answer | None:
        """Read the object of our reference; without one look among those that bear our marks."""
        reference = asked.reference
        if asked.kind in ("checkout", "setup"):
            return self._session(reference) if reference else None
        if asked.kind == "charge":
            return self._intent(reference) if reference else self._found_intent(asked)
        return self._refund(reference) if reference else self._found_refund(asked)

    def read_event(self, body: bytes, signature: str) -> Message:
        """Check the signature, and that it is not old; then read what the message is about."""
        try:
            stripe.WebhookSignature.verify_header(body.decode(), signature, self._secret, TOLERANCE)
            event = json.loads(body)
            about_id = object_id(event["data"]["object"])
            return Message(str(event["id"])[:120], str(event["type"])[:60], about_id[:120])
        except (
            stripe.SignatureVerificationError,
            ValueError,
            KeyError,
            TypeError,
            AttributeError,
            IndexError,
        ) as error:
            raise BadSignature(str(error)) from error

    def _open(self, asked: Asked, params: dict[str, Any]) -> Answer:
        assert asked.until is not None
        params |= {
            "success_url": asked.return_url,
            "cancel_url": asked.cancel_url,
            "client_reference_id": asked.order,
            "metadata": _marks(asked),
            "expires_at": int(asked.until.timestamp()),
            **({"customer_email": asked.email} if asked.email else {}),
        }
        request: Any = params
        found = _call(lambda: self._api.checkout.sessions.create(request, {"idempotency_key": asked.key}))
        return session_answer(found)

    def _session(self, reference: str) -> Answer | None:
        found = _find(lambda: self._api.checkout.sessions.retrieve(reference, {"expand": EXPAND}))
        return session_answer(found) if found else None

    def _intent(self, reference: str) -> Answer | None:
        found = _find(lambda: self._api.payment_intents.retrieve(reference))
        return intent_answer(found) if found else None

    def _refund(self, reference: str) -> Answer | None:
        found = _find(lambda: self._api.refunds.retrieve(reference))
        return refund_answer(found) if found else None

    def _found_intent(self, asked: Asked) -> Answer | None:
        """The customer was made for this order alone, so its intents are few."""
        listed = _call(lambda: self._api.payment_intents.list({"customer": str(asked.customer), "limit": 100}))
        return next((intent_answer(each) for each in listed["data"] if _ours(each, asked)), None)

    def _found_refund(self, asked: Asked) -> Answer | None:
        return next((refund_answer(each) for each in self._refunds_of(asked) if _ours(each, asked)), None)

    def _refunds_of(self, asked: Asked) -> list[dict[str, Any]]:
        """The newest come first."""
        listed = _call(lambda: self._api.refunds.list({"payment_intent": str(asked.intent), "limit": 100}))
        return list(listed["data"])


def _marks(asked: Asked) -> dict[str, str]:
    """All that stands at Stripe of an order: its number, and which attempt it is."""
    return {"order": asked.order, "attempt": f"{asked.kind} {asked.attempt}"}


def _ours(found: dict[str, Any], asked: Asked) -> bool:
    return dict(found.get("metadata") or {}) == _marks(asked)


def _amount(minor: int, currency: str) -> int:
    try:
        return provider_amount(minor, currency)
    except NotPayable as error:
        raise Rejected("amount_not_payable") from error


def _find(ask: Callable[[], Any]) -> dict[str, Any] | None:
    """Return what is asked for; None when Stripe does not know it."""
    try:
        found = _call(ask)
    except Rejected as rejected:
        if rejected.code == "resource_missing":
            return None
        raise Unreachable(rejected.code) from rejected
    return found if isinstance(found, dict) else None


def _call(ask: Callable[[], Any]) -> Any:
    """Make one request; return its object as a dict, or an Answer for a refused card.

    Raises Rejected for a request that was wrong, Unreachable for everything that may have another outcome
    tomorrow: no answer, an error of theirs, too many requests, a key that was changed.
    """
    try:
        return ask().to_dict()
    except stripe.CardError as error:
        return _refused_card(error)
    except stripe.InvalidRequestError as error:
        log.warning("payment request rejected", code=error.code, param=error.param, request=error.request_id)
        raise Rejected(error_code(error)) from error
    except stripe.StripeError as error:
        log.warning("payment provider away", error=type(error).__name__, request=error.request_id)
        raise Unreachable(type(error).__name__) from error


def _refused_card(error: Any) -> Answer:
    body = error.json_body if isinstance(error.json_body, dict) else {}
    intent = (body.get("error") or {}).get("payment_intent") or {}
    return Answer("failed", intent.get("id"), intent=intent.get("id"), failure=error_code(error))
