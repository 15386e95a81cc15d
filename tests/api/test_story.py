"""Each operation of the API in the order of the story: its answer, and what is refused."""

import csv
import io
import json

import openpyxl
import pytest

from tests.api.conftest import CONTACT, Speaker
from voting.log import keys, promises

# The doors of the API; what lies behind them is tested on both kinds of database with the services.
pytestmark = pytest.mark.ordinarily("postgres")


def problem(answer, status: int, code: str) -> dict:
    assert answer.status_code == status, answer.text
    assert answer.mimetype == "application/problem+json"
    assert answer.json["code"] == code
    assert answer.json["status"] == status
    assert answer.json["title"]
    return answer.json


def test_me_says_whom_the_token_speaks_for(world):
    me = world.staff("GET", "/me").json
    assert me["roles"] == [{"artist": "lumi", "roles": ["merch_staff", "moderator"]}]
    assert me["scopes"] == ["comment", "follow", "preorder", "read", "staff", "submit", "vote"]
    problem(world.stranger("GET", "/me"), 401, "token-needed")
    refused = Speaker(world.new_client(), 0, "fm_wrong")("GET", "/me")
    problem(refused, 401, "bad-token")
    assert refused.headers["WWW-Authenticate"] == "Bearer"


def test_revoked_tokens_and_suspended_people_are_strangers(world):
    from webapp.accounts import queries, store, tokens
    from webapp.infra.db import db, transaction

    listed = queries.tokens(db.session(), world.fan.person_id)
    tokens.revoke(world.fan.person_id, listed[0].id, world.clock.now)
    problem(world.fan("GET", "/me"), 401, "bad-token")
    with transaction() as session:
        store.change_person(session, world.other.person_id, suspended_at=world.clock.now)
    problem(world.other("GET", "/me"), 401, "bad-token")
    problem(world.other("GET", "/contests"), 401, "bad-token")


def test_a_cookie_is_nobody_here(world, client, sign_in):
    sign_in(client, world.staff.person_id)
    assert client.get("/api/v1/me").status_code == 401
    assert "Set-Cookie" not in client.get("/api/v1/contests").headers


@pytest.mark.parametrize(
    ("scope", "method", "path"),
    [
        ("read", "GET", "/me"),
        ("read", "GET", "/contests"),
        ("submit", "POST", "/designs/AAAAA/withdrawal"),
        ("comment", "POST", "/designs/AAAAA/comments"),
        ("comment", "PUT", "/comments/1/reactions/thanks"),
        ("follow", "PUT", "/following/contest/nothing"),
        ("vote", "PUT", "/designs/AAAAA/vote"),
        ("preorder", "GET", "/preorders/FM-AAAA-AA"),
        ("staff", "POST", "/contests"),
    ],
)
@pytest.mark.one_db
def test_a_token_does_what_its_scopes_say(world, scope, method, path):
    every = ("read", "submit", "comment", "follow", "vote", "preorder", "staff")
    others = tuple(each for each in every if each != scope)
    body = {} if method == "POST" else None
    problem(world.somebody(scopes=others)(method, path, body), 403, "scope-missing")


def test_contests_are_made_by_their_team_and_read_by_all_once_published(world):
    draft = world.contest(publish=False)
    path = f"/contests/{draft['slug']}"
    problem(world.stranger("GET", path), 404, "not-found")
    problem(world.fan("GET", path), 404, "not-found")
    problem(world.fan("POST", f"{path}/publish"), 404, "not-found")
    problem(world.fan("POST", "/contests", {"artist": "lumi", "preset": "tee", "title": "Mine now"}), 404, "not-found")
    assert world.stranger("GET", "/contests").json == {"items": [], "next": None}
    assert world.staff("POST", f"{path}/publish").json["phase"] == "upcoming"
    seen = world.stranger("GET", path).json
    assert (seen["brief"], seen["hearts"]) == ("Draw us the winter, please, in two inks.", 2)
    assert len(seen["rights"]["hash"]) == 64
    assert seen["products"][0]["kind"] == "tee"
    problem(world.staff("PATCH", path, {"title": "Another"}), 409, "published")
    problem(world.staff("POST", f"{path}/publish"), 409, "published")


def test_contests_move_and_end_with_a_reason(world):
    contest = world.contest()
    path = f"/contests/{contest['slug']}"
    later = {"voting_at": contest["voting_at"].replace("14:00", "14:30"), "reason": "More time to draw."}
    moved = world.staff("POST", f"{path}/reschedule", later)
    assert moved.json["voting_at"].startswith("2027-03-01T14:30")
    assert problem(world.staff("POST", f"{path}/cancel", {"reason": "no"}), 422, "invalid")["errors"] == [
        {"field": "reason", "message": "Length must be between 10 and 1000."}
    ]
    assert world.staff("POST", f"{path}/cancel", {"reason": "The tour is off."}).json["phase"] == "cancelled"


def test_lists_go_on_by_key(world):
    slugs = [world.contest()["slug"] for _ in range(5)]
    seen, after = [], ""
    for _ in range(3):
        page = world.stranger("GET", f"/contests?limit=2{after}").json
        seen += [each["slug"] for each in page["items"]]
        after = f"&after={page['next']}"
    assert page["next"] is None
    assert seen == slugs[::-1]
    assert world.stranger("GET", "/contests?phase=voting").json["items"] == []
    assert len(world.stranger("GET", "/contests?artist=lumi").json["items"]) == 5
    assert world.stranger("GET", "/contests?artist=other").json["items"] == []


def test_a_design_from_the_upload_to_the_gallery(world):
    contest = world.open_contest()
    answer = world.fan.upload(f"/contests/{contest['slug']}/designs", **world.words(contest))
    assert answer.status_code == 201
    made = answer.json
    path = f"/designs/{made['code']}"
    assert made["own"]["state"] == "pending"
    assert made["own"]["processing"]["state"] == "waiting"
    for reader in (world.stranger, world.other, world.artist):
        problem(reader("GET", path), 404, "not-found")
    world.run_jobs()
    done = world.fan("GET", path).json
    assert done["own"]["processing"]["state"] == "done"
    queue = world.staff("GET", "/artists/lumi/moderation").json
    assert [each["code"] for each in queue["items"]] == [made["code"]]
    problem(world.fan("GET", "/artists/lumi/moderation"), 404, "not-found")
    problem(world.fan("POST", f"{path}/moderation", {"act": "approve"}), 404, "not-found")
    problem(world.staff("POST", f"{path}/moderation", {"act": "hide"}), 422, "reason-missing")
    assert world.staff("POST", f"{path}/moderation", {"act": "approve"}).json["state"] == "approved"
    problem(world.staff("POST", f"{path}/moderation", {"act": "approve"}), 409, "already-decided")
    seen = world.stranger("GET", path).json
    assert seen["own"] is None
    assert seen["renditions"]
    assert world.stranger.client.get(seen["renditions"][0]["jpeg"]).status_code == 200
    listed = world.stranger("GET", f"/contests/{contest['slug']}/designs").json
    assert [each["code"] for each in listed["items"]] == [made["code"]]
    for words, count in (("frost", 1), ("person", 1), (made["code"].lower(), 1), ("100%", 0)):
        found = world.stranger("GET", f"/contests/{contest['slug']}/designs", query_string={"q": words}).json
        assert len(found["items"]) == count, words


def test_designs_are_revised_and_taken_back_by_their_author(world):
    contest = world.open_contest()
    path = f"/designs/{world.design(contest, world.fan)}"
    problem(world.other.upload(f"{path}/revisions"), 404, "not-found")
    revised = world.fan.upload(f"{path}/revisions").json
    assert revised["own"]["processing"]["revision"] == 2
    problem(world.fan("POST", f"{path}/retry"), 409, "not-failed")
    problem(world.other("POST", f"{path}/withdrawal"), 404, "not-found")
    assert world.fan("POST", f"{path}/withdrawal").json["own"]["withdrawn_at"]
    problem(world.stranger("GET", path), 404, "not-found")


def test_what_is_wrong_with_an_upload_is_said(world):
    contest = world.open_contest()
    path = f"/contests/{contest['slug']}/designs"
    words = world.words(contest)
    problem(world.fan.upload(path, data=b"hello, a picture", **words), 422, "not-a-picture")
    problem(world.fan.upload(path, data=b"", **words), 422, "empty-file")
    problem(world.fan.upload(path, **{**words, "rights_hash": "0" * 64}), 422, "rights-changed")
    faults = problem(world.fan.upload(path, title="x", alt="y"), 422, "invalid")["errors"]
    assert {each["field"] for each in faults} == {"title", "alt", "originality", "rights_hash"}
    problem(world.fan("POST", path, {}), 415, "not-multipart")
    assert problem(
        world.fan("POST", path, data={**words, "picture": "text"}, content_type="multipart/form-data"), 422, "invalid"
    )
    problem(world.somebody(age_band=None).upload(path, **words), 403, "age-needed")
    assert world.fan("GET", f"{path}?limit=100").json["items"] == []


def test_a_picture_that_fails_in_the_worker_says_why(world):
    from tests.pictures import broken_idat

    contest = world.open_contest()
    made = world.fan.upload(f"/contests/{contest['slug']}/designs", data=broken_idat(), **world.words(contest)).json
    world.run_jobs()
    processing = world.fan("GET", f"/designs/{made['code']}").json["own"]["processing"]
    assert (processing["state"], processing["code"]) == ("failed", "corrupt")
    assert processing["reason"].startswith("This file is damaged")
    assert world.fan("POST", f"/designs/{made['code']}/retry").json["own"]["processing"]["state"] == "waiting"


def test_comments_are_written_and_read(world):
    contest = world.open_contest()
    path = f"/designs/{world.design(contest, world.fan)}/comments"
    first = world.other("POST", path, {"body": "What a **cold** one"})
    assert first.status_code == 201
    reply = world.artist("POST", path, {"body": "Indeed it is", "parent_id": first.json["id"]}).json
    listed = world.stranger("GET", path).json["items"]
    visible = [each for each in (first.json, reply) if each["state"] == "visible"]
    assert [each["id"] for each in listed] == [each["id"] for each in visible]
    problem(world.other("POST", path, {"body": "  "}), 422, "invalid")
    problem(world.other("POST", path, {"body": "To whom", "parent_id": 987654}), 404, "not-found")
    problem(world.stranger("POST", path, {"body": "Hello there"}), 401, "token-needed")


def test_votes_are_one_s_own_until_the_count(world):
    contest, codes = world.voting(3)
    first = world.other("PUT", f"/designs/{codes[0]}/vote")
    told = first.json
    promise = told.pop("promise")
    assert told == {"design": codes[0], "state": "counted", "left": 1, "budget": 2}
    assert keys.signed(keys.public(), promises.message(promise), promise["signature"])
    assert world.other("PUT", f"/designs/{codes[0]}/vote").json["left"] == 1
    assert world.other("PUT", f"/designs/{codes[1]}/vote").json["left"] == 0
    problem(world.other("PUT", f"/designs/{codes[2]}/vote"), 409, "no-hearts-left")
    problem(world.fan("PUT", f"/designs/{codes[0]}/vote"), 409, "own-design")
    assert world.other("DELETE", f"/designs/{codes[1]}/vote").json["state"] == "none"
    ballot = world.other("GET", f"/contests/{contest['slug']}/ballot").json
    assert (ballot["designs"], ballot["left"]) == ([codes[0]], 1)
    assert (ballot["promise"]["ballot"], ballot["promise"]["version"]) == (promise["ballot"], 3)
    problem(world.stranger("PUT", f"/designs/{codes[0]}/vote"), 401, "token-needed")
    from voting import jobs

    jobs.fold_open_rounds()
    for reader in (world.stranger, world.artist, world.staff):
        problem(reader("GET", f"/contests/{contest['slug']}/result"), 409, "not-counted")
        for path in (f"/contests/{contest['slug']}", f"/contests/{contest['slug']}/designs", f"/designs/{codes[0]}"):
            told = json.dumps(reader("GET", path).json)
            assert '"votes"' not in told
            assert '"rank":' not in told


def test_what_somebody_would_wear_is_said_apart_from_the_vote(world):
    _contest, codes = world.voting(1)
    path = f"/designs/{codes[0]}/wear"
    sizes = world.other("GET", path).json["sizes"]
    assert world.other("GET", path).json == {"design": codes[0], "size": None, "sizes": sizes} and len(sizes) > 1
    for size in sizes[:2]:
        assert world.other("PUT", path, {"size": size}).json["size"] == size
    problem(world.other("PUT", path, {"size": "9XL"}), 422, "no-such-size")
    problem(world.fan("PUT", path, {"size": sizes[0]}), 409, "own-design-worn")
    assert world.artist("GET", path).json["size"] is None, "one's own only"
    assert world.other("DELETE", path).json["size"] is None
    problem(world.stranger("GET", path), 401, "token-needed")
    world.clock.advance(hours=2)
    problem(world.other("PUT", path, {"size": sizes[0]}), 409, "voting-closed")


def test_result_and_pick(world):
    contest, codes = world.counted()
    path = f"/contests/{contest['slug']}"
    result = world.stranger("GET", f"{path}/result").json
    assert result["order"] == [{"code": codes[0], "rank": 1, "votes": 2}, {"code": codes[1], "rank": 2, "votes": 1}]
    assert (result["ballots"], result["fans_choice"], result["winner"]) == (2, [codes[0]], None)
    problem(world.staff("POST", f"{path}/pick", {"design": codes[0]}), 404, "not-found")
    problem(world.artist("GET", f"{path}/pick"), 404, "not-found")
    picked = world.artist("POST", f"{path}/pick", {"design": codes[0], "reason": "It is cold."})
    assert picked.status_code == 201
    assert world.stranger("GET", f"{path}/result").json["winner"] is None
    assert world.artist("POST", f"{path}/pick/undo").json["undone_at"]
    world.artist("POST", f"{path}/pick", {"design": codes[1], "reason": "It is colder."})
    world.clock.advance(minutes=11)
    world.run_jobs()
    assert world.stranger("GET", f"{path}/result").json["winner"] == codes[1]
    assert world.artist("GET", f"{path}/pick").json["announced_at"]
    steps = world.staff("GET", f"{path}/funnel").json["steps"]
    assert {each["name"] for each in steps} >= {"visitors", "voted", "preordered"}
    assert next(each["count"] for each in steps if each["name"] == "voted") is None  # below five
    problem(world.fan("GET", f"{path}/funnel"), 404, "not-found")


def test_a_drop_from_draft_to_parcel(world):
    drop = world.drop()
    path = f"/drops/{drop['slug']}"
    assert (drop["phase"], drop["edition_left"]) == ("open", 10)
    variant = drop["products"][0]["variants"][0]
    order = {"items": [{"variant_ids": [variant["id"]], "quantity": 2}], "contact": CONTACT}
    placed = world.fan("POST", f"{path}/preorders", order)
    assert placed.status_code == 201
    assert placed.json["total_minor"] == 2 * drop["products"][0]["price_minor"]
    assert placed.json["lines"][0]["sku"] == variant["sku"]
    problem(world.fan("POST", f"{path}/preorders", order), 409, "limit-reached")
    bad = {"items": [{"variant_ids": [999999]}], "contact": CONTACT}
    problem(world.other("POST", f"{path}/preorders", bad), 422, "unknown-variant")
    mine = f"/preorders/{placed.json['number']}"
    problem(world.other("GET", mine), 404, "not-found")
    problem(world.other("DELETE", mine), 404, "not-found")
    assert world.fan("DELETE", mine).json["state"] == "cancelled"
    assert world.fan("DELETE", mine).json["state"] == "cancelled"
    assert world.other("POST", f"{path}/preorders", order).status_code == 201
    for kind in ("csv", "xlsx", "json"):
        problem(world.fan("GET", f"{path}/exports/orders.{kind}"), 404, "not-found")
        assert world.staff("GET", f"{path}/exports/orders.{kind}").status_code == 200
    rows = list(csv.DictReader(io.StringIO(world.staff("GET", f"{path}/exports/orders.csv").data.decode("utf-8-sig"))))
    assert len(rows) == 1
    book = openpyxl.load_workbook(io.BytesIO(world.staff("GET", f"{path}/exports/orders.xlsx").data))
    assert book.active.max_row == 2
    sizes = world.staff("GET", f"{path}/exports/size-run.csv").data.decode("utf-8-sig")
    assert "Maija" not in sizes
    assert world.staff("GET", f"{path}/exports/nothing.csv").status_code == 404
    problem(world.fan("POST", f"{path}/lock"), 404, "not-found")
    assert world.staff("POST", f"{path}/lock").json["phase"] == "open", "announced: nobody is surprised"
    told = {"told": True, "reason": "Everybody was told by a letter."}
    assert world.staff("POST", f"{path}/lock", told).json["phase"] == "locked"
    assert world.staff("POST", f"{path}/produce").json["phase"] == "in production"
    assert world.staff("POST", f"{path}/ship", {"tracking": "JJ1"}).json["sent"] == 1
    assert world.other("GET", "/drops").json["items"][0]["phase"] == "shipping"
    assert world.staff("POST", f"{path}/close").json["phase"] == "closed"


def test_a_total_is_explained_and_an_order_changed(world):
    drop = world.drop()
    path = f"/drops/{drop['slug']}"
    tariff = {
        "tax_rates": [{"country": "FI", "rate_bp": 2550, "name": "ALV"}],
        "shipping_zones": [{"name": "North", "countries": ["FI", "SE"], "price_minor": 590, "extra_minor": 100}],
    }
    problem(world.fan("PUT", f"{path}/tariff", tariff), 404, "not-found")
    problem(world.staff("PUT", f"{path}/tariff", {**tariff, "tax_included": False}), 409, "fixed-now")
    twice = {**tariff, "tax_rates": tariff["tax_rates"] * 2}
    problem(world.staff("PUT", f"{path}/tariff", twice), 422, "rate-twice")
    shown = world.staff("PUT", f"{path}/tariff", tariff).json
    assert shown["shipping_zones"][0]["countries"] == ["FI", "SE"]
    small, medium = shown["products"][0]["variants"][:2]
    items = [{"variant_ids": [small["id"]], "quantity": 2}]
    price = 2 * small["price_minor"]
    quote = world.fan("POST", f"{path}/quote", {"items": items, "country": "FI"}).json
    assert (quote["items_minor"], quote["shipping_minor"], quote["total_minor"]) == (price, 690, price + 690)
    assert sum(tax["tax_minor"] for tax in quote["taxes"]) == quote["tax_minor"] > 0
    problem(world.fan("POST", f"{path}/quote", {"items": items, "country": "US"}), 422, "not-served")
    problem(world.fan("POST", f"{path}/preorders", {"items": items, "country": "FI"}), 422, "address-needed")
    placed = world.fan("POST", f"{path}/preorders", {"items": items, "contact": {**CONTACT, "country": "FI"}}).json
    same = ("items_minor", "shipping_minor", "tax_minor", "total_minor", "taxes")
    assert {name: placed[name] for name in same} == {name: quote[name] for name in same}
    mine, other = f"/preorders/{placed['number']}", [{"variant_ids": [medium["id"]], "quantity": 1}]
    problem(world.other("PATCH", mine, {"items": other}), 404, "not-found")
    changed = world.fan("PATCH", mine, {"items": other, "version": placed["version"]}).json
    assert [(line["sku"], line["quantity"]) for line in changed["lines"]] == [(medium["sku"], 1)]
    assert world.fan("PATCH", mine, {"items": other, "version": placed["version"]}).json == changed
    problem(world.fan("PATCH", mine, {"items": items, "version": placed["version"]}), 409, "changed-meanwhile")
    moved = {**CONTACT, "country": "SE", "city": "Umeå"}
    assert world.fan("PATCH", mine, {"contact": moved}).json["tax_minor"] == 0
    assert world.staff("GET", path).json["edition_left"] == 9


def test_a_draft_drop_is_the_staff_s(world):
    contest, codes = world.counted()
    path = f"/contests/{contest['slug']}"
    world.artist("POST", f"{path}/pick", {"design": codes[0], "reason": "It is cold."})
    world.clock.advance(minutes=11)
    world.run_jobs()
    slug = world.staff("GET", path).json["drop"]
    assert slug
    assert world.fan("GET", path).json["drop"] is None
    problem(world.fan("GET", f"/drops/{slug}"), 404, "not-found")
    problem(world.fan("PATCH", f"/drops/{slug}", {"title": "Mine"}), 404, "not-found")
    product = world.staff("GET", f"/drops/{slug}").json["products"][0]
    variant = product["variants"][0]
    changes = {
        "caps": [{"variant_id": variant["id"], "cap": 0}],
        "variants": [{"variant_id": variant["id"], "sku": "LUMI-1", "price_diff_minor": 250}],
        "products": [{"product_id": product["id"], "tax_class": "reduced", "weight_g": 200}],
        "address_when": "later",
    }
    edited = world.staff("PATCH", f"/drops/{slug}", changes).json
    first = edited["products"][0]["variants"][0]
    assert (first["sold_out"], first["sku"], first["price_minor"]) == (True, "LUMI-1", variant["price_minor"] + 250)
    assert (edited["products"][0]["tax_class"], edited["address_when"]) == ("reduced", "later")
    problem(world.staff("PATCH", f"/drops/{slug}", {"payment": "now"}), 422, "no-payments")


def test_stars_orders_and_pairs_are_cast_by_programs_too(world):
    contest, (a, b, c) = world.voting(3)
    slug = contest["slug"]
    problem(world.other("PUT", f"/designs/{a}/stars", {"stars": 4}), 409, "another-way")
    use_method(slug, "star")
    assert world.other("PUT", f"/designs/{a}/stars", {"stars": 4}).json["stars"] == {a: 4}
    assert world.other("DELETE", f"/designs/{a}/stars").json["state"] == "none"
    use_method(slug, "irv")
    assert world.other("PUT", f"/contests/{slug}/ranking", {"order": [b, a]}).json["order"] == [b, a]
    problem(world.other("PUT", f"/contests/{slug}/ranking", {"order": [b, b]}), 422, "ranked-twice")
    assert world.other("PUT", f"/contests/{slug}/ranking", {"order": ["ZZZZZ"]}).status_code == 404
    assert world.other("PUT", f"/contests/{slug}/ranking", {"order": []}).json["order"] == []
    use_method(slug, "bradley-terry")
    world.other("POST", f"/contests/{slug}/pairs", {"one": a, "other": b, "winner": b})
    said = world.other("POST", f"/contests/{slug}/pairs", {"one": c, "other": b, "winner": None}).json
    assert [(each["one"], each["other"], each["winner"]) for each in said["pairs"]] == [(a, b, b), (b, c, None)]
    world.other("DELETE", f"/contests/{slug}/pairs")
    assert len(world.other("GET", f"/contests/{slug}/marks").json["pairs"]) == 1


def use_method(slug, method):
    from sqlalchemy import delete, update

    from contests.models import Contest
    from voting.integrity.models import VotingFeature
    from voting.models import Ballot, BallotVersion, Round, Total, Vote
    from webapp.infra.db import transaction

    with transaction() as session:
        for model in (VotingFeature, Vote, Total, BallotVersion, Ballot, Round):
            session.execute(delete(model))
        session.execute(update(Contest).where(Contest.slug == slug).values(method=method))
