"""Questions to the artist: asked, voted for without a number to be seen, answered, merged, supervised."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from contests.comments import desk, moderation, my_data, verdicts
from contests.comments.appeals import service as appeals
from contests.comments.models import Appeal
from contests.comments.questions import queries, rules, service
from contests.comments.questions.models import Question, QuestionVote
from contests.comments.service import report
from contests.models import Contest
from tests.contests.comments.stage import DAY, Stage, person, set_up
from tests.contests.test_service import at_once
from webapp.accounts import store as people
from webapp.accounts import tokens
from webapp.accounts.models import Person
from webapp.accounts.my_data import tables
from webapp.infra.db import db, transaction
from webapp.kernel.refusal import NotFound, Refused
from webapp.notices.models import Notice

HOODIE = "Will there be a hoodie as well?"
CHANCE = re.compile(rb'(name="csrf-token" content="[^"]*"|name="csrf_token"[^>]*value="[^"]*"|nonce[-"=][^\s"\';]+)')


@pytest.fixture
def stage(app: Flask, clock: Any) -> Stage:
    return set_up(clock.now)


def team_of(stage: Stage, role: str = "artist", name: str = "Bo") -> int:
    found = person(stage.now, name)
    with transaction() as session:
        people.add_member(session, stage.artist, found, role, stage.now)
    return found


def ask(stage: Stage, words: str = HOODIE, by: int | None = None) -> int:
    return service.ask(stage.contest, by or stage.fan, words, stage.now)


def row(question_id: int) -> queries.QuestionRow:
    db.session.rollback()
    found = queries.one(db.session(), question_id)
    assert found is not None
    return found


def votes(question_id: int) -> list[int]:
    db.session.rollback()
    return queries.votes_for(db.session(), question_id)


def told(kind: str = "question-answered") -> list[tuple[int, str]]:
    db.session.rollback()
    rows = db.session.execute(select(Notice.recipient_id, Notice.params).where(Notice.kind == kind).order_by(Notice.id))
    return [(each.recipient_id, each.params.get("variant", kind)) for each in rows]


def path(stage: Stage) -> str:
    return f"/c/{db.session.get_one(Contest, stage.contest).slug}/questions"


def refused(act: Callable[[], Any]) -> str:
    with pytest.raises(Refused) as caught:
        act()
    return caught.value.code


def test_from_the_question_to_the_answer_each_is_told_once(stage: Stage, clock: Any, run_jobs: Any) -> None:
    boss, voters = team_of(stage), [person(stage.now, f"V{n}") for n in range(3)]
    asked = ask(stage)
    run_jobs()
    assert told("questions-wait") == [(boss, "questions-wait")]
    for voter in voters:
        service.vote(asked, voter, True, clock.now)
    service.vote(asked, voters[2], False, clock.now)
    assert refused(lambda: service.vote(asked, stage.fan, True, clock.now)) == "own-question"
    assert refused(lambda: service.vote(asked, boss, True, clock.now)) == "on-the-team"
    assert row(asked).wanted is None
    assert service.answer(asked, boss, rules.ARTIST, "Yes, in *black*.", 0, clock.now)
    for _again in range(2):
        run_jobs()
    assert sorted(told()) == sorted(
        [(stage.fan, "question-answered"), *((each, "question-voted-answered") for each in voters[:2])]
    )
    assert refused(lambda: service.vote(asked, voters[2], True, clock.now)) == "answered"
    assert refused(lambda: service.withdraw(asked, stage.fan, clock.now)) == "answered"
    assert refused(lambda: service.answer(asked, boss, rules.ARTIST, "No.", 0, clock.now)) == "changed-meanwhile"
    assert not service.answer(asked, boss, rules.TEAM, "Yes, in black and white.", 1, clock.now + DAY)
    run_jobs()
    assert len(told()) == 3, "a changed answer is not told again"
    found = row(asked)
    assert (found.wanted, found.answer and found.answer.role, found.answer and found.answer.number) == (2, "team", 2)
    assert [each.body_md for each in queries.versions(db.session(), asked)][1] == "Yes, in *black*."


def test_two_at_once_count_once_and_one_answer_stands(app: Flask, stage: Stage, clock: Any) -> None:
    asked, boss, voter = ask(stage), team_of(stage), person(stage.now)
    assert at_once(app, lambda: service.vote(asked, voter, True, clock.now)) == ["done"] * 4
    assert votes(asked) == [voter]
    texts = iter(("Yes.", "No.", "Perhaps.", "Soon."))
    answers = at_once(app, lambda: service.answer(asked, boss, rules.ARTIST, next(texts), 0, clock.now))
    assert answers == ["changed-meanwhile"] * 3 + ["done"] and row(asked).answered_at
    assert len(queries.versions(db.session(), asked)) == 1


def test_the_same_question_is_merged_and_each_vote_counts_once(stage: Stage, clock: Any, run_jobs: Any) -> None:
    boss, other = team_of(stage), person(stage.now, "Ot")
    both, one = person(stage.now, "Bea"), person(stage.now, "One")
    first, second = ask(stage), ask(stage, "Could you print it on a hoodie, too?", by=other)
    for question, voter in ((first, both), (second, both), (second, one), (second, stage.fan), (first, other)):
        service.vote(question, voter, True, clock.now)
    service.merge(second, first, boss, clock.now)
    assert votes(first) == sorted([both, one, other]), "who asked the first counts as asking, nobody twice"
    assert refused(lambda: service.merge(first, second, boss, clock.now)) == "not-the-same"
    assert refused(lambda: service.answer(second, boss, rules.ARTIST, "Yes.", 0, clock.now)) == "answered-there"
    service.part(second, clock.now)
    assert votes(first) == sorted([both, other]) and votes(second) == sorted([both, one, stage.fan])
    service.merge(second, first, boss, clock.now)
    late = person(stage.now, "Late")
    assert service.vote(second, late, True, clock.now).id == first, "a vote for it counts where it stands"
    service.answer(first, boss, rules.ARTIST, "Yes.", 0, clock.now)
    third = ask(stage, "What about a hoodie with a zip?", by=late)
    service.merge(third, first, boss, clock.now)
    run_jobs()
    assert row(first).wanted == 4
    asked_or_voted = {stage.fan: "question-answered", other: "question-answered", late: "question-answered"}
    assert len(told()) == 5
    assert dict(told()) == asked_or_voted | dict.fromkeys((both, one), "question-voted-answered")


def test_what_is_hidden_comes_back_with_votes_place_and_answer(
    stage: Stage, clock: Any, new_client: Callable[[], Any], sign_in: Callable[..., None], run_jobs: Any
) -> None:
    asked, boss, second = ask(stage), team_of(stage), team_of(stage, "moderator", "Max")
    voters = [person(stage.now, f"V{n}") for n in range(2)]
    for voter in voters:
        service.vote(asked, voter, True, clock.now)
    service.answer(asked, boss, rules.ARTIST, "Yes.", 0, clock.now)
    before, where, reader = queries.ids(db.session(), stage.contest), path(stage), new_client()
    assert report("question", asked, voters[0], "spam", "", clock.now)
    assert [each.key for each in desk.waiting(db.session(), stage.artist, False)] == [f"question:{asked}"]
    moderator = new_client()
    sign_in(moderator, stage.moderator)
    queue = f"/team/{stage.slug}/moderation"
    assert HOODIE in moderator.get(queue).text
    moderator.post(f"{queue}?choice=reject", data={"item": f"question:{asked}", "reason_code": "off-topic"})
    assert reader.get(f"{where}/{asked}").status_code == 404 and HOODIE not in reader.get(where).text
    with pytest.raises(NotFound):
        service.vote(asked, person(stage.now), True, clock.now)
    clock.advance(minutes=1)
    run_jobs()
    author = new_client()
    sign_in(author, stage.fan)
    assert told("question-hidden") == [(stage.fan, "question-hidden")]
    act = db.session.scalars(select(Notice.params).where(Notice.kind == "question-hidden")).one()["path"]
    assert "not about this contest" in author.get(where).text and HOODIE in author.get(act).text
    appeals.ask(int(act.rpartition("/")[2]), stage.fan, "It is about the contest's tee.", clock.now)
    assert HOODIE in moderator.get(f"{queue}/appeals").text
    appeal = db.session.scalars(select(Appeal.id)).one()
    appeals.answer(appeal, stage.artist, second, "grant", "You are right.", clock.now)
    assert queries.ids(db.session(), stage.contest) == before and votes(asked) == sorted(voters)
    assert "2 fans wanted to know" in reader.get(where).text
    hidden = verdicts.decide(db.session(), stage.artist, second, "question", asked, "illegal", "", "", False, clock.now)
    moderation.undo(hidden or 0, second, clock.now)
    assert row(asked).state == "visible"
    for page in (f"{queue}/log", f"{queue}/many?person={stage.fan}"):
        assert moderator.get(page).status_code == 200


@pytest.mark.one_db
def test_rules_hold_questions_as_they_hold_comments(stage: Stage, clock: Any, new_client: Any, sign_in: Any) -> None:
    young, new = person(stage.now, "Yo", age_band="13-15"), person(stage.now, "New", created=stage.now)
    asked = {
        "minor": ask(stage, "May I take part when I am 14?", by=young),
        "new": ask(stage, "Which inks do you like best?", by=new),
        "links": ask(stage, "Is this the tee at www.tees.example?"),
    }
    assert {rule: (row(each).state, row(each).rule) for rule, each in asked.items()} == {
        rule: ("held", rule) for rule in asked
    }
    waiting = desk.waiting(db.session(), stage.artist, False)
    assert waiting[0].id == asked["minor"] and len(waiting) == 3
    where, reader = path(stage), new_client()
    assert "when I am 14" not in reader.get(where).text
    sign_in(reader, young)
    assert "Questions of people under 18 are read" in reader.get(where).text
    verdicts.decide(
        db.session(), stage.artist, stage.moderator, "question", asked["minor"], "approve", "", "", False, clock.now
    )
    assert "when I am 14" in new_client().get(where).text
    steady = person(stage.now, "St", trusted_at=stage.now)
    for number in range(rules.FLOOD):
        ask(stage, f"Tell us something about song number {number}", by=steady)
    assert refused(lambda: ask(stage, "And one thing more, please", by=steady)) == "too-many-questions"
    clock.advance(hours=1)
    later = [service.ask(stage.contest, steady, f"And the story of verse {n}, please?", clock.now) for n in range(2)]
    assert refused(lambda: service.ask(stage.contest, steady, "Yet another?!", clock.now + DAY)) == "enough-open"
    service.withdraw(later[0], steady, clock.now)
    assert service.ask(stage.contest, steady, "Yet another?!", clock.now + DAY)


def test_likes_are_proposed_and_over_is_over(
    stage: Stage, clock: Any, client: Any, new_client: Any, sign_in: Any
) -> None:
    asked, where = ask(stage), path(stage)
    other = person(stage.now, "Ot")
    stranger = new_client()
    assert stranger.get(where).status_code == 200 and f"/sign-in?next={where}/ask" in stranger.get(where).text
    assert "/sign-in" in stranger.post(f"/questions/{asked}/vote").headers["Location"]
    sign_in(client, other)
    assert client.post(f"{where}/ask", data={"words": "Hm?"}).status_code == 422
    similar = client.post(f"{where}/ask", data={"words": "Is there going to be a hoodie, as well?"})
    assert similar.status_code == 200 and HOODIE in similar.text and "Is it one of these" in similar.text
    assert db.session.scalar(select(func.count(Question.id))) == 1
    assert client.post(f"{where}/ask", data={"words": HOODIE.upper(), "sure": "1"}).status_code == 409
    sent = {"words": "Is there going to be a hoodie, as well?", "sure": "1"}
    places = {client.post(f"{where}/ask", data=sent).headers["Location"] for _ in range(2)}
    assert len(places) == 1, "sent twice is asked once"
    voted = client.post(f"/questions/{asked}/vote", data={"wish": "cast"}, headers={"HX-Request": "true"})
    assert 'aria-pressed="true"' in voted.text and votes(asked) == [other]
    back = client.post(f"/questions/{asked}/vote", data={"wish": "withdraw", "next": f"{where}?page=2"})
    assert back.headers["Location"] == f"{where}?page=2#question-{asked}" and votes(asked) == []
    with transaction() as session:
        session.execute(
            update(Contest).where(Contest.id == stage.contest).values(cancelled_at=stage.now, cancel_reason="Ill")
        )
    over = client.get(where)
    assert over.status_code == 200 and HOODIE in over.text and "This contest is over" in over.text
    assert "I want to know, too" not in over.text
    assert client.post(f"{where}/ask", data={"words": "Why was it cancelled?"}).status_code == 409
    assert client.post(f"/questions/{asked}/vote").status_code == 409
    with transaction() as session:
        session.execute(update(Contest).values(cancelled_at=None, cancel_reason=None, published_at=None))
    assert {client.get(each).status_code for each in (where, f"{where}/{asked}", f"{where}/ask")} == {404}
    assert client.post(f"/questions/{asked}/vote").status_code == 404


@pytest.mark.one_db
def test_nothing_tells_how_many_want_to_know_before_the_answer(
    stage: Stage, clock: Any, new_client: Any, sign_in: Any, run_jobs: Any
) -> None:
    boss, voters = team_of(stage), [person(stage.now, f"V{n}", trusted_at=stage.now) for n in range(9)]
    asked = [ask(stage, f"{what}, please?", by=voters[n]) for n, what in enumerate(THINGS)]
    for voter in voters[1:8]:
        service.vote(asked[0], voter, True, clock.now)
    service.vote(asked[5], voters[8], True, clock.now)
    run_jobs()
    where = path(stage)
    slug = where.split("/")[2]
    readers = {name: new_client() for name in ("stranger", "other", "fan", "boss")}
    for name, who in (("fan", stage.fan), ("boss", boss)):
        sign_in(readers[name], who)
    token = {"Authorization": f"Bearer {tokens.create(stage.fan, 't', list(tokens.SCOPES), clock.now)}"}
    pages = [where, f"/c/{slug}", f"/a/{stage.slug}", *(f"{where}/{each}" for each in asked), f"{where}/ask"]
    pages += [f"/api/v1/contests/{slug}/questions", "/inbox"]

    def read() -> dict[tuple[str, str], bytes]:
        headers = {page: token if page.startswith("/api/") else {} for page in pages}
        return {
            (name, page): CHANCE.sub(b"", reader.get(page, headers=headers[page]).data)
            for name, reader in readers.items()
            for page in pages
        }

    def order(name: str) -> list[str]:
        return re.findall(r'id="question-(\d+)"', readers[name].get(where).text)

    orders = [order(name) for name in readers]
    assert orders == [order(name) for name in readers], "stable for one"
    assert len({tuple(each) for each in orders}) > 1, "another for others"
    desk_page = f"/team/{stage.slug}/contests/{stage.contest}/questions"
    before, ranked = read(), re.findall(r"/questions/(\d+)\"", readers["boss"].get(desk_page).text)
    assert ranked[:2] == [str(asked[0]), str(asked[5])] and "5 to 19 votes" in readers["boss"].get(desk_page).text
    with transaction() as session:  # behind the application's back
        for old, new in ((asked[0], -1), (asked[5], asked[0]), (-1, asked[5])):
            if -1 not in (old, new):
                session.execute(update(QuestionVote).where(QuestionVote.question_id == old).values(question_id=new))
            elif new == -1:
                moved = list(session.scalars(select(QuestionVote.id).where(QuestionVote.question_id == old)))
            else:
                session.execute(update(QuestionVote).where(QuestionVote.id.in_(moved)).values(question_id=new))
    after = read()
    assert [place for place in before if before[place] != after[place]] == []
    assert re.findall(r"/questions/(\d+)\"", readers["boss"].get(desk_page).text)[0] == str(asked[5]), "control"
    service.answer(asked[5], boss, rules.ARTIST, "Soon.", 0, clock.now)
    told = read()
    assert {place for place in before if told[place] != after[place]}, "then it is told"
    assert "7 fans wanted to know" in readers["stranger"].get(where).text


THINGS = ("A hoodie", "More colours", "Larger sizes", "A word on the lyrics", "Dates of the tour", "Vinyl of the demo")


@pytest.mark.one_db
def test_the_team_answers_on_its_desk_and_others_find_none(
    stage: Stage, clock: Any, new_client: Any, sign_in: Any
) -> None:
    staff, clients = team_of(stage, "merch_staff"), [new_client(), new_client()]
    asked, same = ask(stage), ask(stage, "A hoodie would be nice, will there be one?", by=person(stage.now))
    sign_in(clients[0], staff)
    sign_in(clients[1], stage.fan)
    page = f"/team/{stage.slug}/questions/{asked}"
    assert {each.get(page).status_code for each in clients[1:]} == {404}
    assert "You answer as the team of The Tides." in clients[0].get(page).text
    assert clients[0].post(page, data={"body": ""}).status_code == 422
    assert clients[0].post(f"/team/{stage.slug}/questions/{same}/merge", data={"into_id": asked}).status_code == 302
    assert clients[0].get(f"{path(stage)}/{same}").headers["Location"].endswith(f"/{asked}")
    assert clients[0].post(page, data={"body": "Yes, **two**.", "replaces": "0"}).status_code == 302
    shown = clients[1].get(path(stage)).text
    assert "The team of The Tides" in shown and "<strong>two</strong>" in shown and "Asked in other words" in shown
    assert clients[0].post(page, data={"body": "Three.", "replaces": "1"}).status_code == 302
    assert "Earlier versions" in clients[0].get(page).text and "changed" in clients[1].get(path(stage)).text
    assert clients[0].post(f"/team/{stage.slug}/questions/{same}/part").status_code == 302
    assert row(same).merged_into_id is None
    assert "Three." in clients[1].get(f"/c/{path(stage).split('/')[2]}").text, (
        "the newest answers on the contest's page"
    )


def test_pure_rules() -> None:
    near = [
        (1, HOODIE),
        (2, "When does voting end?"),
        (3, "Tuleeko huppari myös?"),
        (4, "Saako hupparin ilman taskua?"),
    ]
    assert rules.alike("Is there going to be a hoodie as well", near) == [1]
    assert rules.alike("tuleeko myös huppari", near)[0] == 3
    assert rules.alike("Which pens do you draw with?", near) == []
    assert rules.alike("?? !!", [(1, "...")]) == []
    assert rules.same("Will there be a hoodie?", "will  there be a HOODIE") and not rules.same("a b", "a c")
    assert sorted(rules.shuffled(range(50), 3)) == list(range(50)) != rules.shuffled(range(50), 3)
    assert [each for each in rules.shuffled(range(60), 3) if each < 50] == rules.shuffled(range(50), 3)
    assert [rules.band(votes) for votes in (0, 1, 4, 5, 19, 20, 99, 100, 10**6)] == [0, 1, 1, 5, 5, 20, 20, 100, 100]
    assert rules.check_words(" Why\n so\x00 blue, \t today? ") == "Why so blue, today?"


@pytest.mark.one_db
def test_an_erased_fan_leaves_what_was_answered(stage: Stage, clock: Any, new_client: Any) -> None:
    boss, other = team_of(stage), person(stage.now, "Ot")
    answered, waits = ask(stage), ask(stage, "And what about a poster?")
    theirs = ask(stage, "Which pens do you like to use?", by=other)
    service.vote(theirs, stage.fan, True, clock.now)
    service.answer(answered, boss, rules.ARTIST, "Yes.", 0, clock.now)
    mine = [each for each in my_data.ROOM.holdings if each.column.class_ in (Question, QuestionVote)]
    told = {each.chapter: tables.rows_of(db.session(), each, stage.fan) for each in mine if each.chapter}
    assert [len(told[name]) for name in ("questions", "question_votes")] == [2, 1] and "wanted" not in str(told)
    assert my_data.kept(db.session(), stage.fan)
    with transaction() as session:
        for each in mine:
            tables.erase(session, each, stage.fan)
        session.execute(update(Person).where(Person.id == stage.fan).values(erased_at=stage.now))
    assert (row(waits).words, row(waits).state, row(answered).words) == ("", "withdrawn", HOODIE)
    assert votes(theirs) == []
    page = new_client().get(path(stage)).text
    assert HOODIE in page and "a fan" in page and "poster" not in page and "Fay" not in page
