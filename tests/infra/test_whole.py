"""Pages that are the same for all strangers: kept while they stand, never longer, and never for who is signed in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Connection, update

from contests.submissions.models import Submission
from tests.house.crowd import Crowd
from tests.pages.make import DAY, NOW
from voting.models import Pick
from webapp.accounts.models import Person
from webapp.infra.db import db
from webapp.infra.whole import KEEPER, LASTS, Keeper

SAME = ("/c/d/result", "/c/d/decision", "/c/d/log", "/drops/drop", "/privacy", "/terms", "/imprint")
SAME += ("/transparency", "/how-votes-are-checked")
RESULT = SAME[0]


@pytest.fixture
def kept(app: Any, monkeypatch: Any) -> list[bool]:
    """Of each request, whether it was answered with what was kept."""
    said: list[bool] = []
    answer = Keeper._answer
    app.extensions[KEEPER].pages.clear()
    app.extensions[KEEPER].paths.clear()

    def short(self: Keeper, *rest: Any) -> Any:
        found = answer(self, *rest)
        said.append(found is not None)
        return found

    monkeypatch.setattr(Keeper, "_answer", short)
    return said


@pytest.fixture
def crowd(app: Any, clock: Any) -> Crowd:
    clock.at(NOW)
    found = Crowd()
    found.grow(3)
    return found


def elsewhere(act: Callable[[Connection], Any]) -> None:
    """Commit something that this process does not hear of."""
    with db.engine.begin() as connection:
        act(connection)


@pytest.mark.ordinarily("sqlite")
@pytest.mark.usefixtures("csrf", "crowd")
@pytest.mark.parametrize("path", SAME)
def test_a_page_is_sent_once_and_brings_no_cookie(new_client: Any, kept: list[bool], path: str) -> None:
    first, second = new_client().get(path), new_client().get(path)
    assert (first.status_code, second.status_code, kept) == (200, 200, [True])
    assert first.data == second.data
    own = {"X-Request-Id"}
    assert {k: v for k, v in first.headers if k not in own} == {k: v for k, v in second.headers if k not in own}
    assert first.headers["Cache-Control"] == "private, no-cache" and "Set-Cookie" not in first.headers
    assert {"Cookie", "Accept-Language"} <= set(first.headers["Vary"].split(", "))
    tag = first.headers["ETag"]
    for known in (tag, f"W/{tag}", f'"another", {tag}', "*"):
        again = new_client().get(path, headers={"If-None-Match": known})
        assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", tag)
        assert "Content-Length" not in again.headers and again.headers["Vary"] == first.headers["Vary"]
    head = new_client().head(path)
    assert (head.status_code, head.data, head.headers["Content-Length"]) == (200, b"", str(len(first.data)))
    assert new_client().head(path, headers={"If-None-Match": tag}).status_code == 304
    assert new_client().get(path, headers={"If-None-Match": '"another"'}).data == first.data
    assert all(kept)


@pytest.mark.usefixtures("csrf", "crowd")
def test_what_somebody_has_declined_is_declined_by_nobody_else(new_client: Any, kept: list[bool]) -> None:
    browser = new_client()
    with browser.session_transaction() as session:
        session["no_newsletter"] = [1]
    assert "ETag" not in browser.get("/drops/drop").headers
    assert new_client().get("/drops/drop").status_code == 200 and not any(kept)


CHANGES: dict[str, Callable[[Crowd], Any]] = {
    "hidden": lambda crowd: (
        update(Submission).where(Submission.contest_id == crowd.contests["d"]).values(state="hidden")
    ),
    "renamed": lambda crowd: (
        update(Submission).where(Submission.contest_id == crowd.contests["d"]).values(title="Anew")
    ),
    "voided": lambda crowd: update(Pick).values(voided_at=NOW, void_reason="Not theirs."),
    "gone": lambda crowd: update(Person).values(display_name="Somebody else"),
}


@pytest.mark.parametrize("what", CHANGES)
def test_what_another_process_changes_is_in_the_next_answer(
    app: Any, new_client: Any, crowd: Crowd, kept: list[bool], what: str
) -> None:
    def ask(tags: list[str] | None = None) -> list[Any]:
        known = tags or ['"none"'] * 2
        return [
            new_client().get(path, headers={"If-None-Match": tag}) for path, tag in zip(SAME[:2], known, strict=True)
        ]

    tags = [page.headers["ETag"] for page in ask()]
    assert [page.status_code for page in ask(tags)] == [304, 304]
    elsewhere(lambda connection: connection.execute(CHANGES[what](crowd)))
    after = ask(tags)
    assert kept[:2] == [True, True]
    assert 200 in [page.status_code for page in after]
    app.extensions[KEEPER].pages.clear()
    assert [each.headers.get("ETag", each.text) for each in after] == [
        each.headers.get("ETag", each.text) for each in ask()
    ]


@pytest.mark.ordinarily("sqlite")
def test_only_strangers_get_it_and_each_in_their_language(
    client: Any, new_client: Any, crowd: Crowd, kept: list[bool], sign_in: Any
) -> None:
    stranger = new_client()
    tag = stranger.get(RESULT).headers["ETag"]
    sign_in(client, crowd.me)
    member = client.get(RESULT, headers={"If-None-Match": tag})
    assert member.status_code == 200 and "Sign out" in member.text and "ETag" not in member.headers
    assert kept == [False]
    finnish = new_client().get(RESULT, headers={"Accept-Language": "fi", "If-None-Match": tag})
    assert finnish.status_code == 200 and 'lang="fi"' in finnish.text and finnish.headers["ETag"] != tag
    stranger.post("/language", data={"language": "fi"})
    assert stranger.get(RESULT, headers={"If-None-Match": finnish.headers["ETag"]}).status_code == 304
    with stranger.session_transaction() as cookie:
        cookie["_flashes"] = [("ok", "Well done")]
    told = stranger.get(RESULT, headers={"If-None-Match": finnish.headers["ETag"]})
    assert told.status_code == 200 and "Well done" in told.text and "ETag" not in told.headers
    assert "Well done" not in stranger.get(RESULT).text
    for headers in ({"Accept": "application/json"}, {"HX-Request": "true"}):
        assert "ETag" not in new_client().get(RESULT, headers=headers).headers
    assert "ETag" not in new_client().get(f"{RESULT}?a=b").headers


@pytest.mark.ordinarily("sqlite")
def test_what_is_to_come_or_is_somebody_s_own_is_never_kept(new_client: Any, crowd: Crowd, kept: list[bool]) -> None:
    for path in ("/c/p/result", "/c/v/result", "/c/v/designs", "/c/v", "/", "/a/band", "/sign-in", "/c/nothing/result"):
        assert "ETag" not in new_client().get(path).headers, path
        assert "ETag" not in new_client().get(path).headers, path
    assert kept == []


def test_time_alone_ends_a_page(new_client: Any, crowd: Crowd, kept: list[bool], clock: Any) -> None:
    path, began = "/drops/drop", clock.now
    tag = {"If-None-Match": new_client().get(path).headers["ETag"]}
    clock.at(began + LASTS / 2)
    assert new_client().get(path, headers=tag).status_code == 304
    clock.at(began + LASTS)  # written anew, and the same
    assert new_client().get(path, headers=tag).status_code == 304
    assert kept == [True, False]
    clock.at(began + DAY - LASTS / 10)
    assert new_client().get(path, headers=tag).status_code == 304
    clock.at(began + DAY)  # it closes on the instant, much sooner than LASTS
    assert new_client().get(path, headers=tag).status_code == 200
    assert kept[2:] == [False, False]


def test_a_database_that_is_away_is_the_view_s_to_answer(
    new_client: Any, crowd: Crowd, kept: list[bool], monkeypatch: Any
) -> None:
    page = new_client().get(RESULT)

    def away(*rest: Any) -> Any:
        raise OSError("away")

    monkeypatch.setattr("webapp.infra.whole.readings.is_so", away)
    monkeypatch.setattr("webapp.infra.whole.standing.words", lambda *rest: None)
    assert new_client().get(RESULT).data == page.data and kept == [False]


@pytest.mark.usefixtures("csrf", "crowd")
def test_the_language_is_chosen_from_a_page_of_this_site_only(new_client: Any) -> None:
    def choose(**headers: str) -> int:
        browser = new_client()
        return int(browser.post("/language", data={"language": "fi"}, headers=headers).status_code)

    here, away = {"Origin": "http://localhost"}, {"Origin": "https://evil.example"}
    assert choose() == choose(**away) == choose(Origin="null") == choose(Origin="http://localhost.evil.example") == 400
    assert choose(**here) == 302
    assert (
        choose(**here, **{"Sec-Fetch-Site": "cross-site"}) == choose(**here, **{"Sec-Fetch-Site": "same-site"}) == 400
    )
    assert choose(**{"Sec-Fetch-Site": "same-origin"}) == 302
