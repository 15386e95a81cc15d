"""A file that can't be read is refused: with the line, and what is wrong there."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.scale import tried
from tests.voting.ballot_files.test_readers import BLT, CAT, MODERN, PB, own, read
from voting.ballot_files import detect
from voting.ballot_files.malformed import Malformed
from voting.methods.catalogue import METHODS, count
from voting.methods.election import DoesNotFit

pytestmark = pytest.mark.one_db


def blt(old, new):
    assert old in BLT
    return BLT.replace(old, new)


BAD = [
    ("x.blt", "", 1, "empty"),
    ("x.blt", "  \n\n", 1, "empty"),
    ("x.blt", blt("4 2 ", "4 "), 1, "designs and of seats"),
    ("x.blt", blt("4 2 ", "9" * 30 + " 2 "), 1, "more than the file has letters"),
    ("x.blt", blt("4 2 ", "four 2 "), 1, "not a number"),
    ("x.blt", blt("-2\n", "-5\n"), 2, "no design 5"),
    ("x.blt", blt("3 1 3 4 0", "3 1 3 4"), 3, "does not end with 0"),
    ("x.blt", blt("3 1 3 4 0", "3 1 3 3 0"), 3, "twice"),
    ("x.blt", blt("3 1 3 4 0", "3 1 5 0"), 3, "no design 5"),
    ("x.blt", blt("3 1 3 4 0", "3 1 x 0"), 3, "not a number: 'x'"),
    ("x.blt", blt("3 1 3 4 0", "-3 1 0"), 3, "only withdrawn designs"),
    ("x.blt", blt("4 1 3 2 0", "-3 1 0"), 4, "not above zero"),
    ("x.blt", blt("(2 4)", "(2 4"), 7, "not closed"),
    ("x.blt", "2 1\n1 1 0\n", 2, "does not end with a 0 of its own"),
    ("x.blt", '2 1\n1 1 0\n0\n"A"\n', 4, "2 names are due"),
    ("x.blt", '2 1\n1 1 0\n0\n"A"\n"B\n', 5, "not closed"),
    ("x.toi", MODERN.replace("VOTERS: 10", "VOTERS: 11"), 5, "11 voters are announced, the ballots add up to 10"),
    ("x.toi", MODERN.replace("2: 2\n", "2: 5\n"), 13, "no design 5"),
    ("x.toi", MODERN.replace("2: 2\n", "2: 2,2\n"), 13, "twice"),
    ("x.toi", MODERN.replace("{1,2}", "{1,2"), 14, "groups of designs"),
    ("x.toi", MODERN.replace("2: 2\n", "2: 2,\n"), 13, "groups of designs"),
    ("x.toi", MODERN.replace("2: 2\n", "two: 2\n"), 13, "not a number"),
    ("x.toi", MODERN.replace("# ALTERNATIVE NAME 2: Bo: the second\n", ""), 4, "4 designs are announced, 3"),
    ("x.toi", MODERN.replace("ALTERNATIVES: 4", "ALTERNATIVES: " + "9" * 30), 4, "announced, 4 are named"),
    ("x.soi", MODERN, 11, "ties"),
    ("x.toc", MODERN, 13, "incomplete"),
    ("x.soi", "3\n1,Ann\n3,Cy\n", 3, "ends before"),
    ("x.soi", "2\n1,Ann\n3,Cy\n1,1,1\n1,1\n", 3, "'2,name' is due"),
    ("x.soi", "2\n1,Ann\n2,Bo\n1,1\n1,1\n", 4, "three totals"),
    ("x.cat", CAT.format("Yes", "No").replace("1: 2,{1}", "1: 2,{1},3"), 12, "3 categories"),
    ("x.abif", "3:A>B\n4 A>B\n", 2, "'number:ballot'"),
    ("x.abif", "3:A>B\nx:A>B\n", 2, "not a number"),
    ("x.abif", "3:A>B>\n", 1, "a design is due"),
    ("x.abif", "3:A>>B\n", 1, "a design is due"),
    ("x.abif", "3:A>B>A\n", 1, "twice"),
    ("x.abif", '2:A>B\n3:"A>B\n', 2, "not closed"),
    ("x.abif", "{max_rating: 5}\n3:A/6>B/1\n", 2, "above the highest"),
    ("x.abif", "3:A/x>B/1\n", 1, "a rating is not a number"),
    ("x.abif", "{open\n3:A>B\n", 1, "curly brackets"),
    ("x.abif", "=A\n3:A>B\n", 1, "=short"),
    ("x.pb", PB.format("approval").replace("num_votes; 3", "num_votes; 4"), 6, "4 are announced"),
    ("x.pb", PB.format("approval").replace("12,7", "12,8"), 14, "no project '8'"),
    ("x.pb", PB.format("approval").replace("12,7", "12,12"), 14, "twice"),
    ("x.pb", PB.format("scoring").replace("3,2", "3"), 14, "times points"),
    ("x.pb", PB.format("telepathy"), 4, "unknown"),
    ("x.pb", "META\nkey;value\n", 2, "PROJECTS is missing"),
    ("x.pb", PB.format("approval").replace("age; vote", "age; voto"), 13, "column vote is missing"),
    ("x.csv", "A,B\n1,2\n3\n", 3, "1 cells"),
    ("x.csv", "A,B\n1,2\n3,x\n", 3, "the score of 'B' is not a number: 'x'"),
    ("x.csv", "A,A\n1,2\n", 1, "same name"),
    ("x.csv", "1,2\n3,4\n", 1, "name the designs"),
    ("x.csv", 'A,B\n1,"2\n', 2, "no table"),
    ("x.csv", "winner,loser\nA,A\n", 2, "two designs"),
    ("x.csv", "A,B\n1,2\n1,nan\n", 3, "not a number"),
    ("x.json", own("approval", '{"approve": ["Moon"]},'), 7, "no JSON"),
    ("x.json", own("approval", '{"approve": ["Moon"]}', '{"approve": ["Mars"]}'), 7, "no design 'Mars'"),
    ("x.json", own("approval", '{"approve": ["Moon"]}', '{"ranking": ["Sun"]}'), 7, 'needs "approve"'),
    ("x.json", own("approval", '{"approve": ["Moon", "Moon"]}'), 6, "twice"),
    ("x.json", own("approval", '{"approve": ["Moon"], "count": 0}'), 6, "not above zero"),
    ("x.json", own("score", '{"scores": {"Moon": true}}'), 6, "not a number"),
    ("x.json", own("pairs", '{"pair": ["Moon"]}'), 6, "two designs"),
    ("x.json", own("guessing", ""), 2, '"kind" has to be'),
    ("x.json", own("approval", '{"approve": ["Moon"], "count": ' + "9" * 5000 + "}"), 6, "longer than 60 digits"),
    ("x.json", own("approval", '{"approve": ["Moon"]}').replace("Moon", "\\ud800"), 3, "half a character"),
    ("x.blt", blt("4 1 3 2 0", "9" * 5000 + " 1 3 2 0"), 4, "longer than 60 digits"),
    ("x.csv", "A,B\n1,2\n" + "9" * 5000 + ",1\n", 3, "longer than 60 digits"),
    ("x.toi", MODERN.replace("NAME 2", "NAME " + "2" * 5000), 8, "longer than 60 digits"),
    ("x.json", "[1]", 1, "one JSON object"),
    ("x", "hello\n", 1, "none of the formats"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "text", "line", "what"), BAD)
def test_the_line_and_what_is_wrong_are_named(name, text, line, what):
    with pytest.raises(Malformed, match=what) as bad:
        read(name, text)
    assert bad.value.line == line
    assert "\n" not in bad.value.what


def test_a_binary_file_is_refused():
    with pytest.raises(Malformed, match="zero byte"):
        detect.read("x.blt", b"4 2\n1 \x00 0\n")


GOOD = [("x.blt", BLT), ("x.toi", MODERN), ("x.cat", CAT.format("Yes", "No")), ("x.pb", PB.format("scoring")),
        ("x.abif", "{max_rating: 5}\n=A:[Ann]\n3:A/5>B/2\n"), ("x.csv", "A,B\n1,\n"),
        ("x.json", own("score", '{"scores": {"Moon": 4}}'))]  # fmt: skip


def test_comparisons_too_far_apart_in_number_are_refused_in_a_sentence():
    election = read("x.csv", f"winner,loser,count\nA,B,{'9' * 59}\nB,C,2\n")
    with pytest.raises(DoesNotFit, match="no strengths follow"):
        count(election, "bradley-terry")


@given(data=st.data(), which=st.sampled_from(GOOD))
@settings(max_examples=tried(300), deadline=None)
def test_a_damaged_file_is_read_or_refused_but_never_breaks_the_count(data, which):
    name, text = which
    at = data.draw(st.integers(0, len(text)))
    cut = data.draw(st.integers(0, 4))
    noise = data.draw(st.text("0123456789=-(){}[]:;,>/#\"'\nA. ", max_size=4))
    try:
        election = read(name, text[:at] + noise + text[at + cut :])
    except Malformed:
        return
    for method in METHODS:
        try:
            count(election, method).as_json()
        except DoesNotFit:
            assert method not in ("schulze-wv", "schulze-margins", "bradley-terry")
