"""The pages a fan votes on, by the kind of ballot: one design at a time, an order, pairs; and the ballot itself."""

from datetime import datetime
from typing import Any

from flask import render_template, request
from flask_login import current_user

from contests.phases import VOTING, Phase
from contests.queries import ContestRow
from contests.submissions import queries as submissions
from voting import focus, pairing, paths, queries, rules
from voting.exposure import seen as exposure
from voting.hands import HEARTS, PAIRS, STARS, Hand, hand
from webapp.infra.db import db
from webapp.infra.device import device_id, visitor_seed
from webapp.kernel import codes
from webapp.kernel.now import now

POOL = 24  # designs that are offered for an order at once; all of them hang in the gallery


def one_by_one(contest: ContestRow, phase: Phase, mine: Hand) -> str:
    """Show one big design, to be given a heart or stars."""
    at = request.args.get("at")
    here = focus.step(db.session(), contest, phase, current_user.id, mine.marked, at)
    exposure.met(contest.id, phase, "focus", device_id(), [here.card.id] if here.card else [])
    return _page("voting/focus.html", contest, mine, here=here)


def rank(contest: ContestRow, phase: Phase, mine: Hand) -> str:
    """Show the reader's order, and designs to tap into it."""
    free = [each for each in _mine_to_see(contest, phase) if each not in mine.values]
    cards = submissions.cards(db.session(), [*mine.choices, *free[:POOL]])
    exposure.met(contest.id, phase, "rank", device_id(), free[:POOL], POOL)
    return _page(
        "voting/rank.html",
        contest,
        mine,
        slots=[cards[each] for each in mine.choices if each in cards],
        pool=[cards[each] for each in free[:POOL] if each in cards],
        rest=len(free) - POOL,
    )


def pairs(contest: ContestRow, phase: Phase, mine: Hand) -> str:
    """Show this or that, in sets of seven: what is left of the present set comes with the page."""
    done = mine.met % pairing.SET
    can_go_on = mine.met < rules.MOST_PAIRS
    ids = _mine_to_see(contest, phase)
    first = _asked_for(ids) if can_go_on else None
    wanted = pairing.SET - done
    coming = pairing.upcoming(ids, mine.trail, _seed(contest), wanted + 1, first) if can_go_on else []
    last = mine.trail[-1][:2] if mine.trail else []
    cards = submissions.cards(db.session(), {each for pair in coming for each in pair} | set(last))
    at_end = not coming or bool(mine.met and not done and "more" not in request.args and not first)
    has_more = len(coming) > wanted or (at_end and bool(coming))
    coming = coming[:wanted]
    exposure.met(contest.id, phase, "pairs", device_id(), [each for pair in coming[:1] for each in pair])
    return _page(
        "voting/pairs.html",
        contest,
        mine,
        pairs=[(cards[a], cards[b]) for a, b in coming if a in cards and b in cards],
        last=[cards[each] for each in last if each in cards],
        at_end=at_end,
        has_more=has_more,
        done=done,
        size=pairing.SET,
        few=len(ids) < 2,
    )


def pair_with(contest: ContestRow, phase: Phase, held: Hand, design: int) -> tuple[int, int] | None:
    """Return a pair (left, right) with this design that the reader has not met; None when there is none."""
    ids = _mine_to_see(contest, phase)
    if design not in ids or held.met >= rules.MOST_PAIRS:
        return None
    pair = next(iter(pairing.upcoming(ids, held.trail, _seed(contest), 1, design)), (0, 0))
    return pair if design in pair else None


def mine(contest: ContestRow) -> str:
    """Show the reader's ballot: what it says, and how to change it or take it back."""
    phase = contest.phase(now())
    held = hand(db.session(), contest, phase, current_user.id, device_id())
    named = {each for step in held.choices for each in step[:2]} if held.way == PAIRS else set(held.values)
    cards = submissions.cards(db.session(), named)
    poll = queries.current_round(db.session(), contest.id)
    sealed = bool(poll and poll.sealed_at)
    waiting = held.hearts.pending if held.hearts else frozenset()
    return _page(
        "voting/ballot.html",
        contest,
        held,
        cards=_sorted(held, cards, waiting),
        by_id=cards,
        is_open=phase in VOTING and not sealed,
        may_choose=bool(current_user.is_authenticated and waiting and not sealed),
        is_pending=bool(waiting or held.state == "pending"),
        sign_in=paths.sign_in(paths.ballot(contest.slug)),
        receipts=paths.receipts() if current_user.is_authenticated and held.state == "counted" else None,
    )


def _sorted(held: Hand, cards: dict[int, Any], waiting: frozenset[int]) -> list[Any]:
    if held.way == HEARTS:
        return sorted(cards.values(), key=lambda card: (card.id in waiting, card.title, card.code))
    if held.way == STARS:
        return sorted(cards.values(), key=lambda card: (-held.values[card.id], card.title, card.code))
    return [cards[each] for each in held.values if each in cards]


def _asked_for(ids: list[int]) -> int | None:
    """Return the design a poster or its page has sent the reader with, to be in the first pair."""
    code = request.args.get("with")
    found = submissions.design(db.session(), codes.normalise(code)) if code else None
    return found.id if found and found.id in ids else None


def _seed(contest: ContestRow) -> str:
    return f"{contest.seed_hash}|{visitor_seed()}"


def _mine_to_see(contest: ContestRow, phase: Phase) -> list[int]:
    return focus.in_order(db.session(), contest, phase, current_user.id)


def _page(template: str, contest: ContestRow, held: Hand, **more: Any) -> str:
    return render_template(template, contest=contest, hand=held, hearts=held.hearts, closes=_closes(contest), **more)


def _closes(contest: ContestRow) -> datetime | None:
    kind = rules.kind_in(contest.phase(now()))
    return rules.closes_at(kind, contest.schedule)
