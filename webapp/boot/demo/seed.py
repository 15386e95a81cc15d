"""Fills an empty installation, in one transaction: all of the demo is there, or nothing. Bundles follow it.

It writes through the stores of the rooms and lets their rules decide (the fold, the count, the pick, the
edition). It calls no service, so no fact is recorded: nobody is told of a past that never was.
"""

import random
from datetime import datetime, timedelta

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from contests import queries as contests
from contests.phases import Phase
from contests.submissions.models import Submission
from preorders import queries as preorders
from voting import rules
from voting import store as voting
from webapp.accounts import store as accounts
from webapp.accounts.models import Person
from webapp.boot.demo import asked, circles, designs, hearts, inbox, jobs, newsletters, odd, sales, seen, talk, words
from webapp.boot.demo.calls import BARK_TOTE, CALLS, FOREST_TEE, GROVE_POSTER, Call
from webapp.boot.demo.contests_made import dates_of, seed_contest
from webapp.boot.demo.designs import Hung, Sender
from webapp.boot.demo.people import Cast, seed_follows, seed_people, seed_team
from webapp.infra.db import db, transaction

COUNTED_AFTER = timedelta(seconds=20)
VERSIONS = 2  # designs of the contest in its last polish that come in a second version

log = structlog.get_logger()


def seed(now: datetime) -> bool:
    """Seed the demo unless there are people already; return whether it was seeded.

    The queue is told to draw the pictures, those of the running vote first.
    """
    with transaction() as session:
        if session.scalar(select(Person.id).limit(1)) is not None:
            return False
        _Demo(session, now).fill()
    odd.finish(now)
    drawn = jobs.draw_missing()
    log.info("demo seeded", pictures=drawn)
    return True


def is_empty() -> bool:
    """Return whether nobody lives here yet."""
    found = db.session.scalar(select(Person.id).limit(1))
    db.session.rollback()
    return found is None


class _Demo:
    def __init__(self, session: Session, now: datetime) -> None:
        self.session, self.now = session, now
        self.rng = random.Random("low tide radio")
        self.more = random.Random("market hall")  # of its own: what is seeded later moves nothing of the rest
        self.cast: Cast = seed_people(session, self.rng, now)
        self.artist_id = self._artist(words.ARTIST)
        self.ids: dict[Phase, int] = {}
        self.walls: dict[Phase, list[Hung]] = {}

    def fill(self) -> None:
        seed_team(self.session, self.artist_id, self.cast, self.now - timedelta(days=149))
        seed_follows(self.session, self.artist_id, self.cast.fans, self.rng, self.now)
        for call in CALLS:
            self._contest(call)
        self._second_artist()
        talk.seed_trouble(self.session, self.artist_id, self.cast, self.walls[Phase.VOTING], self.now)
        asked.seed_questions(self.session, self.more, self.ids[Phase.VOTING], self.cast, self.now)
        wall = self.walls[Phase.VOTING]
        circles.seed_circles(self.session, self.more, self.cast, [self.ids[Phase.VOTING]], wall, self.now)
        for hung in self.walls[Phase.CRITIQUE][:VERSIONS]:
            designs.add_version(self.session, self.rng, hung, self.now)
        self._decided()
        self.session.flush()

    def _artist(self, about: dict[str, str]) -> int:
        return accounts.add_artist(
            self.session, about["slug"], about["name"], self.now - timedelta(days=149),
            **{key: value for key, value in about.items() if key not in ("slug", "name")},
        )  # fmt: skip

    def _second_artist(self) -> None:
        kelo = self._artist(words.SECOND)
        for call in (FOREST_TEE, GROVE_POSTER, BARK_TOTE):
            self._second_contest(call, kelo)
        seed_follows(self.session, kelo, self.cast.crowd[:14], self.rng, self.now)

    def _second_contest(self, call: Call, artist_id: int) -> None:
        """A smaller contest, in which nobody has voted yet."""
        made = seed_contest(self.session, self.rng, call, artist_id, self.cast.named["olive"], self.now)
        contest, dates = contests.contest(self.session, made), dates_of(call, self.now)
        if contest is None or not call.designs:
            return
        to = Sender(made, artist_id, contest.rights_hash, dates["opens_at"], dates["voting_at"])
        designs.seed_designs(self.session, self.rng, call, to, self.cast, self.now)

    def _contest(self, call: Call) -> None:
        made = seed_contest(self.session, self.rng, call, self.artist_id, self.cast.named["aino"], self.now)
        self.ids[call.phase] = made
        dates = dates_of(call, self.now)
        contest = contests.contest(self.session, made)
        assert contest is not None
        until = min(self.now - timedelta(hours=5), dates.get("critique_at", dates["voting_at"]))
        to = Sender(made, self.artist_id, contest.rights_hash, dates["opens_at"], until)
        hung = self.walls[call.phase] = designs.seed_designs(self.session, self.rng, call, to, self.cast, self.now)
        if call.phase is Phase.SUBMITTING:
            designs.seed_queue(self.session, self.rng, to, self.cast, self.now)
        if not hung:
            return
        ends = min(self.now, dates["picking_at"])
        said = talk.Talk(6 if call.phase is Phase.VOTING else 4, 0.5 if call.phase is Phase.CRITIQUE else 0.1, ends)
        talk.seed_comments(self.session, self.rng, hung, self.cast, said)
        stages = {"before": True, "open": dates["voting_at"] <= self.now}
        seen.seed_seen(self.session, self.rng, made, hung, self.cast, (dates["opens_at"], ends), stages)
        self._vote(call, made, dates, hung)

    def _vote(self, call: Call, contest_id: int, dates: dict[str, datetime], hung: list[Hung]) -> None:
        """Hold the rounds that have begun; close those that are over."""
        if call.phase is Phase.CANCELLED or dates["voting_at"] > self.now:
            return
        appeal = [1.0 / (1 + self.rng.random() * 6) for _ in hung]
        appeal[0] = max(appeal)  # the first one belongs to somebody the demo's story is about
        ends = dates.get("final_at", dates["picking_at"])
        chosen = self._round(contest_id, rules.OPEN, call.hearts, hung, appeal, dates["voting_at"], ends)
        if "final_at" in dates and chosen:
            finalists = [(each, weight) for each, weight in zip(hung, appeal, strict=True) if each.id in chosen]
            self._round(
                contest_id,
                rules.FINAL,
                call.hearts,
                [each for each, _weight in finalists],
                [weight for _each, weight in finalists],
                dates["final_at"],
                dates["picking_at"],
            )

    def _round(
        self,
        contest_id: int,
        kind: str,
        budget: int,
        hung: list[Hung],
        appeal: list[float],
        begins: datetime,
        ends: datetime,
    ) -> list[int]:
        contest = contests.contest(self.session, contest_id)
        assert contest is not None
        method = contest.method if kind == rules.OPEN else contest.final_method
        poll = voting.ensure_round(self.session, contest_id, kind, rules.budget_of(kind, budget), method)
        running = ends > self.now
        turnout = hearts.Turnout(
            voters=self.cast.fans,
            share=0.7 if running else 0.85,
            begins=begins,
            ends=min(ends, self.now - timedelta(minutes=3)),
            appeal=appeal,
            sparing=frozenset({self.cast.named["kelpie"]}) if running else frozenset(),
        )
        hearts.seed_votes(self.session, self.rng, poll, hung, turnout)
        self._odd(poll.id, contest_id, kind, hung, turnout.ends, running)
        return [] if running else hearts.close_round(self.session, contest_id, kind, ends + COUNTED_AFTER)

    def _odd(self, round_id: int, contest_id: int, kind: str, hung: list[Hung], ends: datetime, running: bool) -> None:
        """What would be worn; and in the contests people look at first a tablet that went round the market hall."""
        if kind == rules.OPEN:
            odd.seed_worn(self.session, self.more, contest_id, hung, self.cast.fans, ends)
        if contest_id in (self.ids.get(Phase.VOTING), self.ids.get(Phase.PICKING)):
            ballots = odd.seed_tablet(self.session, round_id, hung[-1], self.cast.fans, ends, self.more)
            if not running:
                odd.hold(self.session, round_id, hung[-1].id, ballots, ends)

    def _decided(self) -> None:
        """The end of the story: a pick with its reason, and the drop that came of it."""
        contest_id, winner = self.ids[Phase.DECIDED], self.walls[Phase.DECIDED][0]
        at = self.now - timedelta(days=40)
        pick_id = hearts.pick(self.session, contest_id, winner.id, self.cast.named["aino"], words.PICK_REASON, at)
        of_pick = {
            "artist_id": self.artist_id,
            "contest_id": contest_id,
            "submission_id": winner.id,
            "pick_id": pick_id,
        }
        drop_id = sales.seed_drop(self.session, of_pick, self.cast, self.rng, self.now)
        orders = preorders.of_person(self.session, self.cast.named["bram"])
        order = next(((row.number, "The club tee") for row, drop in orders if drop.id == drop_id), None)
        design = self.session.get_one(Submission, winner.id)
        titles = {call.slug: call.title for call in CALLS}
        newsletters.seed_letters(self.session, self.cast, self.artist_id, winner.id, random.Random("letters"), self.now)
        inbox.seed_inbox(
            self.session, self.cast, words.ARTIST["name"], titles, (design.title, design.code), order, self.now
        )
