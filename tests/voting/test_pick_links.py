"""A link to the pick desk: what it opens and what it doesn't, who may send one, and what is written down."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from tests.voting import make
from voting import pick_links, picks_queries, rules, service, tell
from voting.models import Pick
from voting.pick_models import PickLink, PickLinkAct
from webapp.accounts import store as accounts
from webapp.accounts.models import AuditLine, Person, TeamMember
from webapp.infra.db import db, transaction
from webapp.infra.mail import OutgoingMail
from webapp.kernel.refusal import NotFound, Refused
from webapp.notices.models import Notice

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def made(clock: Any) -> make.Scene:
    """A contest that waits for its pick."""
    scene = make.scene(designs=3, shortlist_size=3)
    make.counted(scene, 3, 2, 1)
    clock.at(scene.closes + timedelta(hours=1))
    return scene


@pytest.fixture
def token(made: make.Scene, clock: Any) -> str:
    """A link of the artist's own."""
    return pick_links.make(made.contest_id, made.boss, "Aino", "aino@example.org", clock.now)


def all_of(model: Any, *columns: str) -> list[tuple[Any, ...]]:
    db.session.rollback()
    return [tuple(row) for row in db.session.execute(select(*(getattr(model, name) for name in columns)))]


def staff(made: make.Scene) -> int:
    """Somebody of the team who may send links and not pick."""
    person = make.person("Staff")
    with transaction() as session:
        accounts.add_member(session, made.artist_id, person, "merch_staff", make.NOW)
    return person


@pytest.mark.ordinarily("sqlite")
def test_a_link_picks_in_three_taps_and_its_sender_answers_for_it(made, token, client, clock):
    door = client.get(f"/pick/{token}")
    assert "Open the pick desk" in door.text
    assert door.headers["Cache-Control"] == "no-store"
    assert all_of(PickLinkAct, "act") == [], "a scanner that follows the link does nothing"
    desk = f"/pick-desk/{made.slug}"
    assert client.get(desk).status_code == 404
    assert client.post(f"/pick/{token}").location == desk
    blind = client.get(desk).text
    assert "Rank" not in blind
    assert "Fan " not in blind
    assert "/D/" not in blind, "a design's own page names its maker"
    assert client.get(f"{desk}/{made.codes[1]}").status_code == 200
    assert client.post(desk, data={"code": made.codes[1]}).status_code == 422
    assert client.post(desk, data={"code": made.codes[1], "reason": "Its eyes"}).location == desk
    [(pick_id, by)] = all_of(Pick, "id", "picked_by")
    assert by == made.boss
    assert all_of(PickLinkAct, "act", "pick_id") == [("opened", None), ("picked", pick_id)]
    assert "pick.made-by-link" in {action for (action,) in all_of(AuditLine, "action")}
    assert client.post(f"{desk}/undo").status_code == 303
    assert all_of(PickLinkAct, "act")[-1] == ("undone",)
    assert client.post(f"{desk}/void", data={"reason": "no"}).status_code == 405, "voiding asks for an account"


@pytest.mark.ordinarily("sqlite")
def test_a_link_opens_one_contest_and_nothing_else(made, token, client, clock):
    other = make.scene(designs=2)
    make.counted(other, 1)
    client.post(f"/pick/{token}")
    assert client.get(f"/pick-desk/{made.slug}").status_code == 200
    assert client.get(f"/pick-desk/{other.slug}").status_code == 404
    assert client.post(f"/pick-desk/{other.slug}", data={"code": other.codes[0]}).status_code == 404
    assert client.get(f"/team/{made.artist_slug}/contests/{made.contest_id}/pick").status_code == 302
    assert client.get("/settings").status_code == 302
    client.post(f"/pick-desk/{made.slug}/leave")
    assert client.get(f"/pick-desk/{made.slug}").status_code == 404


@pytest.mark.parametrize("ailing", ["revoked", "old", "maker left", "maker suspended", "invented"])
def test_a_link_that_does_not_live_opens_nothing_and_puts_its_holder_out(made, client, clock, ailing):
    sender = staff(made)
    token = pick_links.make(made.contest_id, sender, "Aino", "", clock.now)
    client.post(f"/pick/{token}")
    assert client.get(f"/pick-desk/{made.slug}").status_code == 200, "control: it lives"
    [(link_id,)] = all_of(PickLink, "id")
    if ailing == "revoked":
        pick_links.revoke(made.contest_id, link_id, made.boss, clock.now)
    if ailing == "old":
        clock.at(made.decide_by + rules.UNDO)
    with transaction() as session:
        if ailing == "maker left":
            session.delete(session.scalars(select(TeamMember).where(TeamMember.person_id == sender)).one())
        if ailing == "maker suspended":
            session.execute(update(Person).where(Person.id == sender).values(suspended_at=clock.now))
    wrong = token[:-1] + ("0" if token[-1] != "0" else "1") if ailing == "invented" else token
    assert client.get(f"/pick/{wrong}").status_code == client.post(f"/pick/{wrong}").status_code == 410
    if ailing != "invented":
        assert client.get(f"/pick-desk/{made.slug}").status_code == 404
        assert client.post(f"/pick-desk/{made.slug}", data={"code": made.codes[0]}).status_code == 404
        with pytest.raises(Refused, match="link-over"):
            service.pick(made.contest_id, made.designs[0], sender, "", clock.now, link_id=link_id)
    assert all_of(Pick, "id") == []


@pytest.mark.ordinarily("sqlite")
def test_a_pick_of_the_last_minute_can_be_undone_by_the_link_that_made_it(made, token, client, clock):
    clock.at(made.decide_by - timedelta(minutes=1))
    client.post(f"/pick/{token}")
    client.post(f"/pick-desk/{made.slug}", data={"code": made.codes[0]})
    clock.advance(minutes=5)
    assert client.post(f"/pick-desk/{made.slug}/undo").status_code == 303
    db.session.rollback()
    assert picks_queries.standing_pick(db.session(), made.contest_id) is None


def test_who_may_send_a_link_and_who_is_told(made, clock, run_jobs):
    with pytest.raises(NotFound):
        pick_links.make(made.contest_id, make.person(), "Me", "", clock.now)
    pick_links.make(made.contest_id, make.person(is_operator=True), "Aino", "", clock.now)
    pick_links.make(made.contest_id, staff(made), "Aino", "", clock.now)
    told = [who for who, kind in all_of(Notice, "recipient_id", "kind") if kind == "pick-link-made"]
    assert told == [made.boss] * 2, "a link that acts in the artist's name is never a secret from the artist"
    for name, email, code in (("", "", "link-name"), ("Aino", "nobody", "bad-address")):
        with pytest.raises(Refused, match=code):
            pick_links.make(made.contest_id, made.boss, name, email, clock.now)
    with pytest.raises(Refused, match="no-pick-ahead"):
        pick_links.make(made.contest_id, made.boss, "Aino", "", made.decide_by)


def test_the_team_makes_shows_once_and_revokes(made, client, sign_in, clock):
    sign_in(client, staff(made))
    page = f"/team/{made.artist_slug}/contests/{made.contest_id}/pick-links"
    shown = client.post(page, data={"name": "Aino", "email": "aino@example.org"}).text
    address = re.search(r"/pick/([0-9a-f]{64})", shown)
    assert address
    assert "<svg" in shown
    assert address[1] not in client.get(page).text
    assert address[1] not in str(all_of(PickLink, "nonce", "token_hash"))
    assert client.get(f"/team/{made.artist_slug}/contests/{made.contest_id}/pick").status_code == 404
    [(link_id,)] = all_of(PickLink, "id")
    assert client.post(f"{page}/{link_id}/revoke").status_code == 303
    assert client.get(address[0]).status_code == 410
    assert client.post(page, data={"name": "", "email": ""}).status_code == 422


def test_reminders_carry_the_link_that_was_mailed(made, token, clock):
    clock.at(made.decide_by - timedelta(days=1) + timedelta(minutes=1))
    for _ in range(2):
        tell.remind_to_pick()
    mails = [params for kind, params in all_of(OutgoingMail, "kind", "params") if kind == "pick-link"]
    assert [each["path"] for each in mails] == [f"/pick/{token}"] * 2, "once as it was made, once as a reminder"


def test_notes_to_oneself_stay_with_the_door_they_were_made_at(made, token, client, sign_in, clock):
    client.post(f"/pick/{token}")
    desk, code = f"/pick-desk/{made.slug}", made.codes[0]
    client.post(f"{desk}/{code}/note", data={"note": "louder on black"})
    client.post(f"{desk}/{code}/note", data={"note": "louder on white"})
    assert "louder on white" in client.get(desk).text
    assert client.post(f"{desk}/{code}/note", data={"note": "x" * 1001}).status_code == 422
    sign_in(client, made.boss)
    assert "louder" not in client.get(f"/team/{made.artist_slug}/contests/{made.contest_id}/pick").text
    client.post(f"{desk}/{code}/note", data={"note": " "})
    assert "louder" not in client.get(desk).text
