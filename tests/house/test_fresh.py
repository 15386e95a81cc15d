"""What leaves the house, gives power or pays needs a sign-in of the last hour; a new way out can't forget it."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable

import pytest
from flask import Flask
from werkzeug.routing import Rule

from tests.house.routes import UNSAFE, rules, sample

# Words in an address or a view's name that smell of it.
GRAVE = re.compile(
    r"export|/file|download|audit|royalt|paid|payout|refund|charge|token|invit|/people|pack|passkey|erase|recovery"
    r"|/password|/email|operator/artists|pick-links|letters\.confirm"
)
OUT = re.compile(r"file|download|take|export")  # a GET that hands something out
FRESH = {
    "accounts.change_email",
    "accounts.recovery_codes",
    "accounts.set_password",
    "accounts.tokens",
    "audits.grant",
    "exports.file",
    "exports.take",
    "letters.confirm",
    "my_data.erase_now",
    "my_data.file",
    "operator.create_artist",
    "operator.invite",
    "passkeys.add",
    "passkeys.add_question",
    "passkeys.remove",
    "passkeys.rename",
    "payments_desk.charge",
    "payments_desk.refund",
    "pick_links.make",
    "production.take",
    "royalties.export",
    "royalties.paid",
    "teams.invite",
    "teams.revoke_role",
}
# The others that the words find, and why they may do without.
OTHERS = {
    "accounts.accept_invitation": "takes what a fresh member has given",
    "accounts.confirm_email": "a code that only change_email sends",
    "accounts.disown": "signs out only",
    "accounts.password": "is a sign-in",
    "accounts.recover": "is a sign-in",
    "accounts.revoke_token": "takes power away from a program",
    "bundle.take": "an auditor without an account, by a token that grant made",
    "desk.charge": "asks the provider for what buyers have agreed to pay; nothing leaves",
    "exports.arrange": "changes an address",
    "exports.forget": "forgets a choice of columns",
    "exports.index": "a page",
    "exports.keep": "keeps a choice of columns",
    "exports.one": "a page; its file is fresh",
    "exports.retry": "writes a file anew; taking it is fresh",
    "exports.status": "a fragment",
    "finalists.download": "a picture for its own author",
    "guardian_door.again": "no account",
    "guardian_door.answer": "no account",
    "my_data.export": "packs a file; taking it is fresh",
    "newsletter.confirm": "by a link of a mail, without an account",
    "newsletter.out": "by a link of a mail; stops mails",
    "notices.unsubscribe": "by a link of a mail; stops mails",
    "passkeys.enter": "is a sign-in",
    "passkeys.question": "is a sign-in",
    "pick_phone.enter": "no account",
    "pick_links.revoke": "takes power away",
    "print_sheets.download": "names nobody",
    "production.retry": "makes a file anew; taking it is fresh",
    "suggestions.invite": "a share of one's own design",
    "teams.revoke_invitation": "takes power away",
}


def grave(app: Flask) -> dict[str, Rule]:
    """Every endpoint that the words find."""
    found = {}
    for rule in rules(app):
        acts = bool((rule.methods or set()) & UNSAFE) or OUT.search(rule.endpoint)
        if acts and GRAVE.search(f"{rule.rule} {rule.endpoint}"):
            found[rule.endpoint] = rule
    return found


@pytest.mark.one_db
def test_each_grave_view_is_named_here_and_asks_for_a_fresh_sign_in(app: Flask) -> None:
    found = grave(app)
    assert set(found) - FRESH - set(OTHERS) == set(), "let these ask by guards.fresh, or say why they need not"
    assert (FRESH | set(OTHERS)) - set(found) == set()
    sources = {name: inspect.getsource(inspect.unwrap(app.view_functions[name])) for name in FRESH}
    assert [
        name for name, source in sources.items() if not re.search(r"require_fresh\(\)|^@fresh$", source, re.M)
    ] == []


@pytest.mark.one_db
def test_an_old_sign_in_gets_no_further_and_what_was_typed_is_kept(
    app: Flask, client: object, sign_in: Callable, a_person: int, clock
) -> None:
    sign_in(client, a_person)
    clock.advance(hours=2)
    own = [name for name in FRESH if name.split(".")[0] in ("accounts", "my_data", "passkeys")]
    for name in own:
        path = sample(app, grave(app)[name]).replace("nothing", "1")
        if name == "my_data.file":
            answer = client.get(path)  # type: ignore[attr-defined]
            assert (answer.status_code, "again=1" in answer.headers["Location"]) == (302, True)
            continue
        answer = client.post(path, data={"name": 'a "typed" word', "password": "not in a page"})  # type: ignore[attr-defined]
        assert answer.status_code == 403, name
        assert 'value="a &#34;typed&#34; word"' in answer.text, name
        assert "not in a page" not in answer.text, name
        assert f'action="{path}"' in answer.text, name
        told = client.post(path, headers={"Accept": "application/json"})  # type: ignore[attr-defined]
        assert (told.status_code, told.json["code"]) == (403, "sign-in-again"), name
