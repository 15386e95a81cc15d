"""The URL map as the house tests walk it."""

from collections.abc import Iterator

from flask import Flask
from werkzeug.routing import Rule

UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}


def rules(app: Flask) -> Iterator[Rule]:
    """Yield every rule of the site but the API's, which has its own guard and its own tests."""
    for rule in app.url_map.iter_rules():
        if not rule.rule.startswith("/api/"):
            yield rule


def sample(app: Flask, rule: Rule) -> str:
    """Return a URL of the rule with harmless values, which name nothing that exists."""
    values = {name: _value(rule, name) for name in rule.arguments}
    with app.test_request_context():
        return str(app.url_map.bind("localhost").build(rule.endpoint, values, method=next(iter(rule.methods or ()))))


def _value(rule: Rule, name: str) -> object:
    converter = type(rule._converters[name]).__name__
    if converter == "WholeNumber":
        return 999_999
    return "nothing/here" if converter == "PathConverter" else "nothing"


def blueprint_of(rule: Rule) -> str:
    """Return the name of the blueprint an endpoint belongs to."""
    return rule.endpoint.rpartition(".")[0]
