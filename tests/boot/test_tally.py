"""`fanmade tally`: from a file to a result on the screen or in JSON."""

import json
import random
import time

import pytest
from click.testing import CliRunner

from tests.tiers import WHOLE
from webapp.boot.cli import main

pytestmark = pytest.mark.one_db

TENNESSEE = """\
=Mem:[Memphis]
=Nash:[Nashville]
=Chat:[Chattanooga]
=Knox:[Knoxville]
42:Mem>Nash>Chat>Knox
26:Nash>Chat>Knox>Mem
15:Chat>Knox>Nash>Mem
17:Knox>Chat>Nash>Mem
"""
RANKED = ("approval", "borda", "irv", "schulze-wv", "schulze-margins", "stv", "bradley-terry")
MANY = 100_000 if WHOLE else 20_000


@pytest.fixture
def run(tmp_path):
    def tally(name, text, *arguments):
        file = tmp_path / name
        file.write_text(text)
        return CliRunner().invoke(main, ["tally", str(file), *map(str, arguments)])

    return tally


def test_the_result_in_words(run):
    done = run("capital.abif", TENNESSEE, "--method", "irv")
    assert done.exit_code == 0, done.output
    assert "winner: Knoxville\n   1. Knoxville\n   2. Memphis\n" in done.stdout
    assert "round 3: votes Knoxville 58, Memphis 42; exhausted 0; out Memphis" in done.stdout


def test_the_result_in_json(run):
    done = run("capital.abif", TENNESSEE + "5:\n", "--method", "schulze-wv", "--json")
    found = json.loads(done.stdout)
    assert found["method"] == "schulze-wv" and found["winners"] == ["Nashville"]
    assert found["order"] == [["Nashville"], ["Chattanooga"], ["Knoxville"], ["Memphis"]]
    assert (found["ballots"], found["invalid"], found["counted"]) == (105, 5, 100)
    assert found["condorcet_winner"] == "Nashville"
    assert found["matrix"]["votes"][0] == [0, 42, 42, 42]


def test_fractions_are_written_exactly(run):
    done = run("x.abif", "1:A=B=C\n1:A\n1:B>A\n", "--method", "irv", "--json")
    assert json.loads(done.stdout)["rounds"][0]["votes"] == {"A": "4/3", "B": "4/3", "C": "1/3"}


def test_all_methods_that_fit(run):
    found = json.loads(run("capital.abif", TENNESSEE, "--method", "all", "--json").stdout)
    assert [each["method"] for each in found if "winners" in each] == list(RANKED)
    assert [each["method"] for each in found if "error" in each] == ["score", "star"]
    words = run("capital.abif", TENNESSEE, "--method", "all").stdout
    assert "score: ranked ballots hold no scores" in words and "\nborda (version 1)" in words


def test_a_method_that_does_not_fit_is_one_line(run):
    done = run("capital.abif", TENNESSEE, "--method", "star")
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1 and "star: ranked ballots hold no scores" in done.stderr


def test_a_malformed_file_is_one_line_with_its_line(run):
    done = run("bad.blt", '2 1\n1 1 2 0\n1 3 0\n0\n"A"\n"B"\n', "--method", "irv")
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.endswith("bad.blt:3: there is no design 3: there are 2\n") and done.stderr.count("\n") == 1


def test_seats_stand_in_the_file_or_are_given(run):
    blt = '3 2\n5 1 2 0\n3 2 3 0\n2 3 0\n0\n"A"\n"B"\n"C"\n"Three"\n'
    assert json.loads(run("x.blt", blt, "--method", "stv", "--json").stdout)["winners"] == ["A", "B"]
    assert json.loads(run("x.blt", blt, "--method", "irv", "--json").stdout)["seats"] == 1
    assert json.loads(run("x.blt", blt, "--method", "stv", "--seats", 1, "--json").stdout)["winners"] == ["A"]


def test_a_seed_draws_and_has_to_be_hexadecimal(run):
    tied = "A,B,C\n1,1,1\n"
    assert json.loads(run("x.csv", tied, "--method", "score", "--json").stdout)["tied"] == [["A", "B", "C"]]
    drawn = json.loads(run("x.csv", tied, "--method", "score", "--seed", "C0FFEE", "--json").stdout)
    assert len(drawn["winners"]) == 1 and drawn["order"] == [["A", "B", "C"]]
    bad = run("x.csv", tied, "--method", "score", "--seed", "dice")
    assert (bad.exit_code, bad.stderr) == (2, "--seed has to be hexadecimal, not 'dice'\n")


def test_more_pairs_are_added(run, tmp_path):
    more = tmp_path / "more.csv"
    more.write_text("winner,loser,count\nB,A,3\nC,A,1\n")
    done = run("pairs.csv", "winner,loser\nA,B\n", "--method", "bradley-terry", "--k", more, "--json")
    found = json.loads(done.stdout)
    assert found["ballots"] == 5 and found["matrix"]["votes"] == [[0, 1, 0], [3, 0, 0], [1, 0, 0]]
    more.write_text("A,B\n1,2\n")
    refused = run("pairs.csv", "winner,loser\nA,B\n", "--method", "bradley-terry", "--k", more)
    assert refused.exit_code == 2 and "more.csv: this file holds no comparisons" in refused.stderr


def test_no_design_and_no_ballot_end_in_words(run):
    assert "There is no design" in run("x.blt", '0 2\n0\n"Nobody stood"\n', "--method", "stv").stdout
    assert "nobody wins" in run("x.blt", '1 1\n0\n"A"\n', "--method", "all").stdout


@pytest.fixture(scope="module")
def many(tmp_path_factory):
    """A file of so many rankings of twenty designs."""
    draw = random.Random(7)
    numbers = [str(number) for number in range(1, 21)]
    rows = [f"1 {' '.join(draw.sample(numbers, draw.randint(5, 20)))} 0" for _ in range(MANY)]
    names = [f'"Design {number}"' for number in numbers]
    file = tmp_path_factory.mktemp("many") / "many.blt"
    file.write_text("\n".join(["20 5", *rows, "0", *names]) + "\n")
    return file


@pytest.mark.slow
@pytest.mark.parametrize("method", [*RANKED])
def test_many_rankings_of_twenty_designs(method, many):
    """Processor time, not waiting time: the machine may be busy with other tests."""
    started = time.process_time()
    done = CliRunner().invoke(main, ["tally", str(many), "--method", method, "--seats", "5", "--json"])
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["ballots"] == MANY
    assert time.process_time() - started < 5
