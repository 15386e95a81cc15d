"""A moderator's day, through the pages as browsers send them; and twenty spam accounts that no moderator sees.

An ordinary run is a quiet day; with SOAK=1 five hundred things are looked at.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from contests.comments import desk, transparency
from contests.comments.models import Appeal, Comment, Report
from contests.comments.questions.models import Question
from contests.submissions import queries as designs
from contests.submissions.models import ModerationAct, Submission
from tests.contests.comments.stage import Stage, add_design, person, set_up, state_of
from tests.web import end_reading
from voting import closing, recounting, results, service
from webapp.accounts import store as people
from webapp.infra.db import db, transaction

SOAK = os.environ.get("SOAK") == "1"
OF_EACH = 70 if SOAK else 4  # of seven sorts of things
VOTERS = 100
REASONS = ("hurtful", "personal", "spam", "unsafe", "other")
pytestmark = [pytest.mark.one_db, pytest.mark.timeout(1800 if SOAK else 600)]
WORDS = ("wave", "salt", "harbour", "gull", "lantern", "rope", "keel", "moon", "drift", "tide", "anchor", "fog", "pier")


@dataclass
class Day:
    """The stage, everybody's browser, and what was done in it."""

    stage: Stage
    browser: Callable[[int], Any]
    posted: Counter[str] = field(default_factory=Counter)
    told: Counter[str] = field(default_factory=Counter)  # reasons given, and not taken back
    acts: int = 0

    @property
    def home(self) -> str:
        return f"/team/{self.stage.slug}/moderation"

    def say(self, who: int, words: str, where: str = "comments") -> Any:
        """Comment or suggest in the browser of somebody."""
        self.posted["comment"] += 1
        return self.browser(who).post(f"/D/{self.stage.code}/{where}", data={"body": words})


@pytest.fixture
def day(app: Any, clock: Any, new_client: Callable[[], Any], sign_in: Callable[..., None]) -> Day:
    """A contest that is being voted on, and a browser for whoever needs one."""
    known: dict[int, Any] = {}

    def browser(who: int) -> Any:
        if who not in known:
            known[who] = new_client()
            sign_in(known[who], who)
        return known[who]

    return Day(set_up(clock.now), browser)


def text(number: int, kind: str) -> str:
    """Words that are like no others."""
    picked = [WORDS[(number * step + len(kind)) % len(WORDS)] for step in (1, 3, 5, 7)]
    return f"{kind} {' '.join(picked)} {hash_of(number, kind)}"


def hash_of(number: int, kind: str) -> str:
    from hashlib import sha256

    return sha256(f"{kind}{number}".encode()).hexdigest()[:24]


def test_a_day_of_a_moderator(day: Day, clock: Any, run_jobs: Callable[..., int]) -> None:
    stage = day.stage
    gallery = day.browser(stage.fan)
    voters = [person(clock.now) for _ in range(VOTERS)]
    for voter in voters:
        service.cast(stage.design, voter, "gallery", clock.now)
    add_design(stage.contest, stage.fan, clock.now, "approved")
    wall = shown(gallery, stage)
    authors = morning(day, clock)
    flag_bombing(day, clock, voters[:10])
    assert shown(gallery, stage) == wall, "no number of reports hides anything"

    order = desk.waiting(db.session(), stage.artist, with_lost=False)
    firsts = [each.minor for each in order]
    assert firsts == sorted(firsts, reverse=True) and True in firsts, "the young come first"
    assert False in firsts or len(order) == desk.MOST, "the others follow, on a long day below what is shown at once"
    spam = flood(day, clock)
    through_the_queue(day, clock)
    hidden_and_restored(day, clock, gallery)
    end_reading()

    made = select(func.count(ModerationAct.id)).where(ModerationAct.moderator_id.is_not(None))
    assert db.session.scalar(made) == day.acts, "each act is a row, and no row is there without one"
    stern = select(ModerationAct.reason, ModerationAct.reason_code).where(ModerationAct.act.in_(("hide", "hold")))
    assert all(reason or code for reason, code in db.session.execute(stern)), "nobody is left without a reason"
    assert db.session.scalar(select(func.count(Comment.id))) == day.posted["comment"], "nothing is deleted"
    assert db.session.scalar(select(func.count(Question.id))) == day.posted["question"]
    assert db.session.scalar(select(func.count(Submission.id))) == day.posted["design"] + 2
    reasons_are_read_by(day, [*authors, spam])
    counts_agree(day, clock)

    run_jobs()
    round_id = closing.round_to_close(stage.contest, "open")
    assert round_id
    assert service.close(round_id, clock.now + timedelta(days=30))
    end_reading()
    result = results.result(db.session(), stage.contest)
    placed = result.placed(stage.design)
    assert placed and placed.votes == VOTERS, "it came back with every vote"
    assert result.fans_choice == (stage.design,)
    assert [fault for each in recounting.recount(stage.contest) for fault in each.differences] == []


def morning(day: Day, clock: Any) -> list[int]:
    """Fill the queue with words, suggestions, questions, designs and reports of all kinds of people."""
    stage, today = day.stage, clock.now - timedelta(hours=2)
    authors = []
    for number in range(OF_EACH):
        young = person(clock.now, "Yu", age_band="13-15", country="FI")
        newcomer, trusted = person(clock.now, "Nu", created=today), person(clock.now, "Tru", trusted_at=today)
        day.say(young, text(number, "young"))
        day.say(newcomer, text(number, "new"))
        day.say(newcomer, text(number, "idea"), "suggest")
        day.say(trusted, text(number, "trusted"))
        asked = {"words": f"{text(number, 'asked')}?", "sure": "y"}
        assert day.browser(young).post(f"/c/{slug_of(stage)}/questions/ask", data=asked).status_code == 302
        day.posted["question"] += 1
        for author in (young, newcomer):
            add_design(stage.contest, author, clock.now)
            day.posted["design"] += 1
        said = db.session.scalar(select(Comment.id).where(Comment.author_id == trusted)) or 0
        assert state_of(said) == "visible", "the words of the trusted stand at once"
        day.browser(stage.fan).post(f"/report/comment/{said}", data={"reason": "hurtful"})
        authors += [young, newcomer, trusted]
    return authors


def flag_bombing(day: Day, clock: Any, friends: list[int]) -> None:
    """New accounts in a crowd, and some of a month that are in on it, report what a hundred have voted for."""
    crowd = [person(clock.now, "Bot", created=clock.now) for _ in range(30)]
    for each in (*crowd, *friends):
        answer = day.browser(each).post(f"/report/design/{day.stage.design}", data={"reason": "copied"})
        assert answer.status_code == 302
    assert db.session.scalar(select(func.count(Report.id)).where(Report.subject_kind == "submission")) == 40


def flood(day: Day, clock: Any) -> int:
    """Somebody says ten things at once: a rule holds most of them, one decision hides all, one undo brings all back."""
    spammer = person(clock.now, "Spam")
    for number in range(10):
        day.say(spammer, text(number, "flood"))
    day.say(spammer, "The eleventh within ten minutes")
    day.posted["comment"] -= 1  # was not even taken
    where = f"{day.home}/many?person={spammer}"
    moderator = day.browser(day.stage.moderator)
    keys = re.findall(r'name="item" value="([^"]+)"', moderator.get(where).text)
    assert len(keys) == 10
    done = moderator.post(where, data={"item": keys, "reason_code": "spam"})
    act = re.findall(r"done=(\d+)", done.location)[0]
    assert moderator.post(f"{day.home}/undo", data={"act_id": act}).status_code == 302
    end_reading()
    states = Counter(db.session.scalars(select(Comment.state).where(Comment.author_id == spammer)))
    assert states == {"visible": 5, "held": 5}, "as they were before"
    moderator.post(where, data={"item": keys, "reason_code": "spam", "note": "Ten at once."})
    day.acts += 30
    day.told["spam"] += 10
    return spammer


def through_the_queue(day: Day, clock: Any) -> None:
    """One thing after another: approve, hide for a reason, skip, put aside, and now and then take it back."""
    moderator, where, turn = day.browser(day.stage.moderator), day.home, 0
    while "Nothing waits" not in (page := moderator.get(where).text):
        if "Only what you skipped is left" in page:
            where = day.home
            continue
        clock.advance(seconds=8)
        turn += 1
        assert turn < 40 * OF_EACH
        item = re.findall(r'name="item" value="([^"]+)"', page)[0]
        skip = re.findall(r'name="skip" value="([^"]*)"', page)[0]
        waiting = desk.waiting(db.session(), day.stage.artist, with_lost=False, skipped=skip.split(","))
        assert item == waiting[0].key
        assert ("Under 18" in page) == waiting[0].minor == any(each.minor for each in waiting), "the young come first"
        if turn % 6 == 5 and not skip:  # S
            where = re.findall(r'data-key="s" href="([^"]+)"', page)[0].replace("&amp;", "&")
            continue
        where, reason = decide(day, moderator, item, skip, turn)
        if turn % 5 == 3:  # U: it waits again, and is decided about once more
            act = re.findall(r"done=(\d+)", where)[0]
            where = moderator.post(f"{day.home}/undo", data={"act_id": act, "skip": skip}).location
            day.acts += 1
            day.told[reason] -= 1
    assert not desk.waiting(db.session(), day.stage.artist, with_lost=False)


def decide(day: Day, moderator: Any, item: str, skip: str, turn: int) -> tuple[str, str]:
    """A, R with a figure, or E; return where it leads on, and the reason that the public page counts."""
    form: dict[str, Any] = {"item": item, "skip": skip}
    is_bombed = item == f"submission:{day.stage.design}"
    if turn % 3 == 0 and not is_bombed:
        reason = REASONS[turn % 5] if not item.startswith("submission") else ("rights", "copy", "hurtful")[turn % 3]
        answer = moderator.post(f"{day.home}?choice=reject", data={**form, "reason_code": reason})
    elif turn % 7 == 0 and item.startswith("submission") and not is_bombed:
        reason, answer = "other", moderator.post(day.home, data={**form, "choice": "escalate"})
    else:
        reason, answer = "", moderator.post(day.home, data={**form, "choice": "approve"})
    assert answer.status_code == 302 and "done=" in answer.location, item
    day.acts += 1
    day.told[reason] += 1
    return answer.location, reason


def hidden_and_restored(day: Day, clock: Any, gallery: Any) -> None:
    """A wrong decision about the best design: out of sight, appealed, judged by another, back at its place."""
    stage, moderator = day.stage, day.browser(day.stage.moderator)
    wall = shown(gallery, stage)
    day.browser(stage.fan).post(f"/report/design/{stage.design}", data={"reason": "copied"})
    item = {"item": f"submission:{stage.design}", "reason_code": "copy"}
    moderator.post(f"{day.home}?choice=reject", data=item)
    assert shown(gallery, stage) == [each for each in wall if each != stage.code]
    assert gallery.get(f"/D/{stage.code}").status_code == 404
    end_reading()
    act = db.session.scalar(select(func.max(ModerationAct.id)))
    author = day.browser(stage.designer)
    assert (
        "Ask for a second look" in author.get("/second-look").text
        or f"/second-look/{act}" in author.get("/second-look").text
    )
    author.post(f"/second-look/{act}", data={"text": "I drew every line of it myself."})
    end_reading()
    appeal = db.session.scalars(select(Appeal.id)).one()
    answer = {"choice": "grant", "answer": "You are right: we are sorry."}
    moderator.post(f"{day.home}/appeals/{appeal}", data=answer)
    assert shown(gallery, stage) != wall, "nobody judges their own decision"
    other = person(clock.now, "Max")
    with transaction() as session:
        people.add_member(session, stage.artist, other, "moderator", clock.now)
    day.browser(other).post(f"{day.home}/appeals/{appeal}", data=answer)
    assert shown(gallery, stage) == wall
    day.acts += 2
    day.told["copy"] += 1


def reasons_are_read_by(day: Day, authors: list[int]) -> None:
    """Whose things are hidden or held by somebody reads why, on a page of their own and beside their words."""
    newest = select(func.max(ModerationAct.id)).group_by(ModerationAct.subject_kind, ModerationAct.subject_id)
    stern = select(ModerationAct).where(ModerationAct.id.in_(newest), ModerationAct.act.in_(("hide", "hold")))
    acts = db.session.scalars(stern.where(ModerationAct.moderator_id.is_not(None))).all()
    assert acts
    whose = {"comment": Comment, "question": Question, "submission": Submission}
    read = 0
    for act in acts[:: max(1, len(acts) // 12)]:
        author = db.session.scalar(
            select(whose[act.subject_kind].author_id).where(whose[act.subject_kind].id == act.subject_id)
        )
        assert author in authors
        page = day.browser(author).get(f"/second-look/{act.id}")
        assert page.status_code == 200
        assert "Ask for a second look" in page.text
        read += 1
    assert read >= 3


def counts_agree(day: Day, clock: Any) -> None:
    """What the public page counts is what was done; what is too small to be told stands together, or nowhere."""
    expected = Counter({code: count for code, count in day.told.items() if code and count})
    for table in (Comment, Question):
        rules = db.session.execute(select(table.rule, func.count()).where(table.rule != "").group_by(table.rule))
        expected.update({f"rule:{rule}": count for rule, count in rules})
    month = transparency.months(db.session(), clock.now)[0]
    assert dict(month.reasons) == {code: count for code, count in expected.items() if count >= transparency.FEW}
    few = sum(count for count in expected.values() if count < transparency.FEW)
    assert month.others in (few if few >= transparency.FEW else None, None)
    assert month.total in (expected.total(), None)
    assert day.browser(day.stage.fan).get("/transparency").status_code == 200


def shown(browser: Any, stage: Stage) -> list[str]:
    """The codes of the wall, in the order of this browser."""
    page = browser.get(f"/c/{slug_of(stage)}/designs").text
    return list(dict.fromkeys(re.findall(r'href="/D/(\w{5,6})"', page)))


def slug_of(stage: Stage) -> str:
    found = designs.by_id(db.session(), stage.design)
    assert found
    from contests import queries as contests

    contest = contests.contest(db.session(), found.contest_id)
    assert contest
    return contest.slug


def test_twenty_spam_accounts_are_contained_through_the_site_and_honest_fans_talk_on(
    day: Day, clock: Any, rate_limits: None
) -> None:
    accounts, each = (20, 50) if SOAK else (8, 6)
    ages = [timedelta(hours=1), timedelta(days=30)]
    spammers = [person(clock.now, "Spam", created=clock.now - ages[n % 2]) for n in range(accounts)]
    honest = [person(clock.now, name) for name in ("Ada", "Bo", "Cy")]
    answers: Counter[int] = Counter()
    spoken = []
    for number in range(each):
        for place, who in enumerate(spammers):
            words = (
                f"Cheapest band shirts on earth, number {number}, ask {place} today",
                f"{text(number * 100 + place, 'shop')} at shirts-{place}.shop now",
                f"ＣＨＥＡＰＥＳＴ band shirts 0n earth!!! number {number * 7} a5k {place} today",
            )[(number + place) % 3]
            answers[day.say(who, words).status_code] += 1
        fan = honest[number % 3]
        if number < 9:
            said = day.say(fan, text(number, "honest"))
            assert said.status_code == 302
            spoken.append(int(said.location.rsplit("-", 1)[1]))
        clock.advance(seconds=40)
    shown_spam = select(func.count(Comment.id)).where(Comment.author_id.in_(spammers), Comment.state == "visible")
    end_reading()
    assert (db.session.scalar(shown_spam) or 0) <= accounts * each // 100, "almost none is seen"
    assert [state_of(number) for number in spoken] == ["visible"] * len(spoken)
    assert set(answers) <= {302, 429}
    assert db.session.scalar(select(func.count(ModerationAct.id)).where(ModerationAct.moderator_id.is_not(None))) == 0
    page = day.browser(honest[0]).get(f"/D/{day.stage.code}").text
    assert "Cheapest" not in page and ".shop" not in page
    assert "honest" in page
