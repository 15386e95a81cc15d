"""What voters are told about their ballots, once nothing can be learnt from it any more."""

from webapp.kernel.refusal import N_
from webapp.notices.kinds import Kind

KINDS = (
    Kind(
        "ballot-held",
        N_("Your ballot is not counted yet: %(contest)s"),
        N_(
            "Something about it looked odd to our rules, which can be wrong. Nobody accuses you. "
            "See why, and tell us until %(until)s if it should count."
        ),
        N_("See my ballot"),
        transactional=True,
        title=N_("My ballot is held back"),
    ),
    Kind(
        "appeal-answered",
        N_("Your appeal is answered: %(contest)s"),
        N_("A moderator has looked at your ballot again."),
        N_("Read the answer"),
        transactional=True,
        title=N_("Answers to my appeals"),
    ),
)
