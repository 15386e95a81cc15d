"""The decision record, kind words to finalists, and the evidence on the desk."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from contests.submissions.credits.models import CreditShare
from contests.submissions.finalists.models import FinalistCount
from contests.submissions.models import Submission
from tests.voting import make
from voting import decisions, pick_evidence, pick_links, pick_rules, recounting, service
from voting.integrity import finishing
from voting.models import Pick
from voting.pick_evidence import Figure
from voting.pick_models import Decision
from voting.wearing.models import WouldWear
from webapp.infra.db import db, transaction
from webapp.kernel.refusal import Refused
from webapp.notices.models import Notice

pytestmark = pytest.mark.usefixtures("app")
JSON = {"Accept": "application/json"}


@pytest.fixture
def made(clock: Any) -> make.Scene:
    """A contest that waits for its pick."""
    scene = make.scene(designs=3, shortlist_size=3)
    scene.voters = make.counted(scene, 3, 2, 1)
    clock.at(scene.closes + timedelta(hours=1))
    return scene


def announce(made: make.Scene, clock: Any, run_jobs: Any, **more: Any) -> int:
    pick_id = service.pick(made.contest_id, made.designs[1], made.boss, "Its eyes", clock.now, **more)
    clock.advance(minutes=10)
    run_jobs()
    return pick_id


@pytest.mark.ordinarily("postgres")
def test_a_decision_is_on_record_once_it_is_announced_and_stays_as_it_was(made, client, clock, run_jobs):
    page = f"/c/{made.slug}/decision"
    first = service.pick(made.contest_id, made.designs[0], made.boss, "", clock.now)
    service.undo_pick(first, made.boss, clock.now)
    clock.advance(minutes=1)
    service.pick(made.contest_id, made.designs[1], made.boss, "Its eyes", clock.now)
    assert "Its eyes" not in client.get(page).text
    assert client.get(page, headers=JSON).json["undone_at"] == [], "of a pick under way nobody hears"
    clock.advance(minutes=10)
    run_jobs()
    said = client.get(page, headers=JSON).json["decisions"][0]
    record = said["record"]
    assert (record["design"], record["rank"], record["reason"]) == (made.designs[1], 2, "Its eyes")
    assert record["by"] == {"role": "artist", "through": "account", "sent_by": None}
    assert [each["rank"] for each in record["shortlist"]] == [1, 2, 3]
    assert record["fans_choice"] == [made.designs[0]]
    assert record["result"]["provisional"] is True, "fans may still appeal"
    assert len(record["undone"]) == 1
    assert record["undone"] == ["2027-03-03T13:00:00+00:00"], "when, and not what: that is nobody's business"
    kept = client.get(f"{page}/{record['pick']}.json")
    assert hashlib.sha256(kept.data).hexdigest() == said["sha256"]
    assert json.loads(kept.data) == record
    text = client.get(page).text
    assert "Its eyes" in text
    assert said["sha256"] in text
    assert page in client.get(f"/c/{made.slug}").text


def test_a_voided_pick_keeps_its_record_and_the_next_one_names_it(made, client, clock, run_jobs):
    pick_id = announce(made, clock, run_jobs)
    [before] = db.session.scalars(select(Decision.record)).all()
    service.ask_void(pick_id, made.boss, "A copy.", clock.now)
    service.void_pick(pick_id, make.person(is_operator=True), clock.now)
    service.pick(made.contest_id, made.designs[0], made.boss, "", clock.now)
    clock.advance(minutes=10)
    run_jobs()
    with transaction() as session:
        session.execute(update(Submission).where(Submission.id == made.designs[1]).values(withdrawn_at=clock.now))
    assert db.session.scalars(select(Decision.record).where(Decision.pick_id == pick_id)).all() == [before]
    page = client.get(f"/c/{made.slug}/decision", headers=JSON).json
    assert [each["stands"] for each in page["decisions"]] == [True, False]
    assert page["decisions"][1]["void_reason"] == "A copy."
    assert [each["pick"] for each in page["decisions"][0]["record"]["voided"]] == [pick_id]
    assert str(made.designs[1]) not in page["codes"], "a design that left is named nowhere"
    assert "A copy." in client.get(f"/c/{made.slug}/decision").text


def test_the_record_says_that_the_artist_came_by_a_link_and_that_the_result_is_final(made, clock, run_jobs):
    assert decisions.is_provisional(db.session(), made.contest_id)
    db.session.rollback()
    clock.advance(days=4)
    assert finishing.finish(made.contest_id, clock.now)
    pick_links.make(made.contest_id, make.person(is_operator=True), "Aino", "", clock.now)
    link = decisions.pick_links_queries.of_contest(db.session(), made.contest_id)[0]
    db.session.rollback()
    pick_id = service.pick(made.contest_id, made.designs[1], link.made_by, "Yes", clock.now, link_id=link.id)
    clock.advance(minutes=10)
    run_jobs()
    record = decisions.of_pick(db.session(), made.contest_id, pick_id)
    assert record is not None
    assert record.said["by"] == {"role": "artist", "through": "link", "sent_by": "operator"}
    assert record.said["result"]["provisional"] is False


def test_the_recount_sees_a_record_that_was_altered(made, clock, run_jobs):
    announce(made, clock, run_jobs)
    round_id = db.session.scalar(select(recounting.Round.id))
    assert list(decisions.differences(db.session(), round_id)) == []
    db.session.rollback()
    with transaction() as session:
        session.execute(update(Pick).values(reason="Bribed"))
    assert len(list(decisions.differences(db.session(), round_id))) == 1
    db.session.rollback()
    with transaction() as session:
        session.execute(update(Decision).values(record='{"design":0,"reason":"","announced_at":""}'))
    assert len(list(decisions.differences(db.session(), round_id))) == 2


@pytest.mark.ordinarily("postgres")
def test_makers_of_other_finalists_get_their_word_with_the_announcement_and_nobody_else_does(made, clock, run_jobs):
    word = "So close; I love the line."
    announce(made, clock, run_jobs, words={made.designs[0]: word, made.designs[2]: "  "})
    rows = db.session.execute(select(Notice.recipient_id, Notice.kind, Notice.params)).all()
    sent = [(who, params["word"]) for who, kind, params in rows if kind == "finalist-word"]
    assert sent == [(made.designers[0], word)]
    news = [who for who, kind, _ in rows if kind == "winner-announced"]
    assert made.designers[0] not in news, "told of the winner once, by the word"
    assert made.designers[2] in news


@pytest.mark.parametrize(
    ("design", "text", "code"), [(1, "You", "not-a-finalist"), (0, "x" * (pick_rules.WORD_LENGTH + 1), "word-too-long")]
)
def test_a_word_that_can_not_be_sent_stops_the_pick(made, clock, design, text, code):
    with pytest.raises(Refused, match=code):
        service.pick(made.contest_id, made.designs[1], made.boss, "Yes", clock.now, words={made.designs[design]: text})
    assert db.session.scalars(select(Pick.id)).all() == []


def test_words_are_written_on_the_page_and_kept_when_the_reason_is_wanting(made, client, sign_in, clock):
    sign_in(client, made.boss)
    desk = f"/team/{made.artist_slug}/contests/{made.contest_id}/pick"
    fields = {"code": made.codes[1], f"word-{made.codes[0]}": "So close"}
    wanting = client.post(desk, data=fields)
    assert wanting.status_code == 422
    assert "So close" in wanting.text
    assert client.post(desk, data={**fields, "reason": "Yes"}).status_code == 303


def test_evidence_stands_on_the_desk_only_when_it_is_asked_for(made, client, sign_in, clock, monkeypatch):
    def shown(session: Any, contest_id: int, ids: Any) -> dict[int, list[Figure]]:
        return {each: [Figure("Shown", "41 times")] for each in ids}

    monkeypatch.setattr(pick_evidence, "SOURCES", [shown])
    with transaction() as session:
        session.execute(update(Submission).where(Submission.id == made.designs[0]).values(remix_of_id=made.designs[2]))
    sign_in(client, made.boss)
    desk = f"/team/{made.artist_slug}/contests/{made.contest_id}/pick"
    words = ("41 times", "Fans' choice", "Ballots counted", "95 per cent", "after “Design")
    blind, seen = client.get(desk).text, client.get(f"{desk}?blind=0").text
    assert [word for word in words if word in blind] == []
    assert [word for word in words if word not in seen] == []


def test_everything_that_is_known_of_a_finalist_stands_on_the_desk(made, client, sign_in, clock):
    helper, fans = make.person("Helmi"), make.people(12)
    with transaction() as session:
        for each, fan in enumerate(fans):
            size = {"size": "M" if each % 2 else "L", "received_at": make.NOW}
            session.add(WouldWear(submission_id=made.designs[0], contest_id=made.contest_id, person_id=fan, **size))
        session.add(
            CreditShare(
                submission_id=made.designs[0],
                person_id=helper,
                role="suggestion",
                share_bp=1500,
                state="accepted",
                standing=True,
                offered_at=make.NOW,
                answered_at=make.NOW,
            )
        )
        session.add(FinalistCount(submission_id=made.designs[0], kind="scan", day=make.NOW.date(), count=7))
    sign_in(client, made.boss)
    seen = client.get(f"/team/{made.artist_slug}/contests/{made.contest_id}/pick?blind=0").text
    words = ("I&#39;d wear it", "12 (M 6, L 6)", "Preorders to expect", "Shown", "times (0 on average)")
    words += ("Helmi (15 %)", "7 times, 0 times", "The result is provisional", "Held as doubtful", "95 per cent")
    assert [word for word in words if word not in seen] == []


@pytest.mark.one_db
@pytest.mark.parametrize(
    ("votes", "ballots", "low", "high"), [(0, 10, 0, 0.2775), (5, 10, 0.2366, 0.7634), (10, 10, 0.7225, 1)]
)
def test_the_interval_of_a_share_is_wilsons(votes, ballots, low, high):
    found = pick_rules.share(votes, ballots)
    assert found is not None
    assert found == pytest.approx((votes / ballots, low, high), abs=1e-4)
    assert pick_rules.share(0, 0) is None
