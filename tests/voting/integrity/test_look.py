"""The moderators' desk and a voter's appeal in a browser: no fault of accessibility, nothing wider than a phone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from tests.voting import make
from tests.voting.integrity import crowd
from tests.voting.test_look import address, faults
from voting import closing
from voting.integrity import appeals, deciding, looking
from voting.integrity.models import SignalCluster
from voting.models import Ballot, Round
from webapp.accounts.models import TeamMember
from webapp.infra.db import db, transaction

pytestmark = pytest.mark.one_db
__all__ = ["address"]


def test_desk_log_and_appeal_are_accessible_and_work_by_plain_forms(
    address: str, browser: Any, axe: Any, client: Any, new_client: Any, sign_in: Any, clock: Any
) -> None:
    made = make.scene(designs=6)
    crowd.ballots(made, 60)
    bots = crowd.ballots(made, 12, [made.designs[0]], email="q{n}x@mailinator.com", aged=False)
    crowd.ballots(made, 9, [made.designs[1]], email="fan{n}@club.example", device="one browser", aged=False)
    clock.at(made.closes - timedelta(hours=1))
    round_id = db.session.scalars(select(Round.id)).one()
    looking.run(round_id, clock.now)
    boss = make.person("Moderator")
    with transaction() as session:
        session.add(TeamMember(artist_id=made.artist_id, person_id=boss, role="moderator", since=make.NOW))
    sign_in(client, boss)
    desk = f"/team/{made.artist_slug}/votes"
    page = client.get(desk).text
    assert "Throwaway mailboxes" in page
    assert not any(f"Design {n}" in page for n in range(100)), "the desk is blind"
    cluster = db.session.scalars(select(SignalCluster.id).where(SignalCluster.tie == "browser")).one()
    answer = client.post(f"{desk}/decide", data={"cluster": cluster, "act": "reinstate", "reason_code": "honest"})
    assert "done=" in answer.headers["Location"]
    assert "counted again" in client.get(answer.headers["Location"]).text
    seen = [
        each
        for path in (answer.headers["Location"], f"{desk}/log")
        for each in faults(browser, axe, client, address, path)
    ]
    number, voter = db.session.execute(select(Ballot.number, Ballot.voter_id).where(Ballot.id == bots[0])).one()
    fan = new_client()
    sign_in(fan, voter)
    assert "Held back" not in fan.get("/receipts").text  # nobody is told while voting runs
    assert closing.close(round_id, made.closes + timedelta(minutes=11))
    clock.at(made.closes + timedelta(hours=1))
    assert "Held back" in fan.get("/receipts").text
    assert "provisional" in fan.get(f"/c/{made.slug}/result").text
    seen += faults(browser, axe, fan, address, f"/receipts/{number}/appeal")
    assert fan.post(f"/receipts/{number}/appeal", data={"words": "It is my only mailbox."}).status_code == 303
    assert "with the moderators" in fan.get("/receipts").text
    with transaction() as session:
        session.add(TeamMember(artist_id=made.artist_id, person_id=made.boss, role="moderator", since=make.NOW))
    deciding.decide(cluster, made.artist_id, made.boss, "hold", "other", "Hm.", clock.now)
    deciding.decide(cluster, made.artist_id, made.boss, "reject", "program", "", clock.now)
    page = client.get(desk).text
    assert "A voter writes:" in page
    assert "To be confirmed by a second person" in page
    seen += faults(browser, axe, client, address, desk)
    assert appeals.of_person(db.session(), voter, clock.now)[number].outcome == ""
    assert seen == []
