"""The ways fans can vote, and the rules their ballots can be counted by. Plain data, no database.

A contest keeps the name of a counting rule for each round; the kind of ballot follows from it.
"""

from dataclasses import dataclass

from webapp.kernel.refusal import N_

HEARTS, STARS, RANK, PAIRS = "hearts", "stars", "rank", "pairs"
MOST_PLACES = 20
USUAL_PLACES = 3


@dataclass(frozen=True)
class Way:
    """A kind of ballot: its name for people, what a fan does, and the rules that count it, the usual one first."""

    kind: str
    label: str
    hint: str
    rules: tuple[str, ...]


@dataclass(frozen=True)
class Rule:
    """A counting rule: its name for people, and in one sentence who wins."""

    name: str
    label: str
    says: str


WAYS = {
    way.kind: way
    for way in (
        Way(HEARTS, N_("Hearts"), N_("Each fan gives some hearts, one to a design."), ("approval",)),
        Way(STARS, N_("Stars 0–5"), N_("Each fan rates as many designs as they like."), ("star", "score")),
        Way(
            RANK,
            N_("Rank your top designs"),
            N_("Each fan puts their best designs in order."),
            ("schulze-wv", "irv", "borda", "schulze-margins", "stv"),
        ),
        Way(
            PAIRS,
            N_("This or that"),
            N_("Each fan sees two designs at a time and taps the better one."),
            ("bradley-terry",),
        ),
    )
}
RULES = {
    rule.name: rule
    for rule in (
        Rule("approval", N_("Most hearts"), N_("The design with the most hearts comes first.")),
        Rule(
            "star",
            N_("Stars, then a run-off"),
            N_("The two designs with the most stars meet; the one that more fans rated higher wins."),
        ),
        Rule("score", N_("Most stars"), N_("The design with the most stars in all comes first.")),
        Rule(
            "schulze-wv",
            N_("Head to head (Schulze, winning votes)"),
            N_("Each design meets each other one. In a circle of wins, those of the fewest fans give way."),
        ),
        Rule(
            "schulze-margins",
            N_("Head to head (Schulze, margins)"),
            N_("Each design meets each other one. In a circle of wins, those with the smallest lead give way."),
        ),
        Rule(
            "irv",
            N_("Instant run-off"),
            N_("The last design goes out and its ballots go on to their next choice, until one is left."),
        ),
        Rule(
            "borda",
            N_("Points for places (Borda)"),
            N_("A design gets a point for each other one it stands before on a ballot, half a point where they tie."),
        ),
        Rule(
            "stv",
            N_("Single transferable vote (Scottish rules)"),
            N_("A design is in with its quota of ballots; what is left over passes on to the next choice."),
        ),
        Rule(
            "bradley-terry",
            N_("Strength from pairs (Bradley-Terry)"),
            N_("Each design gets a strength: beating a strong design says more than beating a weak one."),
        ),
    )
}


def kind_of(method: str) -> str:
    """Return the kind of ballot a rule counts. Raises KeyError for a name it doesn't know."""
    return _KINDS[method]


def chosen_rules() -> list[Rule]:
    """Return the rules there is a choice between: those of ways with more than one."""
    return [RULES[name] for way in WAYS.values() if len(way.rules) > 1 for name in way.rules]


def usual(kind: str) -> str:
    """Return the rule a kind of ballot is counted by when nobody chose one."""
    return WAYS[kind].rules[0]


_KINDS = {name: way.kind for way in WAYS.values() for name in way.rules}
