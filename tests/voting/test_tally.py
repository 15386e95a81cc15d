"""The count and the shortlist as pure functions."""

from __future__ import annotations

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from voting.shortlist import ending, shortlist
from voting.tally import Placed, approval, fans_choice, lot

votes_of = st.dictionaries(st.integers(1, 60), st.integers(0, 6), max_size=40)
seeds = st.text(max_size=8)


def test_ties_share_a_rank_and_the_next_rank_is_skipped():
    order = approval({1: 5, 2: 3, 3: 3, 4: 1}, [1, 2, 3, 4], "s")
    assert [(each.votes, each.rank) for each in order] == [(5, 1), (3, 2), (3, 2), (1, 4)]


def test_designs_without_votes_stand_last_and_votes_on_others_are_left_out():
    order = approval({1: 2, 99: 7}, [1, 2], "s")
    assert order == [Placed(1, 2, 1), Placed(2, 0, 2)]


@given(votes_of, seeds)
def test_a_rank_is_one_more_than_the_number_of_better_designs(votes: dict[int, int], seed: str):
    order = approval(votes, votes, seed)
    assert sorted(each.submission_id for each in order) == sorted(votes)
    for each in order:
        assert each.votes == votes[each.submission_id]
        assert each.rank == 1 + sum(other > each.votes for other in votes.values())


@given(votes_of, seeds, st.randoms(use_true_random=False))
def test_the_order_votes_or_designs_come_in_changes_nothing(votes: dict[int, int], seed: str, random):
    shuffled = list(votes.items())
    random.shuffle(shuffled)
    assert approval(dict(shuffled), [design for design, _ in shuffled], seed) == approval(votes, votes, seed)


@given(votes_of, st.integers(1, 20), seeds)
def test_who_is_on_the_shortlist_has_no_fewer_votes_than_who_is_not(votes: dict[int, int], size: int, seed: str):
    order = approval(votes, votes, seed)
    found = shortlist(order, size, seed)
    chosen = {each.placed.submission_id for each in found.finalists}
    left_out = [each.votes for each in order if each.submission_id not in chosen]
    lowest = min((each.placed.votes for each in found.finalists), default=0)
    assert len(chosen) == len(found.finalists) <= 2 * size
    assert all(other <= lowest for other in left_out)
    if any(votes.values()):
        assert lowest > 0 or not chosen
        assert len(chosen) >= min(size, sum(1 for each in votes.values() if each))
    if found.draw is None:
        assert all(other < lowest or not chosen for other in left_out if other > 0 or not any(votes.values()))


@given(votes_of, st.integers(1, 20), seeds)
def test_a_draw_is_what_anybody_computes_from_the_seed(votes: dict[int, int], size: int, seed: str):
    found = shortlist(approval(votes, votes, seed), size, seed)
    if found.draw is None:
        assert not any(each.drawn for each in found.finalists)
        return
    lots = {each: hashlib.sha256(f"{seed}|{each}".encode()).hexdigest() for each in found.draw.tied}
    assert found.draw.admitted == tuple(sorted(lots, key=lots.__getitem__))[: found.draw.places]
    assert {each.placed.submission_id for each in found.finalists if each.drawn} == set(found.draw.admitted)
    assert len({votes[each] for each in found.draw.tied}) == 1
    assert len(found.finalists) == size


def test_all_tied_at_the_last_place_are_admitted_up_to_twice_the_size():
    order = approval({1: 9, 2: 4, 3: 4, 4: 4}, range(1, 5), "s")
    found = shortlist(order, 2, "s")
    assert next(each.placed.submission_id for each in found.finalists) == 1
    assert len(found.finalists) == 4
    assert found.draw is None


def test_one_more_tie_than_twice_the_size_is_drawn_down_to_the_size():
    order = approval({1: 9, 2: 4, 3: 4, 4: 4, 5: 4}, range(1, 6), "s")
    found = shortlist(order, 2, "s")
    assert found.draw
    assert found.draw.places == 1
    assert len(found.draw.tied) == 4
    assert [each.drawn for each in found.finalists] == [False, True]


def test_another_seed_draws_others():
    order = approval({}, range(1, 30), "s")
    drawn = {shortlist(order, 3, seed).draw.admitted for seed in ("a", "b", "c", "d")}
    assert len(drawn) > 1


def test_odd_ends():
    assert shortlist([], 3, "s").finalists == ()
    nobody_voted = approval({}, [1, 2, 3], "s")
    assert len(shortlist(nobody_voted, 2, "s").finalists) == 3
    assert fans_choice(nobody_voted) == []
    one_vote = approval({1: 1}, [1, 2, 3], "s")
    assert [each.placed.submission_id for each in shortlist(one_vote, 2, "s").finalists] == [1]
    assert [ending(*end) for end in ((0, 0, 3), (1, 5, 3), (4, 0, 3), (3, 5, 3), (4, 5, 3))] == [
        "no-designs",
        "one-design",
        "no-votes",
        "few-designs",
        "counted",
    ]


def test_a_lot_is_the_hash_the_result_page_tells_to_compute():
    assert lot("seed", 7) == hashlib.sha256(b"seed|7").hexdigest()
