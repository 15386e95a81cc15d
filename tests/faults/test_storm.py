"""The storm: more buyers than pieces at one instant, and everything at once that takes, frees and passes on pieces.

Variants, bundles, the waitlist, offers taken, let go and lapsed, orders that expire, cancellations and changes of
size, while the web processes are killed. Afterwards exactly the edition is held, every refused one was told why, and
the recount finds nothing.
"""

from __future__ import annotations

import itertools
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import func, select

from preorders.models import Drop, Preorder, Variant, WaitlistEntry
from tests.faults.counts import Counted, Turns, must_fail
from tests.faults.crowd import Crowd, Page
from tests.faults.site import Site, until
from tests.faults.test_installation import meanwhile

pytestmark = pytest.mark.timeout(900)
Times = Callable[[int, int], int]
THREADS = 32
PATIENCE = 5  # how often somebody tries who is told that there are pieces, and then finds none
DONE, REFUSED = (302, 303), (409, 422)
HOUR, WEEK = 3700, 8 * 24 * 3600  # seconds: longer than an offer stands, and than an order waits for a guardian
_numbers = itertools.count(1)


class Storm:
    """What the crowd does; `answers` are all that came back, `refused` what those were told who got nothing."""

    def __init__(self, crowd: Crowd, seed: int) -> None:
        self.crowd, self.site, self.dice = crowd, crowd.site, random.Random(seed)
        self.answers: list[Page] = []
        self.refused: list[str] = []
        self.idle: set[int] = set()  # entries whose owners let the time pass
        self.turns: Iterator[str] = itertools.cycle(("leave", "wait", "take", "take"))

    def everybody(self, acts: list[Callable[[], None]]) -> None:
        """Do the acts, many at once, in an order nobody planned; an act's failure is the test's."""
        self.dice.shuffle(acts)
        with ThreadPoolExecutor(THREADS) as pool:
            list(pool.map(lambda act: act(), acts))

    def press(self, person_id: int, path: str, **fields: object) -> Page:
        """Send a form and keep what came back."""
        page = self.crowd.press(person_id, path, **fields)
        self.answers.append(page)
        if page.status in REFUSED:
            self.refused.append(page.said)
        return page

    def buy(self, number: int, person_id: int) -> None:
        """Order and change one's mind at once; or, when it is sold out, wait for it; or, when it is not, order."""
        size, quantity, bundle = "S" if number % 6 == 0 else "M", 2 if number % 5 == 0 else 1, number % 4 == 0
        sizes, there = self.crowd.stage.sizes, f"/drops/{self.crowd.stage.slug}/waitlist"
        for _ in range(PATIENCE):
            path, fields = self.crowd.order(person_id, size, quantity, bundle)
            page = self.press(person_id, path, **fields)
            if page.status in DONE:
                return self.think_again(number, person_id, page.where.partition("?")[0])
            if self.press(person_id, there, variant=sizes[size], quantity=quantity).status in DONE:
                return None
        return None

    def think_again(self, number: int, person_id: int, order: str) -> None:
        """Cancel an order, or ask for another size; most keep what they have."""
        if number % 7 == 0:
            self.press(person_id, f"{order}/cancel")
        elif number % 5 == 1:
            self.press(person_id, f"{order}/change", **{"item-0-part-0": self.crowd.stage.sizes["S"]})

    def answer(self, entry: Any, act: str) -> None:
        """Take an offer, by two presses of one button, let it go, or leave it to its fate."""
        if act == "leave":
            self.press(entry.person_id, f"/preorders/waitlist/{entry.id}/leave")
        if act == "take":
            size = next(name for name, variant in self.crowd.stage.sizes.items() if variant == entry.variant_id)
            path, fields = self.crowd.order(entry.person_id, size, entry.offered_quantity, offer=entry.id)
            first, second = (self.press(entry.person_id, path, **fields) for _ in range(2))
            assert (first.status, first.where) == (second.status, second.where)

    def answer_offers(self) -> int:
        """Let everybody who is offered something do the next of `turns`; return how many offers there were."""
        found = self.offers()
        # Orders of the young would wait for a week: they let it go.
        pairs = [
            (each, "leave" if each.person_id in self.crowd.young else next(self.turns))
            for each in found
            if each.id not in self.idle
        ]
        self.idle |= {each.id for each, act in pairs if act == "wait"}
        self.everybody([lambda each=each, act=act: self.answer(each, act) for each, act in pairs])  # type: ignore[misc]
        return len(found)

    def settled(self, cap: int) -> bool:
        """Let those who are offered something take it; return whether the edition is held, or nobody waits."""
        self.turns = itertools.repeat("take")
        before = self.held()
        if not self.answer_offers():
            return before[0] == cap or not self.waiting()
        if self.held() == before:
            self.site.later(HOUR)  # who may not take it lets it lapse
        time.sleep(0.5)
        return False

    def offers(self) -> Sequence[Any]:
        """The standing offers of the drop."""
        entry = WaitlistEntry
        columns = (entry.id, entry.person_id, entry.variant_id, entry.offered_quantity)
        found = select(*columns).where(entry.drop_id == self.crowd.stage.drop_id, entry.state == "offered")
        with self.site.engine.connect() as connection:
            return connection.execute(found).all()

    def held(self) -> tuple[int, int, int]:
        """What the drop counts as reserved and offered, and how many orders still wait for somebody."""
        drop_id = self.crowd.stage.drop_id
        waits = select(func.count()).where(Preorder.drop_id == drop_id, Preorder.state == "awaiting")
        with self.site.engine.connect() as connection:
            drop = connection.execute(select(Drop.reserved, Drop.offered).where(Drop.id == drop_id)).one()
            return drop.reserved, drop.offered, connection.scalar(waits) or 0

    def standing(self) -> list[Any]:
        """How many entries of each SKU are in each state, and what is kept of each SKU: for a failure's message."""
        entry, drop_id = WaitlistEntry, self.crowd.stage.drop_id
        entries = select(entry.variant_id, entry.state, func.count()).where(entry.drop_id == drop_id)
        kept = select(Variant.id, Variant.cap, Variant.reserved, Variant.offered).where(Variant.drop_id == drop_id)
        with self.site.engine.connect() as connection:
            counted = connection.execute(entries.group_by(entry.variant_id, entry.state)).all()
            said = Counter((page.status, page.said) for page in self.answers)
            return [said, self.held(), *counted, *connection.execute(kept)]

    def waiting(self) -> int:
        """How many wait without an offer."""
        mine = WaitlistEntry.drop_id == self.crowd.stage.drop_id
        return self.site.count(WaitlistEntry, mine, WaitlistEntry.state == "waiting")


@pytest.mark.ordinarily("postgres")
def test_more_buyers_than_pieces(fallible: Site, times: Times, counted: Counted) -> None:
    site, people, cap = fallible, times(24, 500), times(6, 100)
    crowd = Crowd(site, f"storm-{next(_numbers)}", people, cap)
    storm, strikes = Storm(crowd, seed=people), Turns()

    def strike() -> None:
        time.sleep(random.uniform(0.2, times(1, 4)))
        if next(strikes) < times(1, 8):
            site.kill("web")
            until(lambda: site.ask(1, "GET", "/healthz").status == 200, 60)

    storm.buy(*crowd.youngest)  # whoever else comes, this order waits for a guardian
    with meanwhile(strike):
        storm.everybody([lambda n=n, p=p: storm.buy(n, p) for n, p in enumerate(crowd.people)])  # type: ignore[misc]
    assert storm.waiting(), storm.standing()
    site.later(WEEK)  # guardians are late
    assert until(lambda: storm.held()[2] == 0)
    for _ in range(times(2, 7)):
        storm.answer_offers()
        site.later(HOUR)
    assert until(lambda: not storm.idle & {each.id for each in storm.offers()}), "offers lapse"
    assert until(lambda: storm.settled(cap), times(120, 600)), storm.standing()
    judge(storm, cap)
    with must_fail():  # the control: one piece more or less would be noticed
        judge(storm, cap + 1)
    kills = min(times(1, 8), strikes.so_far)
    counted(buyers=people, pieces=cap, answers=len(storm.answers), kills=kills)


def judge(storm: Storm, cap: int) -> None:
    """The whole edition is held, nobody got an error, and every no had a reason."""
    site, drop_id = storm.site, storm.crowd.stage.drop_id
    assert storm.held() == (cap, 0, 0)
    odd = [page for page in storm.answers if page.status not in (*DONE, *REFUSED)]
    assert not odd, [(page.status, page.said, page.text[:300]) for page in odd[:3]]
    assert storm.refused and all(len(said) > 20 for said in storm.refused), Counter(storm.refused)
    assert {"lapsed", "taken", "left"} <= set(site.column(WaitlistEntry.state, WaitlistEntry.drop_id == drop_id))
    assert {"reserved", "expired"} <= set(site.column(Preorder.state, Preorder.drop_id == drop_id))
    assert "orders, all agree" in site.server.fanmade("recount")
