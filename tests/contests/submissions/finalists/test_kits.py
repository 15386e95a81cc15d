"""Kits of finalists: made once, told once, kept from others, counted without a write, put away with the design."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, func, select, update

from contests.submissions import jobs as pictures
from contests.submissions import service as designs
from contests.submissions.finalists import jobs, queries, travels
from contests.submissions.finalists.models import FinalistCount, FinalistKit
from contests.submissions.models import Submission
from tests.contests.submissions.stage import Stage, another_fan, design, sent_in
from tests.pictures import png
from voting import finalist_kits
from voting.models import Shortlisted
from webapp.accounts import store as people
from webapp.infra import queue
from webapp.infra.aside import FLUSHING
from webapp.infra.db import db, transaction
from webapp.infra.storage import storage
from webapp.notices.models import Notice

# Files, and rows about them; queues and leases are tested on both kinds of database in test_jobs.py.
pytestmark = pytest.mark.ordinarily("postgres")

PARTS = {
    "wallpaper-1320x2868.jpg", "wallpaper-1440x3200.jpg", "poster-a4.pdf", "poster-a3.pdf",
    "qr.svg", "qr.png", "qr-tee.png",
}  # fmt: skip


@pytest.fixture
def finalist(stage: Stage, clock: Any) -> int:
    """A design on the shortlist of a contest whose artist picks; its kit has been asked for twice."""
    submission_id = sent_in(stage, png(300, 400))
    latest = design(submission_id).latest
    assert latest is not None and pictures.process(latest.id)
    designs.moderate(submission_id, stage.moderator, "approve", "", "", stage.now)
    clock.at(stage.now + timedelta(days=15))
    with transaction() as session:
        session.add(Shortlisted(contest_id=stage.contest, submission_id=submission_id, rank=1, votes=5))
    finalist_kits.round_closed(stage.contest, 1)
    finalist_kits.round_closed(stage.contest, 1)
    redis = queue.connection()
    for key in redis.keys(travels.COUNTED + "*"):
        redis.delete(key)
    return submission_id


def kit_of(submission_id: int) -> queries.KitRow:
    db.session.rollback()
    found = queries.of_design(db.session(), submission_id)
    assert found is not None
    return found


def stand(submission_id: int) -> None:
    """Let a kit stand whose wallpapers are not drawn, for tests that look at who gets it."""
    files = []
    for part in ("wallpaper-1320x2868.jpg", "wallpaper-1440x3200.jpg", "kit.zip"):
        storage().put(f"kits/{part}", part.encode())
        files.append({"part": part, "key": f"kits/{part}", "bytes": len(part)})
    with transaction() as session:
        session.execute(update(FinalistKit).values(state="done", files=files))


def told() -> list[int]:
    db.session.rollback()
    return list(db.session.scalars(select(Notice.recipient_id).where(Notice.kind == "finalist-kit")))


def test_a_kit_is_made_once_and_its_author_told_once(stage: Stage, finalist: int) -> None:
    kit = kit_of(finalist)
    assert kit.waiting and finalist_kits.open_missing() == 0 and told() == []
    assert jobs.process(kit.id) and not jobs.process(kit.id)
    made = kit_of(finalist)
    assert {each["part"] for each in made.files} == PARTS | {"kit.zip"}
    packed = made.file("kit.zip")
    assert packed is not None
    with zipfile.ZipFile(io.BytesIO(storage().get(packed["key"]))) as zipped:
        assert set(zipped.namelist()) == PARTS and zipped.testzip() is None
    jobs.tell(kit.id)
    jobs.tell(kit.id)
    assert told() == [stage.fan]
    before = {key: storage().get(key) for key in storage().keys("kits/")}
    with transaction() as session:  # a worker that died after storing: all is done again
        session.execute(update(FinalistKit).values(state="waiting", files=[]))
    assert jobs.process(kit.id)
    assert {key: storage().get(key) for key in storage().keys("kits/")} == before


def test_only_the_shortlist_gets_kits_also_when_shown_again_later(stage: Stage, finalist: int) -> None:
    other = sent_in(stage, png(50, 60), author=another_fan(stage.now))
    latest = design(other).latest
    assert latest is not None and pictures.process(latest.id)
    assert finalist_kits.open_missing() == 0
    with transaction() as session:
        session.add(Shortlisted(contest_id=stage.contest, submission_id=other, rank=2, votes=3))
    assert finalist_kits.open_missing() == 0  # not shown: no moderator has looked
    designs.moderate(other, stage.moderator, "approve", "", "", stage.now)
    assert finalist_kits.open_missing() == 1
    assert finalist_kits.open_missing() == 0


@pytest.mark.one_db
def test_the_page_waits_shows_and_serves(
    stage: Stage, finalist: int, client: Any, sign_in: Any, new_client: Any
) -> None:
    code = design(finalist).code
    page = f"/designs/{code}/kit"
    sign_in(client, stage.fan)
    assert 'hx-get="' in client.get(page).text
    fragment = client.get(page + "/status", headers={"HX-Request": "true"})
    assert "HX-Refresh" not in fragment.headers and "In the making" in fragment.text
    db.session.rollback()
    jobs.process(kit_of(finalist).id)
    assert client.get(page + "/status", headers={"HX-Request": "true"}).headers["HX-Refresh"] == "true"
    shown = client.get(page).text
    assert "Finalist&#39;s kit" in shown or "Finalist's kit" in shown
    for part in PARTS | {"kit.zip"}:
        assert f"{page}/{part}" in shown
        answer = client.get(f"{page}/{part}")
        assert answer.status_code == 200 and answer.data
        assert answer.headers["Content-Disposition"] == f'attachment; filename="{code}-{part}"'
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Security-Policy"].startswith("sandbox")
    wallpaper = kit_of(finalist).file("wallpaper-1320x2868.jpg")
    assert wallpaper is not None
    public = new_client().get(f"/media/{wallpaper['key']}")
    assert public.status_code == 200 and "immutable" in public.headers["Cache-Control"]
    packed = kit_of(finalist).file("qr.svg")
    assert packed is not None and new_client().get(f"/media/{packed['key']}").status_code == 404
    assert client.get(page + "/../../etc").status_code == 404
    stranger = new_client()
    sign_in(stranger, another_fan(stage.now))
    assert stranger.get(page).status_code == 404
    assert stranger.get(page + "/kit.zip").status_code == 404
    assert stranger.post(page + "/retry").status_code == 404
    team = new_client()
    sign_in(team, stage.moderator)
    assert team.get(page).status_code == 200


@pytest.mark.one_db
def test_a_kit_that_failed_says_why_and_is_tried_again(stage: Stage, finalist: int, client: Any, sign_in: Any) -> None:
    kit, found = kit_of(finalist), design(finalist).revision
    assert found is not None
    kept = storage().get(found.original_key)
    storage().put(found.original_key, kept[: len(kept) // 2])
    assert jobs.process(kit.id)
    assert kit_of(finalist).failure_code == "truncated" and told() == []
    sign_in(client, stage.fan)
    page = f"/designs/{design(finalist).code}/kit"
    assert "The end of this file is missing" in client.get(page).text
    storage().put(found.original_key, kept)
    assert client.post(page + "/retry").status_code == 302
    db.session.rollback()
    assert client.post(page + "/retry").status_code in (403, 409)
    assert jobs.process(kit.id) and kit_of(finalist).state == "done"


def test_lost_wakes_and_dead_workers_are_found_again(stage: Stage, finalist: int, clock: Any) -> None:
    found = design(finalist).revision
    assert found is not None
    storage().delete(found.original_key)
    kit = kit_of(finalist)
    for _ in range(3):
        clock.at(clock.now + timedelta(minutes=10))
        jobs.sweep_waiting()
        jobs.process(kit.id)
    assert (kit_of(finalist).state, kit_of(finalist).failure_code) == ("failed", "worker-died")


def test_scans_open_the_design_at_once_and_are_counted_without_a_write(
    stage: Stage, finalist: int, client: Any, new_client: Any
) -> None:
    stand(finalist)
    code = design(finalist).code
    seen: list[str] = []

    def note(*told: Any) -> None:
        seen.append(told[2])

    event.listen(db.engine, "before_cursor_execute", note)
    for path in (f"/D/{code}/QR", f"/d/{code.lower()}/qr", f"/D/{code.lower()}/qr"):
        visitor = new_client()
        seen.clear()
        page = visitor.get(path)
        assert page.status_code == 200 and f'/D/{code}">' in page.text and 'rel="canonical"' in page.text
        assert not [each for each in seen if each.upper().startswith(("INSERT", "UPDATE", "DELETE"))]
        visitor.get(path)  # reloaded: the same scan
    event.remove(db.engine, "before_cursor_execute", note)
    new_client().get(f"/D/{code}/QR", headers={"User-Agent": "Googlebot"})
    new_client().get(f"/D/{code}/QR", headers={"Sec-Purpose": "prefetch"})
    new_client().head(f"/D/{code}/QR")
    assert new_client().get(f"/d/{code.lower()}").status_code == 200  # typed by hand: no scan
    taken = new_client().get(f"/D/{code}/wallpaper", headers={"User-Agent": "iPhone"})
    assert taken.headers["Content-Disposition"] == f'attachment; filename="{code}-wallpaper-1320x2868.jpg"'
    assert "1440x3200" in new_client().get(f"/D/{code}/wallpaper").headers["Content-Disposition"]
    assert queries.counts(db.session(), [finalist]) == {}
    db.session.rollback()
    assert travels.flush() == 2
    assert travels.flush() == 0
    assert queries.counts(db.session(), [finalist]) == {finalist: queries.Counts(3, 2)}
    db.session.rollback()
    new_client().get(f"/D/{code}/QR")
    travels.flush()
    assert queries.counts(db.session(), [finalist])[finalist].scans == 4
    days = queries.days(db.session(), finalist, (stage.now + timedelta(days=15)).date(), 14)
    assert len(days) == 14 and (days[-1].scans, days[-1].wallpapers) == (4, 2) and days[0].scans == 0


def test_a_flush_that_died_is_taken_up_and_strangers_ids_are_left_out(finalist: int) -> None:
    redis = queue.connection()
    redis.hset(travels.COUNTED + FLUSHING, mapping={f"{finalist}:scan:2026-05-01": 7, "999999:scan:2026-05-01": 1})
    redis.hset(travels.COUNTED, f"{finalist}:scan:2026-05-02", 2)
    travels.flush()
    travels.flush()
    assert db.session.scalar(select(func.sum(FinalistCount.count))) == 9


def test_withdrawn_and_hidden_designs_take_their_kit_along(
    stage: Stage, finalist: int, client: Any, sign_in: Any, new_client: Any
) -> None:
    stand(finalist)
    code = design(finalist).code
    sign_in(client, stage.fan)
    assert "Make it my wallpaper" in new_client().get(f"/D/{code}").text
    designs.moderate(finalist, stage.moderator, "hide", "", "Looks like a logo", stage.now)
    assert client.get(f"/designs/{code}/kit").status_code == 410
    assert client.get(f"/designs/{code}/kit/kit.zip").status_code == 410
    for path in (f"/D/{code}/QR", f"/D/{code}/wallpaper"):
        assert new_client().get(path).status_code == new_client().get(f"/D/{code}").status_code == 404
    with transaction() as session:
        session.execute(update(Submission).values(withdrawn_at=stage.now))
    for path in (f"/D/{code}/QR", f"/D/{code}/wallpaper"):
        assert new_client().get(path).status_code == new_client().get(f"/D/{code}").status_code == 410
    assert client.get(f"/designs/{code}/kit").status_code == 410
    travels.flush()
    assert queries.counts(db.session(), [finalist]) == {}


def test_the_team_sees_how_its_finalists_travel(stage: Stage, finalist: int, client: Any, sign_in: Any) -> None:
    with transaction() as session:
        staff = people.add_person(session, "press@example.org", "Pia", stage.now, age_band="18+")
        people.add_member(session, stage.artist, staff, "merch_staff", stage.now)
        session.add(FinalistCount(submission_id=finalist, kind="scan", day=stage.now.date(), count=31))
    slug = "artist-" + stage.slug.rpartition("-")[2]
    path = f"/team/{slug}/contests/{stage.contest}/finalists"
    sign_in(client, stage.fan)
    assert client.get(path).status_code in (403, 404)
    sign_in(client, staff)
    assert "31 scans" in client.get(path).text
    assert path in client.get(f"/team/{slug}").text
