"""Every route that changes something wants the token of its form: without one it answers 400 and changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from tests.house.crowd import Crowd
from tests.house.routes import UNSAFE, rules
from tests.house.test_junk import doors
from tests.house.test_roles import everything
from webapp.boot import wiring

pytestmark = pytest.mark.one_db
JSON = {"Accept": "application/json"}
# Who sends these has no form of ours: what stands in its place.
EXEMPT = {
    "notices.unsubscribe": "a mail program, by a signed token (RFC 8058); stops mails only",
    "newsletter.out": "a mail program, by a signed token (RFC 8058); ends one subscription",
    "payment_webhooks.stripe": "the payment provider, signed by it",
    "reports.csp": "a browser's own reports; counts them, keeps nothing",
}


def test_what_is_exempt_is_a_short_known_list(app: Flask) -> None:
    exempt = {f"{view.__module__}.{view.__name__}" for view in wiring.EXEMPT}
    found = {
        name for name, view in app.view_functions.items() if f"{view.__module__}.{view.__name__}" in exempt
    }  # fmt: skip
    assert found == set(EXEMPT)


@pytest.mark.usefixtures("csrf")
def test_no_route_changes_anything_without_its_token(
    app: Flask, client: Any, sign_in: Callable[..., Any], clock: Any
) -> None:
    from tests.pages.make import NOW

    clock.at(NOW)
    crowd = Crowd()
    crowd.grow(2)
    sign_in(client, crowd.me)
    before, wrong, asked = everything(), [], set()
    for method, address, endpoint in list(doors(app, crowd)):
        if method != "POST" or endpoint in EXEMPT:
            continue
        asked.add(endpoint)
        answer = client.post(address, headers=JSON, data={"csrf_token": "" if len(asked) % 2 else "made-up"})
        if answer.status_code != 400 or answer.json["code"] != "csrf":
            wrong.append((address, answer.status_code))
    assert not wrong, "\n".join(map(str, wrong))
    assert everything() == before
    assert asked == {r.endpoint for r in rules(app) if (r.methods or set()) & UNSAFE} - set(EXEMPT)


@pytest.mark.usefixtures("csrf")
def test_a_token_is_good_in_its_own_browser_only(app: Flask, new_client: Callable[[], Any]) -> None:
    one, other = new_client(), new_client()
    token = one.get("/csrf").json["token"]
    other.get("/csrf")
    answers = [each.post("/language", data={"csrf_token": token, "language": "fi"}) for each in (one, other)]
    assert [each.status_code for each in answers] == [302, 400]
