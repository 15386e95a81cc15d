"""A shop whose money goes to the local double."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask

from preorders import queries, service
from preorders.payments import service as payments
from preorders.rows import PreorderRow
from tests.preorders import make
from tests.preorders.payments.double import KEY, SECRET, Double, running, signed
from webapp.infra.db import db
from webapp.kernel.refusal import Refused


@pytest.fixture
def double(app: Flask, clock: Any) -> Iterator[Double]:
    """Stripe, as far as the application can tell."""
    clock.at(make.NOW)
    with running() as server:
        known = {"stripe_key": KEY, "stripe_webhook_secret": SECRET, "stripe_api": server.url}
        app.config["SETTINGS"] = replace(app.config["SETTINGS"], **known)
        yield server


@pytest.fixture
def send(client: Any) -> Callable[..., list[int]]:
    """`send(event, …)` posts signed webhooks in that order; returns the statuses."""

    def post(*events: dict[str, Any], age: float = 0) -> list[int]:
        answers = []
        for event in events:
            body, headers = signed(event, age)
            answers.append(client.post("/payments/stripe/webhook", data=body, headers=headers).status_code)
        return answers

    return post


@pytest.fixture
def order(clock: Any) -> Callable[..., PreorderRow]:
    """`order(drop_id)` places an order of one tee by somebody new."""

    def place(drop_id: int, person_id: int | None = None, quantity: int = 1) -> PreorderRow:
        person_id = person_id or make.person()
        item = make.tee(drop_id, quantity=quantity)
        return service.place(drop_id, person_id, [item], make.HOME, f"key-of-{person_id:05}", clock.now)

    return place


@pytest.fixture
def opened(double: Double, clock: Any) -> Callable[[PreorderRow], str]:
    """`opened(order)` begins to pay; returns the session's id."""

    def begin(placed: PreorderRow) -> str:
        before = {each["id"] for each in double.of("checkout.session")}
        payments.begin(placed.id, placed.person_id, clock.now)
        return next(each["id"] for each in double.of("checkout.session") if each["id"] not in before)

    return begin


def now_of(placed: PreorderRow) -> PreorderRow:
    """The order as it is now."""
    db.session.rollback()
    found = queries.preorder(db.session(), placed.id)
    db.session.rollback()
    assert found
    return found


def unlike(event: dict[str, Any]) -> dict[str, Any]:
    """Another event of the same content, as when a provider tells the same twice under two ids."""
    return {**json.loads(json.dumps(event)), "id": event["id"] + "_again"}


@pytest.fixture
def storm(app: Flask) -> Callable[..., list[Any]]:
    """`storm(act, count)` acts so often at one instant; returns what came back, refusals by their code."""

    def run(act: Callable[[], Any], count: int) -> list[Any]:
        start, answers = threading.Barrier(count), []

        def one() -> None:
            with app.app_context():
                start.wait()
                try:
                    answers.append(act())
                except Refused as refused:
                    answers.append(refused.code)
                finally:
                    db.session.remove()

        threads = [threading.Thread(target=one) for _ in range(count)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return answers

    return run
