"""Elections whose results are published: typed in again as facts."""

from fractions import Fraction
from math import log

import pytest

from tests.voting.methods.make import ranked, scored
from voting.methods import shrunk
from voting.methods.catalogue import count
from voting.methods.election import DoesNotFit, Election

pytestmark = pytest.mark.one_db

TENNESSEE = ranked(
    {
        "Memphis>Nashville>Chattanooga>Knoxville": 42,
        "Nashville>Chattanooga>Knoxville>Memphis": 26,
        "Chattanooga>Knoxville>Nashville>Memphis": 15,
        "Knoxville>Chattanooga>Nashville>Memphis": 17,
    }
)
# Burlington, Vermont, 2009: the ballots among the three strongest, as they stand after two rounds
BURLINGTON = ranked(
    {
        "Montroll>Kiss>Wright": 1332,
        "Montroll>Wright>Kiss": 767,
        "Montroll": 455,
        "Kiss>Montroll>Wright": 2043,
        "Kiss>Wright>Montroll": 371,
        "Kiss": 568,
        "Wright>Montroll>Kiss": 1513,
        "Wright>Kiss>Montroll": 495,
        "Wright": 1289,
    }
)
# Markus Schulze's first example: 45 voters, order E A C B D
SCHULZE_1 = ranked(
    {
        "A>C>B>E>D": 5,
        "A>D>E>C>B": 5,
        "B>E>D>A>C": 8,
        "C>A>B>E>D": 3,
        "C>A>E>B>D": 7,
        "C>B>A>D>E": 2,
        "D>C>E>B>A": 7,
        "E>B>A>D>C": 8,
    }
)
PARTY = ranked(
    {
        "Orange": 4,
        "Pear>Orange": 2,
        "Chocolate>Strawberry": 8,
        "Chocolate>Sweets": 4,
        "Strawberry": 1,
        "Sweets": 1,
    }
)


def test_tennessee_has_one_winner_by_each_kind_of_method():
    assert count(TENNESSEE, "irv").winners == ["Knoxville"]
    assert count(TENNESSEE, "schulze-wv").order == [["Nashville"], ["Chattanooga"], ["Knoxville"], ["Memphis"]]
    assert count(TENNESSEE, "schulze-margins").winners == ["Nashville"]
    borda = count(TENNESSEE, "borda")
    assert {name: row["points"] for name, row in borda.count.table.items()} == {
        "Nashville": 194,
        "Chattanooga": 173,
        "Memphis": 126,
        "Knoxville": 107,
    }


def test_tennessee_in_stars():
    names = ["Memphis", "Nashville", "Chattanooga", "Knoxville"]
    rows = [(42, (5, 2, 1, 0)), (26, (0, 5, 2, 2)), (15, (0, 2, 5, 4)), (17, (0, 2, 4, 5))]
    result = count(scored(names, rows), "star")
    assert result.winners == ["Nashville"]
    assert [row["total"] for row in result.count.table.values()] == [210, 278, 237, 197]
    assert result.count.rounds[0]["runoff"] == {"Nashville": 68, "Chattanooga": 32}


def test_burlington_has_three_winners():
    irv = count(BURLINGTON, "irv")
    assert irv.winners == ["Kiss"]
    assert irv.count.rounds[0]["votes"] == {"Wright": 3297, "Kiss": 2982, "Montroll": 2554}
    assert irv.count.rounds[1]["votes"] == {"Kiss": 4314, "Wright": 4064}
    schulze = count(BURLINGTON, "schulze-wv")
    assert schulze.winners == ["Montroll"] == [schulze.count.more["condorcet_winner"]]
    names = schulze.names
    votes = schulze.count.matrix
    kiss, montroll, wright = (names.index(name) for name in ("Kiss", "Montroll", "Wright"))
    assert (votes[montroll][kiss], votes[kiss][montroll]) == (4067, 3477)
    assert (votes[montroll][wright], votes[wright][montroll]) == (4597, 3668)


def test_schulzes_own_example():
    for method in ("schulze-wv", "schulze-margins"):
        result = count(SCHULZE_1, method)
        assert result.order == [["E"], ["A"], ["C"], ["B"], ["D"]]
        assert any("no Condorcet winner" in note for note in result.notes)
    paths = count(SCHULZE_1, "schulze-wv").count.more["paths"]["strengths"]
    assert paths == [
        [0, 28, 28, 30, 24],
        [25, 0, 28, 33, 24],
        [25, 29, 0, 29, 24],
        [25, 28, 28, 0, 24],
        [25, 28, 28, 31, 0],
    ]


def test_winning_votes_and_margins_can_elect_different_designs():
    """A:B 51 to 49, B:C 40 to 10, C:A 45 to 20: the weakest link is B:C by votes, A:B by margins."""
    pairs = {(0, 1): 51, (1, 0): 49, (1, 2): 40, (2, 1): 10, (2, 0): 45, (0, 2): 20}
    election = Election(("A", "B", "C"), "pairs", pairs=pairs)
    assert count(election, "schulze-wv").order == [["C"], ["A"], ["B"]]
    assert count(election, "schulze-margins").order == [["B"], ["C"], ["A"]]


def test_food_for_a_party():
    result = count(PARTY, "stv", seats=3)
    assert result.count.more["quota"] == 6
    assert result.winners == ["Chocolate", "Orange", "Strawberry"]
    assert result.count.rounds[1]["votes"] == {
        "Chocolate": 6,
        "Strawberry": 5,
        "Orange": 4,
        "Sweets": 3,
        "Pear": 2,
    }


def test_a_surplus_goes_on_in_exact_fractions():
    """10 papers, quota 4: A's surplus of 3 lifts each of its 7 papers by 3/7; the two without a next are used up."""
    election = ranked({"A>B": 3, "A>C": 2, "A": 2, "B": 1, "C": 2})
    second = count(election, "stv", seats=2).count.rounds[1]
    assert second["votes"] == {"A": 4, "C": 2 + Fraction(6, 7), "B": 1 + Fraction(9, 7)}
    assert second["exhausted"] == Fraction(6, 7)


def test_a_tie_for_going_out_looks_back():
    """B and C have 4 each in the second round; in the first B had 4 and C 3, so C goes out."""
    election = ranked({"A": 9, "B": 4, "C": 3, "D>C": 1})
    result = count(election, "irv")
    assert result.count.rounds[1]["out"] == ["C"]
    assert "an earlier stage decides" in result.notes[0]
    assert result.order == [["A"], ["B"], ["C"], ["D"]]


def test_equal_ranks_split_in_run_off():
    election = ranked({"A=B=C": 1, "A": 1, "B>A": 1})
    third = Fraction(1, 3)
    assert count(election, "irv").count.rounds[0]["votes"] == {"A": 1 + third, "B": 1 + third, "C": third}


def test_what_two_unseparated_finalists_decide_is_declared_a_tie():
    election = scored("ABC", [(1, (5, 0, 0)), (1, (0, 5, 0)), (1, (0, 0, 5))])
    result = count(election, "star")
    assert set(result.winners) == {"A", "B", "C"} and "tie" in result.notes[0]


def test_star_breaks_a_tie_for_the_run_off_by_preference_then_by_fives():
    """B and C both have 7; B is preferred on two ballots, C on one. Then one with as many: fives decide."""
    by_preference = scored("ABC", [(1, (5, 4, 0)), (1, (5, 3, 2)), (1, (5, 0, 5))])
    assert count(by_preference, "star").count.rounds[0]["finalists"] == ["A", "B"]
    by_fives = scored("ABC", [(1, (5, 5, 1)), (1, (5, 0, 4))])
    assert count(by_fives, "star").count.rounds[0]["finalists"] == ["A", "B"]


def test_a_shared_last_place_is_admitted_up_to_twice_the_seats():
    names = ("A", "B", "C", "D", "E", "F")
    votes = {(0,): 39, (1,): 33, (2,): 33, (3,): 33, (4,): 5}
    election = Election(names, "approval", approved=votes)
    two = count(election, "approval", seats=2)
    assert two.winners == ["A", "B", "C", "D"] and "all of them are admitted" in two.notes[0]
    wider = Election(names, "approval", approved={**votes, (5,): 33})
    unseeded = count(wider, "approval", seats=2)
    assert unseeded.winners == ["A", "B", "C", "D", "F"] and "draw by a published seed" in unseeded.notes[0]
    seeded = count(wider, "approval", seats=2, seed="5eed")
    assert seeded.winners[0] == "A" and len(seeded.winners) == 2


def test_strengths_of_four_teams():
    """Wins between four teams whose strengths are published as 0.640, 1.043, 0.660 and 2.270."""
    pairs = {(0, 1): 2, (0, 3): 1, (1, 0): 3, (1, 2): 5, (2, 1): 3, (2, 3): 1, (3, 0): 4, (3, 2): 3}
    result = count(Election(tuple("ABCD"), "pairs", pairs=pairs), "bradley-terry")
    strengths = [row["strength"] for row in result.count.table.values()]
    assert strengths == pytest.approx([log(0.640), log(1.043), log(0.660), log(2.270)], abs=0.002)
    assert result.order == [["D"], ["B"], ["C"], ["A"]]


def test_strengths_of_two_designs_and_their_interval():
    """Three wins to one: log odds ln 3; half of it each way; standard error of the difference sqrt(1/3 + 1/1)."""
    result = count(Election(("A", "B"), "pairs", pairs={(0, 1): 3, (1, 0): 1}), "bradley-terry")
    row = result.count.table["A"]
    assert row["strength"] == pytest.approx(log(3) / 2, abs=1e-6)
    half = 1.959964 * (4 / 3) ** 0.5 / 2
    assert row["interval"] == pytest.approx([log(3) / 2 - half, log(3) / 2 + half], abs=1e-5)


def test_disconnected_comparisons_are_said():
    pairs = {(0, 1): 3, (1, 0): 1, (2, 3): 2, (3, 2): 1}
    result = count(Election(tuple("ABCDE"), "pairs", pairs=pairs), "bradley-terry")
    assert result.order == [["A", "C"], ["B", "D"], ["E"]]
    assert result.count.more["groups"] == [["A", "B"], ["C", "D"], ["E"]]
    assert "no common scale: A and B; C and D; E" in result.notes[0]


def test_a_design_that_never_lost_gets_a_finite_strength_and_it_is_said():
    result = count(Election(("A", "B"), "pairs", pairs={(0, 1): 4}), "bradley-terry")
    assert result.winners == ["A"] and "never lost" in result.notes[0]
    assert 0 < result.count.table["A"]["strength"] < 10


@pytest.mark.parametrize(
    ("chosen", "seen", "low"),
    [(0, 0, 0), (1, 1, 0.206549), (5, 5, 0.565518), (9, 10, 0.595850), (90, 100, 0.825634), (30, 1000, 0.021094)],
)
def test_the_interval_of_a_share_is_wilsons(chosen, seen, low):
    assert shrunk.share_interval(chosen, seen)[0] == pytest.approx(low, abs=1e-6)


def test_few_views_are_drawn_towards_the_share_of_all():
    election = Election(("new", "old"), "approval", approved={(0,): 2, (1,): 300}, exposures={0: 2, 1: 1000})
    table = count(election, "approval").count.table
    assert table["new"]["shrunk_share"] == (2 + 10 * Fraction(302, 1002)) / 12
    assert abs(table["old"]["shrunk_share"] - Fraction(3, 10)) < Fraction(1, 1000)


def test_a_blank_score_adds_nothing_and_is_not_in_the_mean():
    election = scored("AB", [(2, (4, None)), (1, (1, 5))])
    table = count(election, "score").count.table
    assert (table["A"]["total"], table["A"]["scored_by"], table["A"]["mean"]) == (9, 3, 3)
    assert (table["B"]["total"], table["B"]["scored_by"], table["B"]["mean"]) == (5, 1, 5)
    assert table["A"]["histogram"] == {"1": 1, "4": 2}


def test_a_rank_is_no_score():
    for method in ("score", "star"):
        with pytest.raises(DoesNotFit, match="ranked ballots hold no scores"):
            count(TENNESSEE, method)
