"""A number in an address that no row can have leads nowhere, at every door, on both databases."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from typing import Any

from flask import Flask
from werkzeug.routing import IntegerConverter

from tests.house.crowd import Crowd
from tests.house.routes import rules
from tests.pages.make import NOW

HUGE = (2**63, 10**40)


def test_a_huge_number_leads_nowhere(app: Flask, client: Any, sign_in: Callable[..., Any], clock: Any) -> None:
    clock.at(NOW)
    crowd = Crowd()
    crowd.grow(1)
    sign_in(client, crowd.me)
    broken, asked = [], 0
    known = {"artist_slug": "band", "contest_slug": "v", "code": "V0000", "drop_slug": "drop", "number": "FM-F00000"}
    for rule in rules(app):
        whole = {name for name in rule.arguments if isinstance(rule._converters[name], IntegerConverter)}
        for name in whole:
            values = {each: known.get(each, "x") for each in rule.arguments - whole} | dict.fromkeys(whole, 1)
            built = rule.build(values | {name: 7_777_777}, append_unknown=False)
            assert built is not None
            for method, number in product(sorted((rule.methods or set()) & {"GET", "POST"}), HUGE):
                asked += 1
                answer = client.open(built[1].replace("7777777", str(number)), method=method)
                if answer.status_code not in (404, 405):  # 405: another kind of address has this shape
                    broken.append((method, rule.rule, answer.status_code))
    assert asked > 60
    assert not broken, "\n".join(map(str, broken))
