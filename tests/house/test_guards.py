"""No door without a guard: every route's blueprint was born with one, and strangers find each unsafe door shut."""

from collections.abc import Callable

import pytest
from flask import Blueprint, Flask
from werkzeug.routing import Rule

from tests.house.routes import UNSAFE, blueprint_of, rules, sample
from webapp.accounts.guards import GUARDS, STRANGERS

pytestmark = pytest.mark.one_db

# Blueprints that guard nothing and change nothing.
OPEN = {"health"}

# Every unsafe route that a stranger may call, and why. A new one has to be written here on purpose.
PUBLIC_POSTS = {
    "accounts.sign_in": "asks for a code; limited by address hash",
    "accounts.code": "takes the code; five tries",
    "accounts.password": "the other way in; limited",
    "accounts.recover": "the last way in; limited",
    "accounts.set_language": "changes this browser only",
    "notices.unsubscribe": "one click from a mail, by a signed token, changes one preference",
    "newsletter.ask": "mails a link to an address; limited, and says nothing of who reads what",
    "newsletter.confirm": "by a signed token that was mailed, for one subscription",
    "newsletter.out": "one click from a letter, by a signed token, ends one subscription",
    "comments.takedown": "rights holders need no account; limited",
    "voting.cast": "a stranger's vote is kept pending",
    "voting.withdraw": "and taken back",
    "marks.rate": "a stranger's stars are kept pending, too",
    "marks.rank": "and their order",
    "marks.compare": "and their pairs",
    "marks.uncompare": "and taken back",
    "wearing.wear": "a stranger's wish is kept pending, as a vote",
    "bundle.take": "an auditor without an account, by a token that expires; written down",
    "pick_phone.enter": "opens one contest's pick desk by a token of 256 bits; written down, revocable, limited",
    "pick_phone.pick": "only in a browser that entered by a living link, and for its contest",
    "pick_phone.undo": "the same",
    "pick_phone.note": "the same; a note to oneself",
    "pick_phone.leave": "forgets the link in this browser only",
    "accounts.disown": "signs out the one session a signed link of a mail names; limited",
    "passkeys.question": "gives a challenge, good for this browser, once, five minutes; limited",
    "passkeys.enter": "takes a passkey's answer to it; limited",
    "accounts.demo_sign_in": "demo people of an embedded installation only",
    "studio.begin": "strangers draw; a drawing is its browser's; limited",
    "studio.remix": "and may start from a design whose author allows it",
    "studio.save": "only the drawing of this browser or person",
    "studio.upload": "a picture to draw with; limited by browser, by address, and by bytes",
    "studio.discard": "only the drawing of this browser or person",
    "studio.finish": "sends a stranger to sign in first",
    "guardian_door.answer": "a guardian without an account, by a token of 256 bits that expires; limited",
    "guardian_door.again": "mails a fresh link to the address the old one went to; limited",
    "payment_webhooks.stripe": "signed by the payment provider; kept once, changes nothing by itself",
    "reports.csp": "a browser's report of what the policy stopped; small, limited, counted and not kept",
    "drops.order": "shows the form; placing sends a stranger to sign in first",
}


def is_open(rule: Rule) -> bool:
    """Return whether strangers may come in here."""
    return GUARDS.get(blueprint_of(rule), "public") == "public" or rule.endpoint in STRANGERS


def homeless(app: Flask) -> set[str]:
    """Return endpoints whose blueprint was born without a guard; under /api/ only sections of the API are at home."""
    pages = {rule.endpoint for rule in rules(app) if blueprint_of(rule) not in set(GUARDS) | OPEN}
    api = {rule.endpoint for rule in app.url_map.iter_rules() if rule.rule.startswith("/api/")}
    return pages | {endpoint for endpoint in api if not endpoint.startswith("api-")}


def test_every_route_belongs_to_a_guarded_blueprint(app: Flask) -> None:
    assert homeless(app) == set()


def test_a_door_without_a_guard_would_be_found() -> None:
    """The negative control: a route of no blueprint, of one that is not ours, and one hidden among the API's."""
    other, own, hidden = Flask("other"), Blueprint("new", __name__), Blueprint("hidden", __name__)
    own.add_url_rule("/new", "page", lambda: "")
    hidden.add_url_rule("/api/v1/new", "page", lambda: "", methods=["DELETE"])
    other.register_blueprint(own)
    other.register_blueprint(hidden)
    other.add_url_rule("/bare", "bare", lambda: "", methods=["PUT"])
    assert homeless(other) == {"new.page", "hidden.page", "bare", "static"}


def test_public_unsafe_routes_are_a_short_known_list(app: Flask) -> None:
    found = {rule.endpoint for rule in rules(app) if (rule.methods or set()) & UNSAFE and is_open(rule)}
    assert found == set(PUBLIC_POSTS)


def test_strangers_are_turned_away_from_every_guarded_route(app: Flask, new_client: Callable) -> None:
    let_in = []
    for rule in rules(app):
        if is_open(rule):
            continue
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            answer = new_client().open(sample(app, rule), method=method)
            if not (answer.status_code == 302 and "/sign-in" in answer.headers["Location"]):
                let_in.append((method, rule.rule, answer.status_code))
            assert "no-store" in answer.headers["Cache-Control"], rule.rule
    assert let_in == []


def test_team_rooms_do_not_exist_for_people_without_the_role(
    app: Flask, client: object, sign_in: Callable, a_person: int, an_artist: str
) -> None:
    sign_in(client, a_person)
    seen = []
    for rule in rules(app):
        if GUARDS.get(blueprint_of(rule), "").startswith(("team", "operator")):
            url = sample(app, rule).replace("/team/nothing/", f"/team/{an_artist}/")
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                answer = client.open(url, method=method)  # type: ignore[attr-defined]
                if answer.status_code != 404:
                    seen.append((method, url, answer.status_code))
    assert seen == []
