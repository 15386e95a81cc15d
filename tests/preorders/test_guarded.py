"""A young person's order waits for a guardian, who needs no account and acts only by a button."""

import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from preorders import queries, recount, service
from preorders.models import Drop
from tests.preorders import make
from tests.preorders.make import HOME, NOW
from tests.web import sign_in_as
from webapp.accounts.guardians import jobs
from webapp.accounts.guardians import queries as guardians
from webapp.accounts.guardians import service as naming
from webapp.accounts.models import Person
from webapp.infra.db import db, transaction
from webapp.infra.mail import OutgoingMail
from webapp.kernel.refusal import NotFound, Refused
from webapp.notices.models import Notice

PARENT = "parent@example.net"


def young(name: str = "Milja") -> int:
    return make.person(name, age_band="13-15")


def order(drop_id: int, person_id: int) -> Any:
    return service.place(drop_id, person_id, [make.tee(drop_id)], HOME, "a-key-of-a-form", NOW)


def link() -> str:
    """The address in the last mail to the guardian; mails are kept unsent here, with what fills them."""
    db.session.rollback()
    found = db.session.scalars(
        select(OutgoingMail.params).where(OutgoingMail.kind == "guardian").order_by(OutgoingMail.id)
    ).all()
    return str(found[-1]["path"]) if found else ""


def mails() -> int:
    db.session.rollback()
    return db.session.query(OutgoingMail).filter_by(kind="guardian").count()


def state(placed: Any) -> tuple[str, str]:
    db.session.rollback()
    found = queries.preorder(db.session(), placed.id)
    assert found
    return found.state, found.cancel_reason


def told(person_id: int) -> list[str]:
    db.session.rollback()
    return [each.kind for each in db.session.query(Notice).filter_by(recipient_id=person_id)]


def press(client: Any, said: str) -> Any:
    button = re.search(rf'action="(/guardian/[^"]+/{said})"', client.get(link()).text)
    assert button, said
    return client.post(button[1], follow_redirects=True)


def set_up(clock: Any, run_jobs: Any, **drop: Any) -> tuple[int, int, Any]:
    """A young person's order, their guardian named and written to."""
    clock.at(NOW)
    drop_id, fan = make.drop(**drop), young()
    placed = order(drop_id, fan)
    run_jobs("outbox")
    naming.name(fan, PARENT, NOW)
    return drop_id, fan, placed


def test_the_guardian_agrees_and_the_order_stands(app: Flask, clock: Any, new_client: Any, run_jobs: Any) -> None:
    clock.at(NOW)
    drop_id, fan = make.drop(), young()
    placed = order(drop_id, fan)
    run_jobs("outbox")
    assert told(fan).count("guardian-needed") == 1 and mails() == 0
    naming.name(fan, PARENT, NOW)
    naming.name(fan, PARENT.upper(), NOW)
    assert mails() == 1
    stranger = new_client()
    page = stranger.get(link())
    assert "Milja" in page.text and "Tour tee, M, Black" in page.text and page.headers["Cache-Control"] == "no-store"
    assert state(placed)[0] == "awaiting", "a GET changes nothing"
    assert "agreed" in press(stranger, "agreed").text
    assert state(placed)[0] == "reserved"
    found = guardians.request_of(db.session(), "preorder", placed.id)
    assert found and found.agreed_at == NOW
    again = stranger.post(f"{link()}/{found.id}/agreed", follow_redirects=True)
    assert "answered already" in again.text


@pytest.mark.ordinarily("postgres")
def test_a_refusal_frees_the_piece_in_kind_words(app: Flask, clock: Any, client: Any, run_jobs: Any) -> None:
    drop_id, fan, placed = set_up(clock, run_jobs, cap=1)
    press(client, "refused")
    assert state(placed) == (
        "cancelled",
        "Your guardian did not agree to this order. That is all right: nothing is owed.",
    )
    assert db.session.get_one(Drop, drop_id).reserved == 0
    run_jobs()
    assert "preorder-cancelled" in told(fan)
    assert recount.differences(db.session()) == []


@pytest.mark.ordinarily("postgres")
def test_consent_can_be_withdrawn_until_the_lock(app: Flask, clock: Any, client: Any, run_jobs: Any) -> None:
    _drop_id, fan, placed = set_up(clock, run_jobs)
    press(client, "agreed")
    press(client, "withdrawn")
    assert state(placed)[0] == "cancelled"
    other = make.catalogue(_drop_id)
    assert other
    second = service.place(_drop_id, fan, [make.tee(_drop_id)], HOME, "another-key", NOW)
    run_jobs("outbox")
    assert mails() == 2
    press(client, "agreed")
    clock.advance(days=28)
    request = guardians.request_of(db.session(), "preorder", second.id)
    assert request
    page = client.get(link())
    assert "be called off here any more" in page.text and "/withdrawn" not in page.text
    late = client.post(f"{link()}/{request.id}/withdrawn", follow_redirects=True)
    assert "fixed now" in late.text
    assert state(second)[0] == "reserved"
    assert guardians.request_of(db.session(), "preorder", second.id).state == "agreed"  # type: ignore[union-attr]


@pytest.mark.one_db
def test_who_can_be_named(app: Flask) -> None:
    fan, grown = young(), make.person()
    own = "milja1@example.org"

    def refusal(person_id: int, address: str) -> str:
        with pytest.raises(Refused) as refused:
            naming.name(person_id, address, NOW)
        return refused.value.code

    assert refusal(grown, PARENT) == "of-age"
    assert refusal(fan, "no address") == "bad-address"
    assert refusal(fan, own.upper()) == "own-address"
    assert refusal(fan, own.replace("@", "+mum@")) == "own-address"
    naming.name(fan, "wrong@example.net", NOW)
    naming.name(fan, PARENT, NOW)  # a slip of the keyboard is corrected
    known = guardians.of_person(db.session(), fan)
    db.session.rollback()
    assert known and known.email == PARENT
    for number in range(5):
        naming.name(young(f"Kid{number}"), PARENT, NOW)
    assert refusal(young("Sixth"), PARENT) == "guardian-of-many"


@pytest.mark.one_db
def test_a_corrected_address_kills_the_old_link_and_an_answer_fixes_it(
    app: Flask, clock: Any, client: Any, run_jobs: Any
) -> None:
    _drop_id, fan, _placed = set_up(clock, run_jobs)
    old = link()
    naming.name(fan, "mother@example.net", NOW)
    assert link() != old
    assert client.get(old).status_code == 404
    press(client, "agreed")
    with pytest.raises(Refused) as refused:
        naming.name(fan, "friend@example.net", NOW)
    assert refused.value.code == "guardian-stands"


@pytest.mark.one_db
def test_links_age_and_can_be_sent_again(app: Flask, clock: Any, client: Any, run_jobs: Any) -> None:
    set_up(clock, run_jobs)
    clock.advance(days=31)
    old = client.get(link())
    assert old.status_code == 410 and "fresh link" in old.text
    assert client.post(f"{link()}/again").status_code == 200
    assert mails() == 2
    assert client.get(link()).status_code == 200
    assert client.get("/guardian/nothing").status_code == 404
    with pytest.raises(NotFound):
        naming.answer(link().rpartition("/")[2], 10**9, "agreed", clock.now)


def test_one_reminder_while_it_is_asked(app: Flask, clock: Any, client: Any, run_jobs: Any) -> None:
    drop_id, _fan, _placed = set_up(clock, run_jobs)
    answered = young("Other")
    gone = order(drop_id, answered)
    naming.name(answered, "other@example.net", NOW)
    run_jobs("outbox")
    service.cancel(gone.id, answered, NOW)
    assert jobs.remind() == 0
    clock.advance(days=2)
    assert jobs.remind() == 1
    assert jobs.remind() == 0
    assert mails() == 3


@pytest.mark.one_db
def test_the_pages(app: Flask, clock: Any, client: Any, sign_in: Any, run_jobs: Any, smtp: Any) -> None:
    clock.at(NOW)
    drop_id, fan = make.drop(), young()
    order(drop_id, fan)
    run_jobs("outbox")
    sign_in(client, make.person())
    assert client.get("/settings/guardian").status_code == 404
    sign_in(client, fan)
    assert "Waits for an answer" in client.get("/settings/guardian").text
    own = db.session.get_one(Person, fan).email
    assert client.post("/settings/guardian", data={"email": own}).status_code == 422
    assert client.post("/settings/guardian", data={"email": PARENT}).status_code == 303
    run_jobs()
    said = [str(each.get_body(("plain",)).get_content()) for each in smtp.messages if each["To"] == PARENT]
    assert len(said) == 1
    assert "a preorder" in said[0] and "/guardian/" in said[0]


@pytest.mark.ordinarily("postgres")
def test_come_of_age_they_confirm_their_order_themselves(
    app: Flask, clock: Any, new_client: Any, run_jobs: Any
) -> None:
    _, fan, placed = set_up(clock, run_jobs)
    with transaction() as session:
        session.get_one(Person, fan).age_band = "18+"
    client = new_client()
    sign_in_as(client, fan)
    button = re.search(r'action="(/settings/guardian/\d+/keep)"', client.get("/settings/guardian").text)
    assert button
    client.post(button[1])
    assert state(placed)[0] == "reserved"
    assert client.get("/settings/guardian").status_code == 200
    assert "I agree" not in new_client().get(link()).text  # the guardian answers nothing any more
