"""What programs send that browsers never do gets an answer, on both kinds of database: never a broken page."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask, request

from tests.house.routes import rules
from tests.pages.make import person

PLACES = ("/a", "/c", "/d", "/drops", "/studio/drafts", "/team", "/invitation", "/media", "/api/v1/contests", "")
BODIES = ("[" * 20_000, "1e999", "[[1, 2, 3]]", '{"email": {"a": []}, "what": 7, "next": null}')


def test_a_nul_in_an_address_names_nothing(client: Any, sign_in: Callable[..., Any]) -> None:
    sign_in(client, person())
    for address in (f"{place}/a%00b" for place in PLACES):
        answer = client.get(f"{address}?q=%00&after=a%00b")
        assert answer.status_code in (404, 410), (address, answer.status_code)
        assert b"\0" not in answer.data


@pytest.mark.one_db
def test_the_end_of_a_line_in_an_address_leads_nowhere(app: Flask, client: Any) -> None:
    redirecting = [rule for rule in rules(app) if rule.arguments and "static" not in rule.rule]
    for rule in redirecting:
        for method in sorted((rule.methods or set()) & {"GET", "POST"}):
            answer = client.open(re.sub("<[^>]+>", "%0d%0a7", rule.rule), method=method)
            assert answer.status_code < 500, (method, rule.rule)
            assert "%0a" not in answer.headers.get("Location", "").lower()


@pytest.mark.one_db
def test_json_is_no_form(client: Any) -> None:
    for body in BODIES:
        for address in ("/takedown", "/sign-in"):
            answer = client.post(address, data=body, content_type="application/json")
            assert answer.status_code == 422, f"nothing was filled in at {address} by {body[:20]}"


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "multipart/form-data"])
@pytest.mark.one_db
def test_a_nul_in_a_field_is_taken_out_whoever_reads_it(app: Flask, kind: str) -> None:
    fields = {"words": "a\0b", "plain": "c"}
    with app.test_request_context("/", method="POST", data=fields, content_type=kind):
        assert request.form.to_dict() == {"words": "ab", "plain": "c"}
