"""A session ends at last, however much it is used: after 180 days, and after 30 days of who is on a team."""

from datetime import timedelta
from typing import Any

import pytest

from webapp.accounts import queries
from webapp.infra.db import db

pytestmark = pytest.mark.one_db


def still_in(client: Any) -> bool:
    answer = client.get("/settings")
    assert answer.status_code in (200, 302)
    return bool(answer.status_code == 200)


@pytest.mark.parametrize(("team", "days"), [("", 180), ("role", 30), ("operator", 30)])
def test_used_each_day_it_ends_all_the_same(team, days, client, person, artist, member, sign_in, clock) -> None:
    me = person("aino@example.org", is_operator=team == "operator")
    sign_in(client, me)
    if team == "role":  # given after the sign-in: what counts is who somebody is, not who they were
        member(artist(), me, "moderator")
    for _ in range(6):
        clock.advance(days=days / 6 - 0.01)
        assert still_in(client)
        assert client.post("/settings/name", data={"display_name": "Aino"}).status_code == 302
    clock.advance(days=1)
    assert not still_in(client)
    assert client.post("/settings/name", data={"display_name": "Eve"}).headers["Location"].startswith("/sign-in")
    assert queries.person(db.session(), me).display_name == "Aino"  # type: ignore[union-attr]


def test_what_is_over_is_not_listed_and_its_row_goes(client, new_client, person, sign_in, clock) -> None:
    from webapp.boot import retention
    from webapp.boot.keeping import DAYS

    me, other = person("aino@example.org"), new_client()
    sign_in(other, me)
    clock.advance(days=179)
    sign_in(client, me)
    assert client.get("/settings").get_data(as_text=True).count("Last active") == 2
    clock.advance(days=2)
    assert client.get("/settings").get_data(as_text=True).count("Last active") == 1
    clock.advance(days=DAYS["sessions"])
    retention.sweep()
    assert len(queries.open_sessions(db.session(), me, clock.now - timedelta(days=9999))) == 1
