"""Artists, teams, invitations, the operator's page."""

import re

import pytest
from sqlalchemy import select

from tests.accounts.conftest import NOW
from tests.web import end_reading
from webapp.accounts import login, queries, teams
from webapp.accounts.models import AuditLine, Invitation, TeamMember
from webapp.infra import outbox
from webapp.infra.db import db, transaction
from webapp.infra.mail import OutgoingMail
from webapp.kernel.refusal import Refused


@pytest.fixture
def room(artist):
    return artist("aino-lind", "Aino Lind")


@pytest.fixture
def aino(person, room, member, client, sign_in):
    someone = person("aino@example.org", "Aino")
    member(room, someone, "artist")
    sign_in(client, someone)
    return someone


def test_an_invitation_is_looked_at_by_get_and_accepted_by_post(aino, room, client, new_client, person, sign_in):
    data = {"email": "Maya@example.org", "role": "moderator"}
    assert client.post("/team/aino-lind/invitations", data=data).status_code == 302
    path = db.session.scalars(select(OutgoingMail.params).where(OutgoingMail.kind == "invitation")).one()["path"]
    assert path.rpartition("/")[2] not in db.session.scalars(select(Invitation.token_hash)).all()

    guest = new_client()
    for _ in range(2):  # mail scanners come first, and twice
        assert guest.get(path).status_code == 200
    assert guest.post(path).headers["Location"].startswith("/sign-in?next=")
    maya = person("another.address@example.org", "Maya")
    sign_in(guest, maya)
    assert guest.get(path).status_code == 200
    assert queries.team(db.session, room, "moderator") == []
    assert guest.post(path).status_code == 302
    end_reading()
    assert queries.team(db.session, room, "moderator") == [maya]
    assert guest.get(path).status_code == 410
    assert guest.post(path).status_code == 410
    assert guest.get("/team/aino-lind/people").status_code == 200
    assert guest.post("/team/aino-lind/invitations", data=data).status_code == 404
    acts = db.session.scalars(select(AuditLine.action).order_by(AuditLine.id)).all()
    assert acts == ["team.invite", "team.join"]


def test_taken_back_and_old_invitations_do_nothing(aino, room, client, person, clock):
    token = teams.invite(room, "b@example.org", "merch_staff", aino, clock.now)
    number = db.session.scalars(select(Invitation.id)).one()
    client.post(f"/team/aino-lind/invitations/{number}/revoke")
    other = teams.invite(room, "b@example.org", "merch_staff", aino, clock.now)
    someone = person("b@example.org")
    clock.advance(days=15)
    for link in (token, other, "nonsense"):
        with pytest.raises(Refused) as refused:
            teams.accept(link, someone, clock.now)
        assert refused.value.status == 410
    assert queries.team(db.session, room) == [aino]


def test_roles_are_taken_away_but_for_the_last_artist(aino, room, client, person, member):
    member(room, person("b@example.org"), "merch_staff")
    rows = {row.role: row.id for row in db.session.scalars(select(TeamMember))}
    assert client.post(f"/team/aino-lind/people/{rows['merch_staff']}/revoke").status_code == 302
    assert client.post(f"/team/aino-lind/people/{rows['artist']}/revoke").status_code == 409
    end_reading()
    assert db.session.scalars(select(TeamMember.role)).all() == ["artist"]


def test_a_foreign_team_does_not_exist(aino, room, client, artist, person, member):
    other = artist("other", "Somebody Else")
    member(other, person("o@example.org"), "artist")
    foreign = db.session.scalars(select(TeamMember.id).where(TeamMember.artist_id == other)).one()
    assert client.get("/team/other/people").status_code == 404
    assert client.get("/team/nobody/people").status_code == 404
    # A member id of another team, sent through one's own.
    assert client.post(f"/team/aino-lind/people/{foreign}/revoke").status_code == 404
    assert client.get("/operator").status_code == 404


def test_the_artist_edits_the_page_and_keeps_the_colour_as_given(aino, room, client):
    page = {"name": "Aino L.", "tagline": "Songs", "bio_md": "**Hei**", "brand_colour": "#ffc83d"}
    assert client.post("/team/aino-lind/page", data=page).status_code == 302
    assert client.post("/team/aino-lind/page", data={**page, "brand_colour": "red"}).status_code == 422
    end_reading()
    kept = queries.artist_by_slug(db.session, "aino-lind")
    assert (kept.name, kept.tagline, kept.brand_colour) == ("Aino L.", "Songs", "#FFC83D")
    assert client.get("/team/aino-lind/page").status_code == 200


def test_operators_create_artists_and_invite_them(client, person, sign_in):
    sign_in(client, person("op@example.org", is_operator=True))
    answer = client.post("/operator/artists", data={"name": "Björk & Co", "slug": "", "email": "b@example.org"})
    assert answer.status_code == 302
    assert queries.artist_by_slug(db.session, "bjork-co").name == "Björk & Co"
    assert db.session.scalars(select(OutgoingMail.address)).all() == ["b@example.org"]
    for wrong in ({"name": "Bjork Co"}, {"name": "X", "slug": ""}, {"name": "Good", "email": "nonsense"}):
        assert client.post("/operator/artists", data=wrong).status_code == 422
    end_reading()
    assert len(queries.artists(db.session)) == 1
    page = client.get("/operator").get_data(as_text=True)
    assert "Björk &amp; Co" in page


def test_operators_see_what_is_stuck_and_try_again(client, person, sign_in, app):
    sign_in(client, person("op@example.org", is_operator=True))
    with transaction() as session:
        fact = outbox.FactRow(name="Gone", payload={}, at=NOW)
        session.add(fact)
        session.flush()
        delivery = outbox.Delivery(
            fact_id=fact.id, handler="gone.handler", not_before=NOW, failed_at=NOW, error="Oh no"
        )
        session.add(delivery)
        session.flush()
        number = delivery.id
    assert "Oh no" in client.get("/operator").get_data(as_text=True)
    assert client.post(f"/operator/deliveries/{number}/retry").status_code == 302
    assert client.post(f"/operator/deliveries/{number}/retry").status_code == 404
    assert "Oh no" not in client.get("/operator").get_data(as_text=True)


def test_names_of_nobody_are_a_fan(app, person):
    aino, shy = person("a@example.org", "Aino"), person("b@example.org")
    gone = person("c@example.org", "Gone", erased_at=NOW)
    assert queries.names(db.session, [aino, shy, gone, 999]) == {
        aino: "Aino", shy: "a fan", gone: "a fan", 999: "a fan",
    }  # fmt: skip
    assert queries.names(db.session, []) == {}


def test_roles_come_with_the_person(app, room, aino):
    assert login.roles_of(db.session, aino) == {room: frozenset({"artist"})}


def test_every_page_of_a_team_has_one_heading(aino, client):
    for path in ("/team/aino-lind/people", "/team/aino-lind/page", "/settings", "/settings/tokens"):
        page = client.get(path).get_data(as_text=True)
        assert len(re.findall(r"<h1", page)) == 1
        assert " style=" not in page
        assert not re.search(r"<[^>]+\son[a-z]+=", page)
