"""What Stripe's objects mean to us: plain dicts in, answers out."""

from typing import Any

from preorders.payments.amounts import our_amount
from preorders.payments.port import Answer

FAILED_INTENTS = ("requires_payment_method", "requires_action", "canceled")


def session_answer(found: dict[str, Any]) -> Answer:
    """Read a Checkout Session with its intent expanded."""
    intent = found.get("payment_intent") or found.get("setup_intent")
    known: dict[str, Any] = intent if isinstance(intent, dict) else {}
    return Answer(
        state=_session_state(found, known),
        reference=found["id"],
        intent=known.get("id") or (intent if isinstance(intent, str) else None),
        method=_id(known.get("payment_method")),
        customer=_id(found.get("customer")),
        url=found.get("url"),
        failure=_failure(known.get("last_payment_error") or known.get("last_setup_error")),
    )


def intent_answer(found: dict[str, Any]) -> Answer:
    """Read a PaymentIntent of a charge."""
    status = found["status"]
    state = "succeeded" if status == "succeeded" else "failed" if status in FAILED_INTENTS else "open"
    failure = _failure(found.get("last_payment_error")) or ("payment_failed" if state == "failed" else "")
    return Answer(state=state, reference=found["id"], intent=found["id"], failure=failure)


def refund_answer(found: dict[str, Any]) -> Answer:
    """Read a Refund."""
    state = {"succeeded": "succeeded", "failed": "failed", "canceled": "failed"}.get(found["status"], "open")
    failure = found.get("failure_reason") or "refund_failed" if state == "failed" else ""
    amount = our_amount(int(found["amount"]), str(found["currency"]).upper())
    return Answer(state, found["id"], intent=_id(found.get("payment_intent")), failure=failure, amount_minor=amount)


def object_id(about: dict[str, Any]) -> str:
    """Return what a message is about: of a charge or a refund its payment, by which we know both."""
    if about.get("object") in ("charge", "refund"):
        return str(_id(about.get("payment_intent")) or about.get("id") or "")
    return str(about.get("id") or "")


def error_code(error: Any) -> str:
    """Return the one word that says why a card was refused, or a request was wrong."""
    body = error.json_body if isinstance(error.json_body, dict) else {}
    return _failure(body.get("error")) or str(error.code or "refused")


def _session_state(found: dict[str, Any], intent: dict[str, Any]) -> str:
    if found["status"] == "expired":
        return "expired"
    if found["status"] != "complete":
        return "open"
    if found.get("mode") == "setup":
        return {"succeeded": "succeeded", "processing": "open"}.get(intent.get("status", ""), "failed")
    if found.get("payment_status") in ("paid", "no_payment_required"):
        return "succeeded"
    # Complete and unpaid: a bank transfer or direct debit that takes days, or has failed.
    return "failed" if intent.get("status") in FAILED_INTENTS else "open"


def _failure(error: Any) -> str:
    if not isinstance(error, dict):
        return ""
    return str(error.get("decline_code") or error.get("code") or "")


def _id(value: Any) -> str | None:
    return value.get("id") if isinstance(value, dict) else value
