"""What no well-behaved program sends, and what all of them meet: limits, other methods, broken bytes."""

import re

import pytest

from tests.api.test_story import problem

pytestmark = pytest.mark.one_db


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"{", 400, "bad-json"),
        (b"\xff\xfe", 400, "bad-json"),
        (b"[" * 100_000, 400, "bad-json"),
        (b'{"title": NaN}', 400, "bad-json"),
        (b'{"title": ' + b"9" * 5000 + b"}", 400, "bad-json"),
        (b'"text"', 422, "invalid"),
        (b"[]", 422, "invalid"),
        (b"null", 422, "invalid"),
        (b'{"title": "nul \\u0000 here"}', 422, "invalid"),
        (b'{"title": "half \\ud800 a character"}', 422, "invalid"),
        (b'{"\\ud800": 1}', 422, "invalid"),
        (b'{"hearts": 99999999999999999999999}', 422, "invalid"),
        (b'{"hearts": true}', 422, "invalid"),
        (b'{"hearts": "3"}', 422, "invalid"),
        (b'{"hearts": 2.5}', 422, "invalid"),
        (b'{"opens_at": "0001-01-01T00:00:00+14:00"}', 422, "invalid"),
        (b'{"opens_at": "2027-01-01T00:00:00"}', 422, "invalid"),
        (b'{"opens_at": 5}', 422, "invalid"),
        (b'{"unknown": 1}', 422, "invalid"),
        (b" " * 300_000, 413, "http-413"),
    ],
)
def test_broken_bodies_are_told_so(world, body, status, code):
    draft = world.contest(publish=False)
    answer = world.staff("PATCH", f"/contests/{draft['slug']}", data=body, content_type="application/json")
    problem(answer, status, code)


@pytest.mark.parametrize(
    "path",
    [
        "/contests/%00",
        "/contests/%ED%A0%80",
        "/designs/%00/comments",
        "/drops/%F0%9F%92%A5",
        "/nothing",
        "/preorders/%00",
        "/drops/x/exports/orders.exe",
    ],
)
def test_what_can_t_exist_is_not_found(world, path):
    assert world.staff("GET", path).status_code == 404
    assert world.staff("GET", path).mimetype == "application/problem+json"


@pytest.mark.parametrize(
    "query", ["after=0", "after=-1", "after=9" + "9" * 30, "limit=0", "limit=101", "after=%00", "after=١"]
)
def test_odd_pages_are_refused(world, query):
    problem(world.stranger("GET", f"/contests?{query}"), 422, "invalid")


def test_search_words_with_a_nul_find_nothing(world):
    contest = world.open_contest()
    answer = world.stranger("GET", f"/contests/{contest['slug']}/designs?q=%00")
    assert (answer.status_code, answer.json["items"]) == (200, [])


def test_other_methods_and_kinds_of_data(world):
    answer = world.staff("DELETE", "/contests")
    problem(answer, 405, "http-405")
    assert "GET" in answer.headers["Allow"]
    problem(world.staff("POST", "/contests", data=b"a=b", content_type="text/plain"), 415, "not-json")


def test_too_many_requests_are_told_when_to_come_back(world, rate_limits):
    last = [world.other("PUT", "/designs/ZZZZZ/vote") for _ in range(121)][-1]
    problem(last, 429, "http-429")
    assert 0 < int(last.headers["Retry-After"]) <= 61
    # Counted for each token: somebody else at the same address goes on.
    assert world.fan("PUT", "/designs/ZZZZZ/vote").status_code == 404


def test_the_description_is_valid_openapi(world):
    from openapi_spec_validator import validate

    answer = world.stranger.client.get("/api/openapi.json")
    assert answer.json["openapi"].startswith("3.1")
    validate(answer.json)


def test_every_operation_has_a_scope_and_its_problems(world):
    paths = world.stranger.client.get("/api/openapi.json").json["paths"]
    operations = [(p, m, o) for p, each in paths.items() for m, o in each.items() if m != "parameters"]
    assert len(operations) > 30
    for path, method, operation in operations:
        assert operation["x-scope"] in ("read", "submit", "comment", "follow", "vote", "preorder", "staff"), path
        assert {"401", "403", "404", "429"} <= set(operation["responses"]), path
        keyed = any(each.get("name") == "Idempotency-Key" for each in operation.get("parameters", []))
        assert keyed == (method == "post"), path


def test_every_write_needs_a_token(world):
    paths = world.stranger.client.get("/api/openapi.json").json["paths"]
    for path, each in paths.items():
        for method in set(each) - {"parameters", "get"}:
            address = re.sub(r"{(\w+_)?id}", "1", path.replace("/api/v1", "")).replace("{", "").replace("}", "")
            problem(world.stranger(method.upper(), address), 401, "token-needed")


def test_what_is_foreign_looks_like_what_does_not_exist(world):
    draft = world.contest(publish=False)
    contest = world.open_contest()
    code = world.design(contest, world.fan, approve=False)
    pairs = [
        ("GET", f"/contests/{draft['slug']}", "/contests/nowhere", None),
        ("POST", f"/contests/{draft['slug']}/publish", "/contests/nowhere/publish", None),
        ("GET", f"/contests/{draft['slug']}/designs", "/contests/nowhere/designs", None),
        ("GET", f"/designs/{code}", "/designs/ZZZZZ", None),
        ("PUT", f"/designs/{code}/vote", "/designs/ZZZZZ/vote", None),
        ("POST", f"/designs/{code}/withdrawal", "/designs/ZZZZZ/withdrawal", None),
        ("POST", f"/designs/{code}/comments", "/designs/ZZZZZ/comments", {"body": "Hello"}),
        ("POST", f"/designs/{code}/moderation", "/designs/ZZZZZ/moderation", {"act": "approve"}),
        ("GET", "/artists/lumi/moderation", "/artists/nobody/moderation", None),
    ]
    for method, foreign, unknown, body in pairs:
        answers = [world.other(method, path, body) for path in (foreign, unknown)]
        assert answers[0].status_code == answers[1].status_code == 404, foreign
        assert answers[0].data == answers[1].data, foreign


def test_staff_of_another_artist_are_strangers_here(world):
    draft = world.contest(publish=False)
    foreign = world.somebody("merch_staff", "moderator", "artist", artist_id=world.foreign_id)
    problem(foreign("GET", f"/contests/{draft['slug']}"), 404, "not-found")
    problem(foreign("PATCH", f"/contests/{draft['slug']}", {"title": "Ours"}), 404, "not-found")
    operator = world.somebody(is_operator=True)
    assert operator("GET", f"/contests/{draft['slug']}").status_code == 200
