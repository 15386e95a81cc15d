"""What the log tells entrants and the artist: the roots before any total, the fingerprint of the bundle after it."""

from webapp.kernel.refusal import N_
from webapp.notices.kinds import Kind

KINDS = (
    Kind(
        "round-sealed",
        N_("The votes are sealed: %(contest)s"),
        N_(
            "Nobody can change them any more, and no total is out yet. Keep this message: with it everybody can check "
            "the result later. The log of all votes has %(size)s entries and the root %(root)s. "
            "The %(counted)s ballots that count have the root %(counted_root)s."
        ),
        N_("See the log"),
        transactional=True,
        title=N_("The seal of the votes, when I take part"),
    ),
    Kind(
        "result-check",
        N_("Check the result yourself: %(contest)s"),
        N_(
            "The votes are counted. The file of the result can be downloaded and counted again by anybody. "
            "Its fingerprint (SHA-256) is %(sha256)s."
        ),
        N_("See the result"),
        transactional=True,
        title=N_("The fingerprint of a result, when I take part"),
    ),
)
