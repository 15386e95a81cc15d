"""Counters against their ledgers: what `fanmade recount` compares. Stock is mended; votes are evidence and are not."""

from collections.abc import Iterator

from preorders import mending
from preorders import recount as orders
from voting import recounting
from webapp.boot.audit.findings import Finding, Plan

STOCK, VOTES = "stock", "votes"


def look_at_stock(plan: Plan) -> Iterator[Finding]:
    """Name each difference between counters, orders, parcels and payments; set counters to what orders say."""
    _, before = orders.recount(plan.at)
    if not before:
        return
    if not plan.repair:
        yield from (Finding(STOCK, each, todo="--repair sets counters to what the orders say") for each in before)
        return
    _, over = mending.mend(plan.at)
    _, left = orders.recount(plan.at)
    for each in before:
        if each not in left:
            yield Finding(STOCK, each, "counters are what the orders say")
    for each in left:
        yield Finding(STOCK, each, todo="a person has to look at it: see the drop's orders on the team's page")
    for name in over:
        yield Finding(STOCK, f"drop {name}: orders and offers hold more than the cap", todo="raise its cap, or cancel")


def look_at_votes(plan: Plan) -> Iterator[Finding]:
    """Name each difference between ledger, votes, totals, log, bundle and published results."""
    for count in recounting.recount(None):
        for each in count.differences:
            what = f"contest {count.contest_id}, {count.kind} round: {each}"
            yield Finding(VOTES, what, todo="votes are evidence and are not changed: restore, or docs/integrity.md")
