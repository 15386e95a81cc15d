"""How much may be sent in: files and bytes by hour and day, decided by conditional writes; and a disk nearly full."""

from __future__ import annotations

import io
import shutil
import threading
from collections import namedtuple
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from contests.submissions import service
from contests.submissions.studio import service as studio
from contests.submissions.studio.owners import Owner
from tests.contests.submissions.stage import Stage, another_fan
from tests.pictures import png
from webapp.infra.db import db
from webapp.infra.quotas import UploadCount
from webapp.infra.settings.uploads import MB
from webapp.infra.storage import storage
from webapp.kernel.refusal import Refused

Disk = namedtuple("Disk", "total used free")


@pytest.fixture
def allow(app: Any) -> Any:
    """`allow(uploads_hour=2)` changes the running application's settings for the test."""

    def change(**fields: Any) -> None:
        app.config["SETTINGS"] = replace(app.config["SETTINGS"], **fields)

    return change


def refusal(stage: Stage, author: int | None = None, **more: Any) -> Refused:
    with pytest.raises(Refused) as refused:
        service.begin(stage.contest, author or stage.fan, png(90, 90), "a.png", more.get("now", stage.now))
    return refused.value


def begin(stage: Stage, size: int = 80, author: int | None = None, **more: Any) -> service.Begun:
    return service.begin(stage.contest, author or stage.fan, png(size, 80), "a.png", more.get("now", stage.now))


def counts() -> dict[tuple[str, str], tuple[int, int]]:
    db.session.rollback()
    rows = db.session.execute(select(UploadCount.sender, UploadCount.span, UploadCount.files, UploadCount.bytes))
    return {(row.sender.partition(":")[0], row.span): (row.files, row.bytes) for row in rows}


def test_when_the_hour_is_used_up_it_says_when_it_goes_on(stage: Stage, allow: Any) -> None:
    allow(uploads_hour=2)
    begin(stage)
    begin(stage, 81)
    before = set(storage().keys(""))
    at = stage.now.replace(minute=35)
    refused = refusal(stage, now=at)
    assert (refused.code, refused.status, refused.details["minutes"]) == ("upload-quota", 429, 25)
    assert set(storage().keys("")) == before, "nothing is stored of what is refused"
    begin(stage, 82, another_fan(stage.now), now=at)  # others go on
    begin(stage, 83, now=at + timedelta(minutes=25))


@pytest.mark.one_db
def test_bytes_count_by_hour_and_by_day(stage: Stage, allow: Any) -> None:
    size = len(png(80, 80))
    allow(uploads_hour_bytes=size + 10)
    begin(stage)
    assert refusal(stage).code == "upload-quota"
    allow(uploads_hour_bytes=10**9, uploads_day_bytes=size + 10)
    later = stage.now + timedelta(hours=3)
    assert refusal(stage, now=later).details["retry_after"] == 9 * 3600, "the day ends at midnight in UTC"
    begin(stage, 81, now=stage.now + timedelta(days=1))


def test_a_contest_takes_so_much_a_day_from_all(stage: Stage, allow: Any) -> None:
    allow(uploads_contest_bytes=len(png(80, 80)) + 10)
    begin(stage)
    assert "This contest" in refusal(stage, another_fan(stage.now)).message


@pytest.mark.one_db
def test_strangers_count_by_their_network_and_members_don_t(stage: Stage, allow: Any) -> None:
    allow(uploads_network_bytes=len(png(90, 90)))
    here = [Owner(None, f"{n:032d}", f"203.0.113.{n}") for n in range(3)]
    studio.upload(stage.contest, here[0], png(80, 80), "a.png", stage.now)
    with pytest.raises(Refused) as refused:
        studio.upload(stage.contest, here[1], png(90, 90), "a.png", stage.now)
    assert "sign in" in refused.value.message
    studio.upload(stage.contest, replace(here[2], address="198.51.100.1"), png(90, 90), "a.png", stage.now)
    studio.upload(stage.contest, replace(here[1], person_id=stage.fan), png(90, 90), "a.png", stage.now)
    assert not any("203.0.113" in sender for sender in db.session.scalars(select(UploadCount.sender)))


def test_what_is_refused_for_another_reason_is_given_back(stage: Stage) -> None:
    begin(stage)
    before = counts()
    for _ in range(3):
        with pytest.raises(Refused):
            begin(stage, 81, now=stage.now + timedelta(minutes=1), author=_suspended(stage))
    theirs = {key: value for key, value in counts().items() if key[0] == "contest"}
    assert theirs == {key: value for key, value in before.items() if key[0] == "contest"}


def test_of_two_at_once_one_goes_through(stage: Stage, allow: Any, app: Any) -> None:
    allow(uploads_hour=1)
    together, answers = threading.Barrier(2), []

    def send(size: int) -> None:
        with app.app_context():
            together.wait()
            try:
                answers.append(begin(stage, size).code)
            except Refused as refused:
                answers.append(refused.code)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=send, args=(80 + n,)) for n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers.count("upload-quota") == 1
    assert counts()[("person", "hour")][0] == 1


@pytest.mark.one_db
def test_a_disk_that_is_nearly_full_takes_no_file(
    stage: Stage, allow: Any, monkeypatch: Any, client: Any, sign_in: Any
) -> None:
    begin(stage)
    before, kept = counts(), set(storage().keys(""))
    monkeypatch.setattr(shutil, "disk_usage", lambda _place: Disk(10**12, 10**12 - 400 * MB, 400 * MB))
    refused = refusal(stage)
    assert (refused.code, refused.status) == ("storage-full", 503)
    assert (counts(), set(storage().keys(""))) == (before, kept)
    sign_in(client, stage.fan)
    file = {"picture": (io.BytesIO(png()), "a.png")}
    answer = client.post(f"/c/{stage.slug}/enter", data=file, headers={"Accept": "application/json"})
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "600")
    assert "nearly full" in answer.json["message"]
    allow(disk_reserve=100 * MB)
    begin(stage, 81)


@pytest.mark.one_db
def test_the_way_a_page_says_it(stage: Stage, allow: Any, client: Any, sign_in: Any) -> None:
    allow(uploads_hour=1)
    sign_in(client, stage.fan)
    begin(stage)
    file = {"picture": (io.BytesIO(png(99, 99)), "a.png")}
    answer = client.post(f"/c/{stage.slug}/enter", data=file)
    assert answer.status_code == 429
    assert "It goes on in" in answer.get_data(as_text=True)


def _suspended(stage: Stage) -> int:
    return another_fan(stage.now, suspended_at=stage.now)
