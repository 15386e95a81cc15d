"""Questions over the API: asked, voted for, answered by the team; no number before the answer."""

import pytest


@pytest.mark.one_db
def test_questions_are_asked_voted_for_and_answered(world):
    contest = world.open_contest()
    path = f"/contests/{contest['slug']}/questions"
    asked = world.fan("POST", path, {"words": "Will there be a hoodie as well?"}, key="question-1")
    assert asked.status_code == 201, asked.json
    again = world.fan("POST", path, {"words": "Will there be a hoodie as well?"}, key="question-1")
    assert again.json == asked.json and asked.json["wanted"] is None and asked.json["answer"] is None
    one = f"/questions/{asked.json['id']}"
    assert world.fan("PUT", f"{one}/vote").json["code"] == "own-question"
    assert world.other("PUT", f"{one}/vote").json["voted"] is world.other("PUT", f"{one}/vote").json["voted"] is True
    assert world.artist("PUT", f"{one}/vote").json["code"] == "on-the-team"
    assert [each["id"] for each in world.other("GET", f"{path}?like=is%20there%20a%20hoodie").json["items"]]
    assert world.other("PUT", f"{one}/answer", {"body": "Yes."}).status_code == 404
    assert world.artist("PUT", f"{one}/answer", {"body": "Yes."}).json["answer"]["by"] == "artist"
    assert world.staff("PUT", f"{one}/answer", {"body": "No."}).json["code"] == "changed-meanwhile"
    changed = world.staff("PUT", f"{one}/answer", {"body": "Yes, two.", "replaces": 1}).json
    assert (changed["wanted"], changed["answer"]["by"], changed["answer"]["version"]) == (1, "team", 2)
    listed = world.stranger("GET", path).json
    assert [(each["words"], each["voted"]) for each in listed["items"]] == [(asked.json["words"], False)]
    assert world.other("DELETE", f"{one}/vote").json["code"] == "answered"
    assert world.other("PUT", "/questions/999/vote").status_code == 404
