"""What this room tells people."""

from webapp.kernel.refusal import N_
from webapp.notices.kinds import Kind

KINDS = (
    Kind(
        "voting-open",
        N_("Voting is open: %(contest)s"),
        N_("Look at the designs for %(artist)s and give your hearts. Voting ends on %(closes)s."),
        N_("Vote now"),
        title=N_("Voting opens"),
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
        N_("You gave your hearts; here is what came of it. %(artist)s picks the winner next."),
        N_("See the result"),
        mail=False,
        title=N_("Votes are counted"),
    ),
    Kind(
        "final-open",
        N_("The final round is open: %(contest)s"),
        N_("The finalists stand. You have new hearts to give until %(closes)s."),
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
