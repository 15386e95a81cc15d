"""Elections for the tests, from strings as short as on paper, and from hypothesis."""

from hypothesis import strategies as st

from voting.methods.election import Election

LETTERS = "ABCDEF"


def ranked(ballots, names=None):
    """Return an election of ranked ballots: {"A>B=C": 3}; a blank string is a blank ballot."""
    found = [(each.split("="), each) for ballot in ballots for each in ballot.split(">") if each]
    names = names or sorted({design for group, _text in found for design in group})
    number = {name: design for design, name in enumerate(names)}
    papers = {
        tuple(tuple(sorted(number[name] for name in group.split("="))) for group in ballot.split(">")): count
        for ballot, count in ballots.items()
        if ballot
    }
    return Election(tuple(names), "ranked", ranked=papers, blank=ballots.get("", 0))


def scored(names, rows, scale=(0, 5)):
    """Return an election of scores: rows of (count, scores)."""
    return Election(tuple(names), "score", scored={tuple(row): count for count, row in rows}, scale=scale)


@st.composite
def papers(draw, size):
    """Draw a ranking with ties, maybe cut short, never blank."""
    order = draw(st.permutations(range(size)))[: draw(st.integers(1, size))]
    cuts = draw(st.lists(st.booleans(), min_size=len(order) - 1, max_size=len(order) - 1))
    groups = [[order[0]]]
    for design, apart in zip(order[1:], cuts, strict=True):
        groups.append([design]) if apart else groups[-1].append(design)
    return tuple(tuple(sorted(group)) for group in groups)


@st.composite
def elections(draw, most=5, least=1):
    """Draw an election of ranked ballots."""
    size = draw(st.integers(least, most))
    ballots = draw(st.dictionaries(papers(size), st.integers(1, 6), max_size=9))
    return Election(tuple(LETTERS[:size]), "ranked", ranked=ballots)


@st.composite
def score_elections(draw, most=5, blanks=True):
    """Draw an election of scores from 0 to 5."""
    size = draw(st.integers(1, most))
    score = st.integers(0, 5) | st.none() if blanks else st.integers(0, 5)
    rows = draw(st.dictionaries(st.tuples(*[score] * size), st.integers(1, 6), max_size=9))
    spoken = {row: count for row, count in rows.items() if any(each is not None for each in row)}
    return Election(tuple(LETTERS[:size]), "score", scored=spoken)
