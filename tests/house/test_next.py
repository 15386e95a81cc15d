"""Wherever a request may say where to go afterwards, no answer leads off the site."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from flask import Flask

from tests.house.crowd import Crowd
from tests.house.layers import sources
from tests.house.test_junk import LEAVE, doors

pytestmark = pytest.mark.one_db
OFF = [
    "//evil.example/x",
    "\\\\evil.example",
    "/\\evil.example",
    "https:evil.example",
    "/%0d%0aLocation: //evil.example",
    "/\t/evil.example",
    "/.//evil.example",
]
NAMES = ("next", "came_from", "back")
# Who turns an address that was sent into one to go to.
GATES = {"safe_next", "own", "enter_browser", "came_from", "following"}


def leads_off(location: str) -> bool:
    """Return whether a browser would leave the site: it drops tabs and line ends, and reads \\ as /."""
    seen = location.translate({9: None, 10: None, 13: None}).replace("\\", "/")
    return urlsplit(urljoin("http://localhost/sign-in", seen)).netloc not in ("", "localhost")


def test_the_measure_itself() -> None:
    assert [leads_off(each) for each in OFF] == [True, True, True, False, False, True, False]
    assert leads_off("https://evil.example")
    assert not leads_off("/c/tour")


@pytest.mark.timeout(240)
def test_no_view_redirects_to_where_a_stranger_says(
    app: Flask, client: Any, new_client: Callable[[], Any], sign_in: Callable[..., Any], clock: Any
) -> None:
    from tests.pages.make import NOW

    clock.at(NOW)
    crowd = Crowd()
    crowd.grow(2)
    sign_in(client, crowd.me)
    wrong, redirected, at = [], set(), 0
    for method, address, endpoint in list(doors(app, crowd)):
        if endpoint in LEAVE or (method == "GET" and not endpoint.startswith(("accounts.", "passkeys."))):
            continue
        at += 1
        target = OFF[at % len(OFF)]
        fields = dict.fromkeys(NAMES, target)
        for browser in (client, new_client()) if "/sign-in" in address or "/language" in address else (client,):
            for off in OFF if "sign-in" in address or "language" in address else (target,):
                sent = fields | dict.fromkeys(NAMES, off)
                kind = {"query_string": sent} if method == "GET" else {"data": sent}
                referrer = {"Referer": f"http://localhost{off}"} if off.startswith("/") and off.isprintable() else {}
                answer = browser.open(address, method=method, headers=referrer, **kind)
                where = answer.headers.get("Location", "")
                redirected |= {endpoint} if where else set()
                if where and leads_off(where):
                    wrong.append((method, address, off, where))
                assert "\n" not in where
    assert not wrong, "\n".join(map(str, wrong))
    assert len(redirected) > 20


def test_what_a_request_says_passes_a_gate() -> None:
    """Read from the sources: `next` and its like are taken from a request in the arguments of a gate alone."""
    loose = []
    for module, path in sources():
        tree = ast.parse(path.read_text("utf-8"))
        gated = {
            id(node)
            for call in ast.walk(tree)
            if isinstance(call, ast.Call) and _called(call) in GATES
            for node in ast.walk(call)
        }
        named = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and _asks(node)]
        loose += [(module, node.lineno) for node in named if id(node) not in gated]
    assert {module for module, _ in loose} == {
        "contests.comments.questions.views",  # kept in a variable for a line, then through safe_next
        "webapp.accounts.passkeys.views",  # asked whether it is there, then through safe_next
        "webapp.accounts.guardians.views",  # handed on to a page of its own, which asks safe_next
        "webapp.pages.following",  # kept in a variable, then through safe_next
        "webapp.infra.puzzle",  # put into a form, which sends it to a gate
    }


def _asks(call: ast.Call) -> bool:
    """Whether it is request.form.get("next") or the like."""
    where = call.func
    return (
        isinstance(where, ast.Attribute)
        and where.attr == "get"
        and isinstance(where.value, ast.Attribute)
        and where.value.attr in ("args", "form", "values")
        and bool(call.args)
        and isinstance(call.args[0], ast.Constant)
        and call.args[0].value in NAMES
    )


def _called(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
