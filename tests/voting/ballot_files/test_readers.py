"""What each format says comes in as it was written: ties, blanks, weights, names."""

from fractions import Fraction

import pytest

from voting.ballot_files import detect
from voting.methods.catalogue import count
from voting.methods.election import rankings

pytestmark = pytest.mark.one_db


def read(name, text):
    return detect.read(name, text.encode())


def as_text(election):
    """Return the ranked ballots as {'A>B=C': 3}."""
    names = election.names
    return {
        ">".join("=".join(names[one] for one in group) for group in paper): n for paper, n in rankings(election).items()
    }


BLT = """\
4 2   # four designs, two seats
-2
3 1 3 4 0
4 1 3 2 0
2 4 1=3 0
1 2 0
2 (2 4) - 1 0
1.5 - 3 1 0
(no. 17) 4 0  1 3 0
1 0
0
"Adam"
"Basil # withdrew"
"Charlotte" "Don \\"D\\""
"The title"
"a source"
"""


def test_blt():
    election = read("x.blt", BLT)
    assert election.names == ("Adam", "Charlotte", 'Don "D"')
    assert (election.title, election.seats, election.blank) == ("The title", 2, 2)
    assert as_text(election) == {
        'Adam>Charlotte>Don "D"': 3,
        "Adam>Charlotte": 4,
        'Don "D">Adam=Charlotte': 2,
        'Don "D">Adam': 2,
        "Charlotte>Adam": Fraction(3, 2),
        'Don "D"': 1,
        "Charlotte": 1,
    }
    assert election.papers() == Fraction(33, 2)


def test_blt_with_the_party_beside_each_name():
    election = read("x.blt", '2 1\n1 1 2 0\n0\n"Ann" "Labour"\n"Bo" "Greens"\n"Ward 1"\n')
    assert (election.names, election.title) == (("Ann (Labour)", "Bo (Greens)"), "Ward 1")


MODERN = """\
# FILE NAME: x.toi
# TITLE: Leader
# DATA TYPE: toi
# NUMBER ALTERNATIVES: 4
# NUMBER VOTERS: 10
# NUMBER UNIQUE ORDERS: 4
# ALTERNATIVE NAME 1: Ann
# ALTERNATIVE NAME 2: Bo: the second
# ALTERNATIVE NAME 3: Cy
# ALTERNATIVE NAME 4: Cy
4: 3,1,{2,4}
3: {3, 2, 1},4
2: 2
1: {1,2}
"""


def test_preflib_with_ties():
    election = read("x.toi", MODERN)
    assert election.title == "Leader"
    assert as_text(election) == {
        "Cy (#3)>Ann>Bo: the second=Cy (#4)": 4,
        "Ann=Bo: the second=Cy (#3)>Cy (#4)": 3,
        "Bo: the second": 2,
        "Ann=Bo: the second": 1,
    }


def test_legacy_preflib():
    election = read("x.soi", "3\n1,Ann\n2,Bo\n3,Cy\n7,7,2\n5,1,2,3\n2,3\n")
    assert as_text(election) == {"Ann>Bo>Cy": 5, "Cy": 2}
    tied = read("x.toc", "3\n1,Ann\n2,Bo\n3,Cy\n7,7,2\n5,1,{2,3}\n2,{3,1},2\n")
    assert as_text(tied) == {"Ann>Bo=Cy": 5, "Ann=Cy>Bo": 2}


CAT = """\
# DATA TYPE: cat
# NUMBER ALTERNATIVES: 3
# NUMBER VOTERS: 6
# NUMBER CATEGORIES: 2
# CATEGORY NAME 1: {}
# CATEGORY NAME 2: {}
# ALTERNATIVE NAME 1: Ann
# ALTERNATIVE NAME 2: Bo
# ALTERNATIVE NAME 3: Cy
3: {{1, 2}}, 3
2: {{}},{{1,2,3}}
1: 2,{{1}}
"""


def test_preflib_categories_are_approvals():
    election = read("x.cat", CAT.format("Yes", "No"))
    assert (election.kind, election.papers(), election.blank) == ("approval", 6, 0)
    table = count(election, "approval").count.table
    assert {name: row["votes"] for name, row in table.items()} == {"Ann": 3, "Bo": 4, "Cy": 0}
    assert as_text(election) == {"Ann=Bo>Cy": 3, "Ann=Bo=Cy": 2, "Bo>Ann": 1}


def test_preflib_categories_named_by_numbers_are_scores():
    election = read("x.cat", CAT.format("2", "-1"))
    assert (election.kind, election.scale) == ("score", (-1, 2))
    assert dict(election.scored) == {(2, 2, -1): 3, (-1, -1, -1): 2, (-1, 2, None): 1}


def test_abif():
    text = """\
{"title": "Capital"}
{max_rating: 5}
# =Not:[a name]
=Mem:[Memphis, TN]
=[Nashville > all]:Nash
42: Mem/5>Nash/2 >Chat/1=Knox/1  # near
26:[Nashville > all]/5, Chat/2, Mem/0
3:Knox>Chat
500:
"""
    election = read("x.abif", text)
    assert election.names == ("Memphis, TN", "Nashville > all", "Chat", "Knox")
    assert (election.title, election.kind, election.scale) == ("Capital", "score", (0, 5))
    assert dict(election.scored) == {(5, 2, 1, 1): 42, (0, 5, 2, None): 26}
    assert as_text(election) == {
        "Memphis, TN>Nashville > all>Chat=Knox": 42,
        "Nashville > all>Chat>Memphis, TN": 26,
        "Knox>Chat": 3,
    }
    assert (election.papers(), election.blank) == (571, 503)


def test_abif_without_ratings_is_ranked():
    election = read("x.abif", "3:A>B=C\n2:B,A>C\n1:\n")
    assert (election.kind, election.blank, election.papers()) == ("ranked", 1, 6)
    assert as_text(election) == {"A>B=C": 3, "A=B>C": 2}


def test_abif_names_in_quotes_hold_any_sign():
    text = """\
="Sm":[Smith, J] # the first
3:"Sm">"Jones, K">[Lee > X]
2*Sm=[Lee > X]  # the older sign for "times"
1: Sm > "Jones, K": { "precinct": 51, "county": "Bronx" }
4:"Jo # n"
"""
    election = read("x.abif", text)
    assert election.names == ("Smith, J", "Jones, K", "Lee > X", "Jo # n")
    assert sorted(as_text(election).items()) == [
        ("Jo # n", 4),
        ("Smith, J=Lee > X", 2),
        ("Smith, J>Jones, K", 1),
        ("Smith, J>Jones, K>Lee > X", 3),
    ]
    assert read("x", "2*A>B\n").papers() == 2


PB = """\
META
key; value
description; Parks
vote_type; {}
num_projects; 3
num_votes; 3
PROJECTS
project_id; cost; name
12; 600; "Trees; many"
7; 800; Pond
9; 10; Pond
VOTES
voter_id; age; vote; points
1; 34; 12,7; 3,2
2; ; "9,12"; 1,4
3; 23; ;
"""


def test_pabulib():
    approval = read("x.pb", PB.format("approval"))
    assert (approval.names, approval.title, approval.blank) == (("Trees; many", "Pond (7)", "Pond (9)"), "Parks", 1)
    table = count(approval, "approval").count.table
    assert [row["votes"] for row in table.values()] == [2, 1, 1]
    assert as_text(read("x.pb", PB.format("ordinal"))) == {"Trees; many>Pond (7)": 1, "Pond (9)>Trees; many": 1}
    for type_ in ("scoring", "cumulative"):
        assert dict(read("x.pb", PB.format(type_)).scored) == {(3, 2, None): 1, (4, None, 1): 1}


def test_scores_in_a_table_keep_their_blanks():
    election = read("x.csv", "voter_id,Moon,Sun,count\nv1,5,,2\nv2,0,2.5,1\nv3,,,4\n")
    assert dict(election.scored) == {(5, None): 2, (0, Fraction(5, 2)): 1}
    assert (election.names, election.blank, election.scale) == (("Moon", "Sun"), 4, (0, 5))
    wider = read("x.csv", '"Moon; full";Sun\n10;3\n')
    assert (wider.names, wider.scale) == (("Moon; full", "Sun"), (0, 10))


def test_pairs_in_a_table():
    election = read("x.csv", "winner,loser,count,tie\nMoon,Sun,3,\nSun,Star,1,yes\n")
    assert election.names == ("Moon", "Sun", "Star")
    assert dict(election.pairs) == {(0, 1): 3, (1, 2): Fraction(1, 2), (2, 1): Fraction(1, 2)}
    assert election.papers() == 4


OWN = """\
{
  "format": "fanmade-ballots", "version": 1, "kind": "KIND", "title": "Tour shirt",
  "designs": ["Moon", "Sun", "Star"], "withdrawn": ["Star"], "seats": 2,
  "exposures": {"Moon": 40, "Star": 9},
  "ballots": [
    BALLOTS
  ]
}
"""


def own(kind, *ballots):
    return OWN.replace("KIND", kind).replace("BALLOTS", ",\n    ".join(ballots))


def test_our_own_format():
    ranked = read("x.json", own("ranked", '{"ranking": [["Sun", "Star"], "Moon"], "count": 3}', '{"ranking": []}'))
    assert (as_text(ranked), ranked.blank, ranked.seats) == ({"Sun>Moon": 3}, 1, 2)
    assert (ranked.title, dict(ranked.exposures)) == ("Tour shirt", {0: 40})
    approval = read("x", own("approval", '{"approve": ["Moon", "Star"]}', '{"approve": ["Star"]}'))
    assert (dict(approval.approved), approval.blank) == ({(0,): 1}, 1)
    score = read("x.json", own("score", '{"scores": {"Moon": 4.5, "Sun": null}, "count": 2}'))
    assert dict(score.scored) == {(Fraction(9, 2), None): 2}
    pairs = read("x.json", own("pairs", '{"pair": ["Moon", "Sun"]}', '{"pair": ["Sun", "Moon"], "tie": true}'))
    assert dict(pairs.pairs) == {(0, 1): Fraction(3, 2), (1, 0): Fraction(1, 2)}


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (BLT, "ranked"),
        (MODERN, "ranked"),
        (CAT.format("Yes", "No"), "approval"),
        ("3\n1,Ann\n2,Bo\n3,Cy\n5,5,1\n5,1,2,3\n", "ranked"),
        ('{"version": "0.1"}\n3:A>B\n', "ranked"),
        ("=A:[Ann]\n3:A/5>B/4\n", "score"),
        (PB.format("approval"), "approval"),
        ("A,B\n1,2\n", "score"),
        ("winner;loser\nA;B\n", "pairs"),
        (own("approval", '{"approve": ["Moon"]}'), "approval"),
    ],
)
def test_a_file_without_an_end_to_its_name_is_known_by_its_content(text, kind):
    assert read("ballots", text).kind == kind
    assert detect.read("ballots", b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode()).kind == kind


def test_names_in_latin_1_are_read():
    assert detect.read("x.csv", "Größe,B\n1,2\n".encode("latin-1")).names == ("Größe", "B")
