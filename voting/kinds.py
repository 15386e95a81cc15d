"""What this room tells people."""

from dataclasses import replace

from webapp.kernel.refusal import N_
from webapp.notices.kinds import Kind

KINDS: tuple[Kind, ...] = (
    Kind(
        "voting-open",
        N_("Voting is open: %(contest)s"),
        N_("Look at the designs for %(artist)s and vote. Voting ends on %(closes)s."),
        N_("Vote now"),
        title=N_("Voting opens"),
    ),
    Kind(
        "voting-ends-soon",
        N_("Voting ends soon: %(contest)s"),
        N_("You have not voted yet. Voting for %(artist)s ends on %(closes)s."),
        N_("Vote now"),
        title=N_("Voting ends soon, and I have not voted"),
    ),
    Kind(
        "finalist",
        N_("“%(title)s” is on the shortlist"),
        N_("The fans have voted, and your design is one of those that %(artist)s chooses from."),
        N_("See the result"),
        title=N_("My design is on a shortlist"),
    ),
    Kind(
        "result-out",
        N_("The votes are counted: %(contest)s"),
        N_("You voted; here is what came of it. %(artist)s picks the winner next."),
        N_("See the result"),
        mail=False,
        title=N_("Votes are counted"),
    ),
    Kind(
        "result-out-others",
        N_("The votes are counted: %(contest)s"),
        N_("The fans have voted in a contest you took part in. %(artist)s picks the winner next."),
        N_("See the result"),
        mail=False,
        variant_of="result-out",
    ),
    Kind(
        "final-open",
        N_("The final round is open: %(contest)s"),
        N_("The finalists stand. You can vote again until %(closes)s."),
        N_("Vote in the final"),
        title=N_("A final round opens"),
    ),
    Kind(
        "pick-time",
        N_("Time to pick: %(contest)s"),
        N_("The fans have voted. Choose the winner by %(decide_by)s; it takes three taps."),
        N_("Pick the winner"),
        transactional=True,
        title=N_("Time to pick a winner"),
    ),
    Kind(
        "pick-reminder",
        N_("Your pick is due: %(contest)s"),
        N_("The fans are waiting for your pick. The contest ends without a winner on %(decide_by)s."),
        N_("Pick the winner"),
        transactional=True,
        title=N_("Reminders to pick a winner"),
    ),
    Kind(
        "pick-link-made",
        N_("A link to pick the winner was sent: %(contest)s"),
        N_("%(sender)s made it for %(name)s. Until %(until)s it lets them pick in your name. You can take it back."),
        N_("Look at the links"),
        transactional=True,
        title=N_("A link to pick the winner is sent"),
    ),
    Kind(
        "pick-fell",
        N_("Please pick again: %(contest)s"),
        N_("The design you picked has left the contest before anybody was told. Nothing is public."),
        N_("Pick the winner"),
        transactional=True,
        title=N_("A picked design left the contest"),
    ),
    Kind(
        "winner-announced",
        N_("%(artist)s has picked: “%(title)s”"),
        N_("You took part in “%(contest)s”. See the winner, the reason, and where everybody came."),
        N_("See the winner"),
        title=N_("The artist picks a winner"),
    ),
    Kind(
        "winner-announced-voter",
        N_("The design you voted for has won: “%(title)s”"),
        N_("%(artist)s picked it in “%(contest)s”. Read the reason, and see where everybody came."),
        N_("See the winner"),
        variant_of="winner-announced",
    ),
    Kind(
        "winner-announced-talker",
        N_("The design you talked about has won: “%(title)s”"),
        N_("%(artist)s picked it in “%(contest)s”. Read the reason, and see where everybody came."),
        N_("See the winner"),
        variant_of="winner-announced",
    ),
    Kind(
        "winner-announced-helper",
        N_("The design you helped to make has won: “%(title)s”"),
        N_("You suggested: “%(words)s”. It was taken up, and %(artist)s picked the design in “%(contest)s”."),
        N_("See the winner"),
        variant_of="winner-announced",
    ),
    Kind(
        "finalist-word",
        N_("%(artist)s writes to you about “%(title)s”"),
        N_("“%(word)s” The winner of “%(contest)s” is “%(winner)s”."),
        N_("See the winner"),
        transactional=True,
        title=N_("The artist writes to me about my design"),
    ),
    Kind(
        "you-won",
        N_("You won: %(artist)s picked “%(title)s”"),
        N_("Your design is the one. Read what %(artist)s says about it; what happens next comes by mail."),
        N_("See your win"),
        transactional=True,
        title=N_("My design wins"),
    ),
    Kind(
        "pick-voided",
        N_("The pick was taken back: %(contest)s"),
        N_("%(artist)s has to choose again. The reason stands on the result page."),
        N_("Read why"),
        title=N_("A pick is taken back"),
    ),
    Kind(
        "contest-lapsed",
        N_("No winner this time: %(contest)s"),
        N_("%(artist)s did not pick a winner in time. The fans' result stays on record."),
        N_("See the result"),
        title=N_("A contest ends without a winner"),
    ),
)

_SAID = {kind.name: kind for kind in KINDS}
# Who follows a contest hears the same, once a day; taking part goes before.
KINDS += tuple(
    replace(_SAID[name], name=f"{name}-followed", mail=False, digest=True, title="", variant_of=name)
    for name in ("voting-open", "voting-ends-soon", "pick-voided", "contest-lapsed")
)
KINDS += (
    Kind(
        "final-open-followed",
        N_("The final round is open: %(contest)s"),
        N_("The finalists of a contest you follow stand. You can vote until %(closes)s."),
        N_("Vote in the final"),
        digest=True,
        variant_of="final-open",
    ),
    Kind(
        "result-out-followed",
        N_("The votes are counted: %(contest)s"),
        N_("The fans have voted in a contest you follow. %(artist)s picks the winner next."),
        N_("See the result"),
        digest=True,
        variant_of="result-out",
    ),
    Kind(
        "winner-announced-design",
        N_("The design you follow has won: “%(title)s”"),
        N_("%(artist)s picked it in “%(contest)s”. Read the reason, and see where everybody came."),
        N_("See the winner"),
        variant_of="winner-announced",
    ),
    Kind(
        "winner-announced-followed",
        N_("%(artist)s has picked: “%(title)s”"),
        N_("You follow “%(contest)s”. See the winner, the reason, and where everybody came."),
        N_("See the winner"),
        variant_of="winner-announced",
    ),
)
