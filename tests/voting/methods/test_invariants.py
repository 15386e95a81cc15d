"""What holds for every election: drawn at random, and checked against the slow way."""

from dataclasses import replace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.scale import tried
from tests.voting.methods import brute
from tests.voting.methods.make import elections, score_elections
from voting.methods import pairwise
from voting.methods.catalogue import METHODS, count
from voting.methods.election import DoesNotFit, Election

pytestmark = pytest.mark.one_db
FOR_RANKS = [name for name in METHODS if name not in ("score", "star")]
FOR_SCORES = list(METHODS)


def groups(result):
    return [set(group) for group in result.order], set(result.winners)


def renumbered(election, order):
    """Return the same election with the designs in another order."""
    new = {old: position for position, old in enumerate(order)}
    ranked = None
    if election.ranked is not None:
        ranked = {
            tuple(tuple(sorted(new[design] for design in group)) for group in paper): number
            for paper, number in reversed(election.ranked.items())
        }
    scored = None
    if election.scored is not None:
        scored = {tuple(paper[old] for old in order): n for paper, n in reversed(election.scored.items())}
    return replace(election, names=tuple(election.names[old] for old in order), ranked=ranked, scored=scored)


@pytest.mark.parametrize("method", FOR_RANKS)
@given(election=elections(), data=st.data(), seed=st.sampled_from([None, "ab12"]), seats=st.integers(1, 3))
@settings(max_examples=tried(60), deadline=None)
def test_the_order_of_ballots_and_designs_changes_nothing(method, election, data, seed, seats):
    other = renumbered(election, data.draw(st.permutations(range(len(election.names)))))
    assert groups(count(election, method, seats, seed)) == groups(count(other, method, seats, seed))


@pytest.mark.parametrize("method", ["score", "star"])
@given(election=score_elections(), data=st.data())
@settings(max_examples=tried(60), deadline=None)
def test_the_order_of_scores_and_designs_changes_nothing(method, election, data):
    other = renumbered(election, data.draw(st.permutations(range(len(election.names)))))
    assert groups(count(election, method)) == groups(count(other, method))


@pytest.mark.parametrize("method", [name for name in FOR_SCORES if name != "stv"])
@given(election=score_elections(), times=st.integers(2, 3))
@settings(max_examples=tried(50), deadline=None)
def test_all_ballots_twice_change_nothing(method, election, times):
    """The transferable vote stands apart: its quota is a whole number of ballots."""
    more = replace(election, scored={paper: number * times for paper, number in election.scored.items()})
    if method == "bradley-terry" and any("half a win" in note for note in count(election, method).notes):
        return  # the half win added is a whole ballot's worth less among twice the ballots
    assert groups(count(election, method)) == groups(count(more, method))


@pytest.mark.parametrize("method", FOR_RANKS)
@given(election=elections(most=6), seats=st.integers(1, 4), seed=st.sampled_from([None, "07"]))
@settings(max_examples=tried(60), deadline=None)
def test_every_design_has_one_place_and_nobody_wins_without_a_vote(method, election, seats, seed):
    result = count(election, method, seats, seed)
    assert sorted(name for group in result.order for name in group) == sorted(election.names)
    supported = {election.names[design] for design in election.supported()}
    assert set(result.winners) <= supported
    assert bool(result.winners) == bool(supported)
    assert result.notes or len(result.winners) == seats


@given(election=elections(), strength=st.sampled_from(["wv", "margins"]))
@settings(max_examples=tried(150), deadline=None)
def test_schulze_is_what_trying_every_path_finds(election, strength):
    measure = (lambda a, b: a) if strength == "wv" else (lambda a, b: a - b)
    slow = brute.schulze(election.ranked, len(election.names), measure)
    result = count(election, f"schulze-{strength}")
    assert set(result.order[0]) == {election.names[design] for design in slow}
    best = pairwise.condorcet_winner(pairwise.matrix(election))
    if best is not None and len(election.names) > 1:
        assert result.winners == [election.names[best]] == [result.count.more["condorcet_winner"]]


@given(election=elections())
@settings(max_examples=tried(100), deadline=None)
def test_pairs_and_borda_are_what_counting_each_ballot_finds(election):
    size = len(election.names)
    slow = [[brute.prefer(election.ranked, a, b) for b in range(size)] for a in range(size)]
    assert pairwise.matrix(election) == slow
    points = brute.borda(election.ranked, size)
    table = count(election, "borda").count.table
    assert {name: row["points"] for name, row in table.items()} == {election.names[d]: points[d] for d in points}


@given(election=elections())
@settings(max_examples=tried(150), deadline=None)
def test_run_off_is_what_counting_every_round_anew_finds(election):
    assume(election.ranked)
    slow = brute.irv(election.ranked, len(election.names))
    assert set(count(election, "irv").order[0]) == {election.names[design] for design in slow}


@given(election=elections(most=6, least=2), seats=st.integers(1, 3))
@settings(max_examples=tried(200), deadline=None)
def test_transferable_vote_is_what_moving_each_paper_finds(election, seats):
    assume(len(election.supported()) >= seats)
    try:
        slow = brute.stv(election.ranked, len(election.names), seats)
    except brute.Tie:
        assume(False)
    supported = election.supported()
    assert set(count(election, "stv", seats).winners) == {election.names[one] for one in slow if one in supported}


@given(election=score_elections(blanks=False))
@settings(max_examples=tried(150), deadline=None)
def test_star_is_what_sums_and_a_run_off_find(election):
    assume(len(election.names) > 1 and election.scored)
    try:
        slow = brute.star(election.scored, len(election.names))
    except brute.Tie:
        assume(False)
    assert set(count(election, "star").order[0]) == {election.names[design] for design in slow}


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("kind", ["approval", "ranked", "score", "pairs"])
@pytest.mark.parametrize("size", [0, 1, 4])
def test_no_ballots_end_in_words(method, kind, size):
    empty = {"approval": "approved", "ranked": "ranked", "score": "scored", "pairs": "pairs"}[kind]
    election = Election(tuple("ABCD"[:size]), kind, **{empty: {}})
    unfit = {"ranked": ("score", "star"), "pairs": ("approval", "score", "star", "borda", "irv", "stv")}
    if method in unfit.get(kind, ()):
        with pytest.raises(DoesNotFit, match=r"count them with|hold no scores"):
            count(election, method)
        return
    result = count(election, method, seats=2)
    assert result.winners == []
    assert any("nobody" in note for note in result.notes)
    assert sum(map(len, result.order)) == size


@pytest.mark.parametrize("method", METHODS)
def test_all_tied_end_in_words_and_a_seed_draws(method):
    election = Election(("A", "B", "C"), "score", scored={(5, 5, 5): 4})
    tied = count(election, method)
    assert set(tied.winners) == {"A", "B", "C"}
    assert any("tie" in note for note in tied.notes)
    drawn = count(election, method, seed="c0ffee")
    assert len(drawn.winners) == 1
    assert any("drawn by the seed" in note for note in drawn.notes)
    assert count(election, method, seed="c0ffee").winners == drawn.winners
