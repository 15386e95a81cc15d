"""A local double of Stripe: a real HTTP server that speaks the part of its API the product uses.

It keeps sessions, intents, refunds; honours idempotency keys; refuses cards; breaks when told to: before it acts or
after, so that the answer is lost. Nothing of the product is imported but the clock.
"""

from __future__ import annotations

import hashlib
import hmac
import itertools
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from webapp.kernel.now import now

KEY, SECRET = "sk_test_double", "whsec_double"
HALF_HOUR, DAY = 1800, 86400


class Refusal(Exception):
    """An error answer of the API."""

    def __init__(self, status: int, kind: str, code: str, **more: Any) -> None:
        super().__init__(code)
        self.status = status
        self.body = {"error": {"type": kind, "code": code, "message": code, **more}}


@dataclass
class Double:
    """The state of the pretended account, and what tests tell it to do."""

    url: str = ""
    objects: dict[str, dict[str, Any]] = field(default_factory=dict)
    calls: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)
    events: list[dict[str, Any]] = field(default_factory=list)  # in the order things happened
    declines: dict[str, str] = field(default_factory=dict)  # customer -> decline code
    slow_charges: bool = False  # a charge is `processing` until `arrive`
    faults: list[tuple[str, str]] = field(default_factory=list)  # (how, part of the path), each for one request
    _kept: dict[str, tuple[str, int, dict[str, Any]]] = field(default_factory=dict)
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def of(self, kind: str) -> list[dict[str, Any]]:
        """All objects of a kind, e.g. 'refund'."""
        return [each for each in self.objects.values() if each["object"] == kind]

    def break_next(self, how: str, path: str, times: int = 1) -> None:
        """Fail requests whose path holds `path`: 'before' (500, nothing done) or 'after' (done, answer lost)."""
        self.faults += [(how, path)] * times

    def complete(self, session_id: str, *, status: str = "paid", customer: str = "") -> dict[str, Any]:
        """The buyer pays at a session's page, or saves a method there; `status` 'unpaid' is a slow transfer."""
        with self._lock:
            session = self.objects[session_id]
            assert session["status"] == "open", session["status"]
            session["status"], session["url"] = "complete", None
            if session["mode"] == "setup":
                session["customer"] = customer or self._name("cus")
                method = {"status": "succeeded", "payment_method": self._name("pm")}
                session["setup_intent"] = self._add("seti", "setup_intent", **method)["id"]
            else:
                session["payment_status"] = status
                state = "succeeded" if status == "paid" else "processing"
                session["payment_intent"] = self._intent(session["amount_total"], session["currency"], state)["id"]
                if status == "paid":
                    self._happen("payment_intent.succeeded", self.objects[session["payment_intent"]])
            self._happen("checkout.session.completed", session)
            return session

    def arrive(self, intent_id: str, state: str = "succeeded") -> None:
        """A slow payment arrives, or comes back."""
        intent = self.objects[intent_id]
        intent["status"] = state
        for session in self.of("checkout.session"):
            if session["payment_intent"] == intent_id and state == "succeeded":
                session["payment_status"] = "paid"
                self._happen("checkout.session.async_payment_succeeded", session)
        self._happen("payment_intent.succeeded" if state == "succeeded" else "payment_intent.payment_failed", intent)

    def answer(self, method: str, path: str, params: dict[str, str], key: str | None) -> tuple[int, dict[str, Any]]:
        """Answer a request; the same key answers the same, with other params it is refused."""
        with self._lock:
            self.calls.append((method, path, params))
            digest = hashlib.sha256(repr((path, sorted(params.items()))).encode()).hexdigest()
            if key and key in self._kept:
                before, status, body = self._kept[key]
                if before != digest:
                    return 400, Refusal(400, "idempotency_error", "idempotency_key_reused").body
                return status, body
            try:
                status, body = 200, self._act(method, path, params)
            except Refusal as refusal:
                status, body = refusal.status, refusal.body
            body = json.loads(json.dumps(body))
            if key:
                self._kept[key] = digest, status, body
            return status, body

    def _act(self, method: str, path: str, params: dict[str, str]) -> dict[str, Any]:
        parts = path.removeprefix("/v1/").split("/")
        if method == "POST" and path == "/v1/checkout/sessions":
            return self._open(params)
        if method == "POST" and path.endswith("/expire"):
            return self._expire(parts[2])
        if method == "POST" and path == "/v1/payment_intents":
            return self._charge(params)
        if method == "POST" and path == "/v1/refunds":
            return self._refund(params)
        if method == "GET" and parts[-1] in ("payment_intents", "refunds"):
            field_name = "customer" if parts[-1] == "payment_intents" else "payment_intent"
            kind = parts[-1].removesuffix("s")
            found = [each for each in self.of(kind) if each.get(field_name) == params.get(field_name)][::-1]
            return {"object": "list", "data": found, "has_more": False, "url": path}
        if method == "GET" and parts[-1] in self.objects:
            return self._expanded(self.objects[parts[-1]])
        raise Refusal(404, "invalid_request_error", "resource_missing")

    def _open(self, params: dict[str, str]) -> dict[str, Any]:
        lasts = int(params["expires_at"]) - now().timestamp()
        if not HALF_HOUR <= lasts <= DAY:
            raise Refusal(400, "invalid_request_error", "parameter_invalid_integer", param="expires_at")
        names = [name for name in params if name.endswith("[unit_amount]")]
        counts = [int(params[name.split("[price_data]")[0] + "[quantity]"]) for name in names]
        total = sum(int(params[name]) * count for name, count in zip(names, counts, strict=True))
        if params["mode"] == "payment" and total < 50:
            raise Refusal(400, "invalid_request_error", "amount_too_small")
        number = self._name("cs_test")
        return self._add(
            number,
            "checkout.session",
            mode=params["mode"],
            status="open",
            payment_status="unpaid",
            amount_total=total,
            currency=params.get("currency") or params["line_items[0][price_data][currency]"],
            customer=None,
            customer_email=params.get("customer_email"),
            payment_intent=None,
            setup_intent=None,
            url=f"https://checkout.stripe.test/c/{number}",
            expires_at=int(params["expires_at"]),
            client_reference_id=params.get("client_reference_id"),
            metadata=_metadata(params),
        )

    def _expire(self, session_id: str) -> dict[str, Any]:
        session = self.objects.get(session_id)
        if session is None or session["status"] != "open":
            raise Refusal(400, "invalid_request_error", "session_not_open")
        session["status"], session["url"] = "expired", None
        self._happen("checkout.session.expired", session)
        return self._expanded(session)

    def _charge(self, params: dict[str, str]) -> dict[str, Any]:
        assert params["off_session"] == params["confirm"] == "true"
        code = self.declines.get(params["customer"])
        state = "requires_payment_method" if code else "processing" if self.slow_charges else "succeeded"
        known = {"customer": params["customer"], "metadata": _metadata(params)}
        intent = self._intent(int(params["amount"]), params["currency"], state, **known)
        if code:
            intent["last_payment_error"] = {"code": "card_declined", "decline_code": code}
            self._happen("payment_intent.payment_failed", intent)
            raise Refusal(402, "card_error", "card_declined", decline_code=code, payment_intent=intent)
        if state == "succeeded":
            self._happen("payment_intent.succeeded", intent)
        return intent

    def _refund(self, params: dict[str, str]) -> dict[str, Any]:
        intent = self.objects.get(params["payment_intent"])
        if intent is None:
            raise Refusal(404, "invalid_request_error", "resource_missing")
        gone = [each for each in self.of("refund") if each["payment_intent"] == intent["id"]]
        left = intent["amount"] - sum(each["amount"] for each in gone if each["status"] != "failed")
        if not left:
            raise Refusal(400, "invalid_request_error", "charge_already_refunded")
        same = {"currency": intent["currency"], "payment_intent": intent["id"]}
        amount = int(params.get("amount") or left)
        refund = self._add("re", "refund", status="succeeded", metadata=_metadata(params), amount=amount, **same)
        self._happen("refund.updated", refund)
        return refund

    def give_back(self, intent_id: str, amount: int | None = None, status: str = "succeeded") -> dict[str, Any]:
        """Somebody refunds a payment in the dashboard; tells of the charge first, then of the refund."""
        with self._lock:
            params = {"payment_intent": intent_id, **({"amount": str(amount)} if amount else {})}
            refund = self._refund(params)
            told = self.events.pop()
            refund["status"] = told["data"]["object"]["status"] = status
            charge = {"id": self._name("ch"), "object": "charge", "payment_intent": intent_id, "refunded": not amount}
            self._happen("charge.refunded", charge)
            self.events += [{**told, "type": "refund.created"}, {**told, "id": self._name("evt")}]
            return refund

    def _intent(self, amount: int, currency: str, state: str, **more: Any) -> dict[str, Any]:
        same = {"amount": amount, "currency": currency, "status": state, "last_payment_error": None}
        return self._add("pi", "payment_intent", **same, **more)

    def _add(self, name: str, kind: str, **values: Any) -> dict[str, Any]:
        number = name if name in self.objects or "_test_" in name else self._name(name)
        self.objects[number] = {"id": number, "object": kind, **values}
        return self.objects[number]

    def _expanded(self, found: dict[str, Any]) -> dict[str, Any]:
        wide = dict(found)
        if found["object"] == "checkout.session":
            for name in ("payment_intent", "setup_intent"):
                wide[name] = self.objects.get(found[name] or "")
        return wide

    def _happen(self, kind: str, about: dict[str, Any]) -> None:
        event = {"id": self._name("evt"), "object": "event", "type": kind, "data": {"object": dict(about)}}
        self.events.append(event)

    def _name(self, prefix: str) -> str:
        return f"{prefix}_{next(self._numbers)}"


def signed(event: dict[str, Any], age: float = 0, secret: str = SECRET) -> tuple[bytes, dict[str, str]]:
    """A webhook's body and headers, signed `age` seconds ago."""
    body, at = json.dumps(event), int(time.time() - age)
    mac = hmac.new(secret.encode(), f"{at}.{body}".encode(), hashlib.sha256).hexdigest()
    return body.encode(), {"Stripe-Signature": f"t={at},v1={mac}", "Content-Type": "application/json"}


@contextmanager
def running() -> Iterator[Double]:
    """Serve on a free port of this machine."""
    double = Double()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _serve(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            sent = self.rfile.read(length).decode() or urlsplit(self.path).query
            path, params = urlsplit(self.path).path, dict(parse_qsl(sent, keep_blank_values=True))
            how = next((how for how, part in double.faults if part in path), "")
            if how:
                double.faults.remove(next(each for each in double.faults if each[1] in path))
            assert self.headers["Authorization"] == f"Bearer {KEY}", self.headers["Authorization"]
            if how == "before":
                self._send(500, {"error": {"type": "api_error", "message": "broken"}})
                return
            status, body = double.answer(self.command, path, params, self.headers.get("Idempotency-Key"))
            if how == "after":
                self.close_connection = True
                return
            self._send(status, body)

        do_GET = do_POST = _serve

        def _send(self, status: int, body: dict[str, Any]) -> None:
            data = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *args: Any) -> None:
            """Keep quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    double.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield double
    finally:
        server.shutdown()
        server.server_close()


def _metadata(params: dict[str, str]) -> dict[str, str]:
    return {name[9:-1]: value for name, value in params.items() if name.startswith("metadata[")}
