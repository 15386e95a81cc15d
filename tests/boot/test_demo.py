"""The demo: every phase is there, the votes agree, nobody is told of the past, the pictures get drawn."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from contests import queries as contests
from contests.models import Contest
from contests.phases import Phase
from contests.submissions.models import Revision, Submission
from preorders import queries as preorders
from preorders import recount as edition
from preorders.models import Preorder
from preorders.phases import Phase as DropPhase
from voting import queries as voting
from voting import recounting
from voting.bundle import verify
from voting.bundle.models import ResultBundle
from voting.integrity.models import SignalCluster
from voting.models import Ballot, Round
from voting.wearing.models import WouldWear
from webapp.accounts import queries as accounts
from webapp.accounts.models import Artist, Person
from webapp.boot.demo import calls, greeting, jobs, odd, people, seed, sentences
from webapp.infra.db import db
from webapp.infra.outbox import Delivery, FactRow
from webapp.kernel.now import now
from webapp.notices import kinds
from webapp.notices.models import Notice


@pytest.fixture(scope="module")
def seeded() -> Iterator[dict[str, sqlite3.Connection]]:
    """Copies in memory of the SQLite databases that were seeded: a copy takes a tenth of the time of a seed."""
    copies: dict[str, sqlite3.Connection] = {}
    yield copies
    for copy in copies.values():
        copy.close()


@pytest.fixture
def demo(app: Any, seeded: dict[str, sqlite3.Connection]) -> Any:
    """The application with a seeded demo."""
    address = str(db.engine.url)
    if address in seeded:
        with contextlib.closing(db.engine.raw_connection()) as link:
            seeded[address].backup(link.driver_connection)  # type: ignore[arg-type]
        assert jobs.draw_missing()
        return app
    assert seed.seed(now())
    if address.startswith("sqlite"):
        seeded[address] = sqlite3.connect(":memory:")
        with contextlib.closing(db.engine.raw_connection()) as link:
            link.driver_connection.backup(seeded[address])  # type: ignore[union-attr]
    return app


def count(model: Any, *conditions: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(model).where(*conditions)) or 0


@pytest.mark.one_db
def test_each_phase_has_a_contest_that_stays_there_for_days(demo: Any) -> None:
    rows = [contests.contest(db.session(), each) for each in db.session.scalars(select(Contest.id))]
    for later in (timedelta(0), timedelta(days=2)):
        assert {row.phase(now() + later) for row in rows if row} == set(Phase)
    assert {call.phase for call in calls.CALLS} == set(Phase)


@pytest.mark.ordinarily("sqlite")
def test_votes_agree_with_their_ledger_and_the_published_results(demo: Any) -> None:
    counts = recounting.recount(None)
    assert len(counts) == 6
    assert [difference for count in counts for difference in count.differences] == []
    assert sum(count.votes for count in counts) > 1000
    assert edition.differences(db.session()) == []


@pytest.mark.one_db
def test_odd_ballots_wishes_and_bundles_are_there_to_be_looked_at(demo: Any, client: Any) -> None:
    held = [poll.id for poll in db.session.scalars(select(Round)) if count(Ballot, *_held(poll.id)) == odd.TABLET]
    assert len(held) == 2, "one that runs, one that waits for its pick"
    assert count(SignalCluster, SignalCluster.stands) >= 1
    assert count(WouldWear) > 100
    labels = db.session.execute(select(ResultBundle.contest_id, ResultBundle.label)).all()
    assert {label for _contest, label in labels} == {"seal", "final"}
    slug = db.session.scalar(select(Contest.slug).where(Contest.id == min(labels)[0]))
    zipped = client.get(f"/c/{slug}/results.zip").data
    assert len(verify.check(zipped)) > 2


def _held(round_id: int) -> tuple[Any, ...]:
    return Ballot.round_id == round_id, Ballot.state == "held"


@pytest.mark.one_db
def test_the_edition_adds_up(demo: Any) -> None:
    drop = preorders.by_slug(db.session(), "club-tee")
    assert drop is not None
    assert drop.phase(now()) is DropPhase.OPEN
    assert drop.edition_cap is not None
    assert 0 < drop.reserved < drop.edition_cap
    standing = db.session.scalar(
        select(func.sum(Preorder.pieces)).where(Preorder.drop_id == drop.id, Preorder.state == "reserved")
    )
    assert standing == drop.reserved
    assert edition.differences(db.session()) == []


@pytest.mark.one_db
def test_the_pick_is_a_finalist_with_a_reason_and_not_the_fans_first_choice(demo: Any) -> None:
    decided = contests.by_slug(db.session(), "club-tee")
    assert decided is not None
    pick = voting.standing_pick(db.session(), decided.id)
    result = voting.result(db.session(), decided.id)
    assert pick is not None
    assert result is not None
    assert pick.submission_id in voting.shortlist(db.session(), decided.id)
    assert pick.announced_at is not None
    assert len(pick.reason) > 100


@pytest.mark.one_db
def test_nobody_is_told_of_the_invented_past(demo: Any, run_jobs: Any) -> None:
    from webapp.infra.mail import OutgoingMail

    run_jobs("outbox", "mail")
    assert count(FactRow) == count(Delivery) == count(OutgoingMail) == 0
    rows = db.session.scalars(select(Notice)).all()
    assert rows
    for row in rows:
        kind = kinds.get(row.kind)
        assert kind.subject % row.params
        assert kind.line % row.params
        assert row.params["path"].startswith("/")


@pytest.mark.one_db
def test_a_second_run_changes_nothing(demo: Any) -> None:
    before = count(Person), count(Submission), count(Preorder)
    assert not seed.seed(now())
    assert (count(Person), count(Submission), count(Preorder)) == before


@pytest.mark.one_db
def test_everybody_is_marked_as_invented_and_cannot_get_mail(demo: Any) -> None:
    assert count(Person, ~Person.is_demo) == 0
    assert count(Person, ~Person.email.endswith(".invalid")) == 0


@pytest.mark.one_db
def test_each_role_has_somebody_and_a_line_in_the_terminal(demo: Any) -> None:
    told = greeting.lines(db.session(), "http://localhost:1")
    assert len(told) == len(people.NAMED) + 1
    aino = accounts.artist_by_slug(db.session(), "aino-kuu")
    assert aino is not None
    for role in ("artist", "merch_staff", "moderator"):
        (person_id,) = accounts.team(db.session(), aino.id, role)
        assert any(f"http://localhost:1/dev/sign-in/{person_id} " in line for line in told)


@pytest.mark.one_db
def test_a_printed_link_opens_the_door(demo: Any, client: Any) -> None:
    link = greeting.lines(db.session(), "")[1].split("/dev/sign-in/")[1].split()[0]
    assert "Aino Kuu" in client.get(f"/dev/sign-in/{link}").text


def test_a_drawn_picture_is_shown_and_drawing_it_again_changes_nothing(demo: Any) -> None:
    voting_id = contests.by_slug(db.session(), "low-tide-tour-tee").id
    revision_id = db.session.scalar(
        select(Submission.current_revision_id)
        .where(Submission.contest_id == voting_id)
        .order_by(Submission.id)
        .limit(1)
    )
    assert jobs.draw(revision_id)
    assert not jobs.draw(revision_id)
    row = db.session.get(Revision, revision_id, populate_existing=True)
    assert row.state == "done"
    assert row.renditions[-1]["w"] == 1080
    assert row.original_key.startswith("originals/")
    assert db.session.scalar(select(Submission.state).where(Submission.current_revision_id == revision_id)) == (
        "approved"
    )


@pytest.mark.one_db
def test_a_drawing_of_the_studio_can_be_drawn_on_and_others_start_from_it(demo: Any) -> None:
    from contests.submissions.studio import finishing
    from contests.submissions.studio.models import StudioDraft

    by_hand = select(Submission).join(Revision, Revision.submission_id == Submission.id)
    designs = db.session.scalars(by_hand.where(Revision.source == "studio").order_by(Submission.id)).all()
    assert [each.allow_remix for each in designs] == [True, False]
    submission_id, author_id, revision_id = designs[0].id, designs[0].author_id, designs[0].current_revision_id
    db.session.rollback()
    assert jobs.draw(revision_id)
    row = db.session.get(Revision, revision_id, populate_existing=True)
    assert (row.format, row.state) == ("SCENE", "done")
    assert row.mockups
    assert row.print_files
    db.session.rollback()
    code = finishing.reopen(submission_id, author_id, now())
    assert db.session.scalar(select(StudioDraft.submission_id).where(StudioDraft.code == code)) == submission_id


@pytest.mark.one_db
def test_walls_are_hung_first_and_mockups_follow(demo: Any) -> None:
    from contests.submissions import rebuilding

    rows = db.session.execute(select(Revision.id, Revision.report).where(Revision.state == "waiting")).all()
    later = next(row.id for row in rows if row.report["demo"]["turn"] == 2)
    db.session.rollback()
    assert jobs.draw(later)
    row = db.session.get(Revision, later, populate_existing=True)
    assert row.renditions
    assert (row.mockups, row.print_report) == ([], [])
    db.session.rollback()
    jobs.hang_on_products([later])
    jobs.hang_on_products([later])
    assert rebuilding.remake(later)
    row = db.session.get(Revision, later, populate_existing=True)
    assert row.mockups
    assert row.print_report


@pytest.mark.one_db
def test_every_page_answers_while_the_pictures_are_still_in_the_making(demo: Any, client: Any, sign_in: Any) -> None:
    db.session.rollback()
    codes = db.session.scalars(select(Submission.code).where(Submission.state == "approved").limit(3)).all()
    pages = ["/", "/a/aino-kuu", "/a/kelo", "/drops/club-tee", "/c/club-tee/result", "/c/winter-hoodie/result"]
    pages += [f"/D/{code}" for code in codes]
    for call in calls.CALLS:
        if call.phase is not Phase.DRAFT:
            pages += [f"/c/{call.slug}", f"/c/{call.slug}/designs"]
    assert [(page, status) for page in pages if (status := client.get(page).status_code) != 200] == []
    by_key = {each.key: each.address for each in people.NAMED}
    team = {
        "selma": ["/team/aino-kuu", "/team/aino-kuu/drops", "/inbox"],
        "jonas": ["/team/aino-kuu/moderation", "/inbox"],
        "milja": ["/mine", "/inbox", "/c/low-tide-tour-tee/vote", "/c/low-tide-tour-tee/ballot"],
    }
    for key, own in team.items():
        sign_in(client, db.session.scalar(select(Person.id).where(Person.email == by_key[key])))
        assert [(page, status) for page in own if (status := client.get(page).status_code) != 200] == []


@pytest.mark.one_db
def test_a_worker_that_died_after_drawing_is_no_loss(demo: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from contests.submissions import jobs as pictures

    revision_id = db.session.scalar(select(func.min(Revision.id)))
    with monkeypatch.context() as death:
        death.setattr(pictures, "process", lambda _id, **_how: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            jobs.draw(revision_id)
    assert pictures.sweep_waiting() == 1  # the ordinary sweep finds this one, and none that has no drawing
    assert pictures.process(revision_id)


@pytest.mark.one_db
def test_pictures_are_asked_for_again_until_they_are_there(demo: Any, run_jobs: Any) -> None:
    waiting = count(Revision, Revision.state == "waiting")
    assert jobs.draw_missing() == waiting + 2
    for artist_id in db.session.scalars(select(Artist.id)).all():
        jobs.draw_portrait(artist_id)
    jobs.draw(db.session.scalar(select(func.min(Revision.id))))
    assert jobs.draw_missing() == waiting - 1


@pytest.mark.one_db
def test_the_portrait_is_served(demo: Any, client: Any) -> None:
    artist = accounts.artist_by_slug(db.session(), "aino-kuu")
    jobs.draw_portrait(artist.id)
    db.session.expire_all()
    shown = accounts.artist_by_slug(db.session(), "aino-kuu")
    answer = client.get(f"/media/{shown.portrait_key}")
    assert answer.status_code == 200
    assert answer.mimetype == "image/jpeg"


def test_production_refuses_the_demo(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    from webapp.boot.commands.demo import demo as command

    settings = {
        "FANMADE_ENV": "production",
        "FANMADE_DATA": str(tmp_path),
        "FANMADE_DATABASE_URL": "postgresql://nobody@localhost/nothing",
        "FANMADE_REDIS_URL": "redis://localhost:1/0",
        "FANMADE_MAIL_URL": "smtp://localhost:1",
        "FANMADE_MAIL_FROM": "a@example.org",
        "FANMADE_SECRET_KEY": "abcdefghijklmnopqrstuvwxyz0123456789",
        "FANMADE_BASE_URL": "https://example.org",
    }
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    answer = CliRunner().invoke(command, ["--if-empty"])
    assert answer.exit_code == 2
    assert "production" in answer.output


def test_every_style_has_something_said_about_it() -> None:
    from webapp.boot.demo import art

    assert set(sentences.ABOUT) == set(art.STYLES)
    about = [sentence for two in sentences.ABOUT.values() for sentence in two]
    said = [*sentences.ANY, *sentences.POLISH, *sentences.FINNISH, *about, *sentences.THANKS, *sentences.TAKES]
    assert len(said) == len(set(said)) > 80
