"""What the operator can end: one person's sessions, or everybody's."""

from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from webapp.accounts.models import AuditLine
from webapp.boot.commands import people
from webapp.infra.db import db

EMAILS = ("aino@example.org", "milja@example.org")


@pytest.fixture
def command(app: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """`command(*words)` does what `fanmade people sign-out` does on this installation."""
    monkeypatch.setattr(people, "application", lambda: app)

    def run(*words: str) -> Result:
        return CliRunner().invoke(people.people, ["sign-out", *words])

    return run


def test_the_operator_signs_out_one_or_everybody(app, person, new_client, sign_in, command) -> None:
    aino, milja = (person(email) for email in EMAILS)
    phone, desk, other = new_client(), new_client(), new_client()
    for client, someone in ((phone, aino), (desk, aino), (other, milja)):
        sign_in(client, someone)
    assert command(EMAILS[0].upper()).output == "2 browsers signed out.\n"
    assert [each.get("/settings").status_code for each in (phone, desk, other)] == [302, 302, 200]
    sign_in(phone, aino)
    assert command("--everybody").output == "2 browsers signed out.\n"
    assert [each.get("/settings").status_code for each in (phone, other)] == [302, 302]
    with app.app_context():
        lines = db.session.execute(select(AuditLine.subject, AuditLine.details)).all()
    assert lines == [(f"person:{aino}", {"browsers": 2}), ("everybody", {"browsers": 2})]


@pytest.mark.one_db
@pytest.mark.parametrize("words", [(), (EMAILS[0], "--everybody"), ("nobody@example.org",)])
def test_it_signs_out_nobody_by_mistake(words, person, client, sign_in, command) -> None:
    sign_in(client, person(EMAILS[0]))
    answer = command(*words)
    assert answer.exit_code and "Error: " in answer.output
    assert client.get("/settings").status_code == 200
