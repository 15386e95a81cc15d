"""Designs of the young wait for a guardian: not shown anywhere, nothing lost, agreed, refused, withdrawn, in a race."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from contests.submissions import queries, service
from contests.submissions.models import Submission
from tests.contests.submissions.stage import Stage, another_fan, design, sent_in, submit
from tests.pictures import png
from tests.web import sign_in_as as sign_in
from webapp.accounts.guardians import queries as asked
from webapp.accounts.guardians import service as guardians
from webapp.accounts.models import Person
from webapp.infra.db import db, transaction
from webapp.infra.mail import OutgoingMail
from webapp.infra.outbox import FactRow
from webapp.kernel.refusal import NotFound, Refused
from webapp.notices.models import Notice

PARENT = "parent@example.org"


def young(stage: Stage, country: str | None = "DE", **fields: Any) -> int:
    return another_fan(stage.now, **{"age_band": "13-15", "country": country, **fields})


def link() -> str:
    db.session.rollback()
    mail = select(OutgoingMail.params).where(OutgoingMail.kind == "guardian").order_by(OutgoingMail.id.desc())
    found = db.session.scalars(mail).first()
    return str(found["path"]) if found else ""


def request_id(submission_id: int) -> int:
    db.session.rollback()
    found = asked.request_of(db.session(), "submit", submission_id)
    assert found
    return found.id


def say(submission_id: int, said: str, now: Any) -> None:
    guardians.answer(link().rpartition("/")[2], request_id(submission_id), said, now)


def told(person_id: int) -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(Notice.kind).where(Notice.recipient_id == person_id).order_by(Notice.id)))


def facts() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(FactRow.name).where(FactRow.name.startswith("Submission"))))


def test_it_waits_is_seen_nowhere_and_is_sent_in_once_the_guardian_agrees(
    stage: Stage, app: Any, client: Any, new_client: Any, run_jobs: Any
) -> None:
    fan = young(stage)
    sign_in(client, fan)
    made = sent_in(stage, author=fan)
    run_jobs("outbox", "pictures")  # workers draw it meanwhile
    found = design(made)
    assert found.waits_for_guardian and found.revision and not found.submitted_at
    assert facts() == [] and told(fan) == ["design-needs-guardian"]
    session = db.session()
    assert queries.public_ids(session, stage.contest) == queries.pending_ids(session, stage.artist) == []
    assert queries.counts_by_state(session, stage.artist) == {} and queries.authors_of(session, stage.contest) == []
    assert queries.usage(session, stage.contest, fan).submitted == 1  # its place is kept
    twin = sent_in(stage)  # by somebody of age, the same picture
    run_jobs("outbox", "pictures")
    assert queries.lookalikes(db.session(), twin) == []
    for path in (f"/c/{stage.slug}/gallery", f"/api/v1/contests/{stage.slug}/designs", "/"):
        assert found.code not in new_client().get(path).text, path
    assert new_client().get(f"/D/{found.code}").status_code == 404
    moderator = new_client()
    sign_in(moderator, stage.moderator)
    page = moderator.get(f"/D/{found.code}")
    assert page.status_code == 200 and "nothing to decide" in page.text
    with pytest.raises(NotFound):
        service.moderate(made, stage.moderator, "approve", "", "", stage.now)
    assert "Waits for your guardian" in client.get("/mine").text
    assert "It waits for your guardian" in client.get(f"/D/{found.code}", follow_redirects=True).text

    guardians.name(fan, PARENT, stage.now)
    mails = db.session.query(OutgoingMail).filter_by(kind="guardian").count
    assert mails() == 1
    submit(stage, made, fan, title="A better title")  # words may be corrected; nobody is written to again
    assert mails() == 1 and design(made).title == "A better title"
    seen = new_client().get(link()).text
    assert "A better title" in seen and "<picture" in seen
    assert design(made).waits_for_guardian  # opening changed nothing
    said = re.search(r'action="(/guardian/[^"]+/agreed)"', seen)
    assert said and "agreed" in new_client().post(said[1], follow_redirects=True).text
    assert design(made).submitted_at and design(made).state == "pending" and facts().count("SubmissionMade") == 2
    assert queries.pending_ids(db.session(), stage.artist) == [made, twin]
    assert told(fan)[-1] == "design-guardian-agreed"


def test_the_way_is_short_where_no_guardian_is_needed(stage: Stage) -> None:
    for fields in ({"country": "FI"}, {"country": None, "age_band": "16-17"}):
        assert design(sent_in(stage, author=young(stage, **fields))).submitted_at
    waits = sent_in(stage, author=(fan := young(stage, country=None)))
    assert design(waits).waits_for_guardian  # nobody knows where they live: the strictest rule
    with transaction() as session:
        session.get_one(Person, fan).country = "FI"
    submit(stage, waits, fan)
    assert design(waits).submitted_at
    guardians.name(fan, PARENT, stage.now)
    assert link() == ""  # nothing is asked any more


def test_a_no_leaves_it_a_draft_and_a_withdrawal_takes_it_back(stage: Stage, client: Any, run_jobs: Any) -> None:
    fan = young(stage)
    guardians.name(fan, PARENT, stage.now)
    first, second = sent_in(stage, author=fan), sent_in(stage, png(80, 90), author=fan)
    say(first, "refused", stage.now)
    assert not design(first).waits_for_guardian and design(first).title == "Whale"
    with pytest.raises(Refused) as refused:
        submit(stage, first, fan)
    assert refused.value.code == "guardian-said-no"
    sign_in(client, fan)
    assert "Your guardian did not agree" in client.get("/mine").text
    say(second, "agreed", stage.now)
    service.moderate(second, stage.moderator, "approve", "", "", stage.now)
    say(second, "withdrawn", stage.now)
    assert design(second).withdrawn_at and facts()[-1] == "SubmissionWithdrawn"
    run_jobs("outbox")
    assert {"design-guardian-refused", "design-guardian-withdrew"} <= set(told(fan))


def test_the_end_of_submitting_decides(stage: Stage, clock: Any, client: Any) -> None:
    fan = young(stage)
    guardians.name(fan, PARENT, stage.now)
    waits, sent = sent_in(stage, author=fan), sent_in(stage, png(80, 90), author=fan)
    say(sent, "agreed", stage.now + timedelta(days=7, seconds=-1))  # the last second counts
    assert design(sent).submitted_at
    clock.at(stage.now + timedelta(days=7))
    with pytest.raises(Refused) as late:
        say(waits, "agreed", clock.now)
    assert late.value.code == "too-late"
    db.session.rollback()
    found = asked.request_of(db.session(), "submit", waits)
    assert found and found.state == "pending" and design(waits).waits_for_guardian  # nothing happened, nothing is lost
    sign_in(client, fan)
    assert "Nothing is lost" in client.get(f"/designs/{design(waits).code}/draft").text


@pytest.mark.parametrize("first", ["fan", "guardian"])
def test_who_withdraws_while_the_guardian_agrees(stage: Stage, first: str) -> None:
    fan = young(stage)
    guardians.name(fan, PARENT, stage.now)
    made = sent_in(stage, author=fan)
    if first == "guardian":
        say(made, "agreed", stage.now)
    service.withdraw(made, fan, stage.now)
    if first == "fan":
        with pytest.raises(Refused):
            say(made, "agreed", stage.now)
        found = asked.request_of(db.session(), "submit", made)
        assert found and found.agreed_at is None
    found_design = design(made)
    assert found_design.withdrawn_at and (found_design.submitted_at is None) == (first == "fan")
    assert queries.public_ids(db.session(), stage.contest) == []


def test_of_age_they_answer_themselves_and_the_guardian_no_longer_does(
    stage: Stage, client: Any, new_client: Any
) -> None:
    fan = young(stage)
    guardians.name(fan, PARENT, stage.now)
    agreed, waits, third = (sent_in(stage, png(60 + n, 70), author=fan) for n in range(3))
    say(agreed, "agreed", stage.now)
    with transaction() as session:
        session.get_one(Person, fan).age_band = "18+"
    with pytest.raises(Refused) as over:
        say(agreed, "withdrawn", stage.now)
    assert over.value.code == "of-age-now"
    assert "They are of age now" in new_client().get(link()).text
    sign_in(client, fan)
    page = client.get("/settings/guardian").text
    assert page.count("/keep") == page.count("/end") == 3
    for made, said in ((agreed, "end"), (waits, "keep"), (third, "end")):
        path = f"/settings/guardian/{request_id(made)}/{said}"
        assert client.post(path).status_code == 303
        client.post(path)  # twice is once
    assert design(agreed).withdrawn_at and design(waits).submitted_at
    assert not design(third).waits_for_guardian and not design(third).withdrawn_at
    assert "design-guardian-refused" not in told(fan)  # they know: they did it themselves
    other = new_client()
    sign_in(other, another_fan(stage.now))
    assert other.post(f"/settings/guardian/{request_id(third)}/keep").status_code == 404


def test_no_page_says_how_old_somebody_is_or_where_they_live(stage: Stage, new_client: Any, run_jobs: Any) -> None:
    fan = young(stage, country="FI")
    made = sent_in(stage, author=fan)
    run_jobs("outbox", "pictures")
    service.moderate(made, stage.moderator, "approve", "", "", stage.now)
    code = design(made).code
    pages = [f"/D/{code}", f"/c/{stage.slug}/gallery", f"/api/v1/designs/{code}", f"/c/{stage.slug}", "/"]
    for path in pages:
        text = new_client().get(path).text
        assert "13-15" not in text and "13 to 15" not in text and "Finland" not in text and '"FI"' not in text, path
    assert db.session.scalar(select(Submission.submitted_at).where(Submission.id == made))
