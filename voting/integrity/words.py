"""What codes are called on pages: reasons, states, signals, ties."""

from flask_babel import gettext

from voting.integrity import states
from webapp.kernel.refusal import N_

STATES = {
    "counted": N_("counted"),
    "held": N_("held"),
    "rejected": N_("rejected"),
    "reinstated": N_("counted again"),
}
ACTS = {"hold": N_("Hold"), "reinstate": N_("Let them count"), "reject": N_("Reject")}
TIES = {
    "browser": N_("One browser"),
    "address": N_("One address"),
    "addresses": N_("A few addresses at once"),
    "series": N_("Mailboxes that differ by a number"),
    "domain": N_("One mail domain"),
    "throwaway": N_("Throwaway mailboxes"),
    "program": N_("One program"),
    "copies": N_("The same ballot"),
    "surge": N_("A sudden rush"),
    "mailbox": states.RULE_REASONS["alias"],
}
SIGNALS = {
    # Without the share elsewhere: that would be the design's standing, which nobody knows before the close.
    "favour": N_("%(hits)s of %(of)s are for this design, far more than elsewhere."),
    "rush": N_("%(hits)s of %(of)s came within the same short time, in which %(usual)s of the others came."),
    "fresh": N_("%(hits)s of %(of)s accounts were less than a day old; elsewhere it is %(usual)s."),
    "throwaway": N_("%(hits)s of %(of)s have throwaway mailboxes; elsewhere it is %(usual)s."),
    "link": N_("%(hits)s of %(of)s came by the design's own link: often a shared post."),
    "program": N_("%(hits)s of %(of)s used the very same program; elsewhere it is %(usual)s."),
    "same": N_("%(hits)s of %(of)s are the same ballot; elsewhere it is %(usual)s."),
    "places": N_("%(hits)s of %(of)s share their address with more than five others of them."),
    "scores": N_("%(hits)s of %(of)s give everything to one design and nothing to the others."),
}
PARTS = {
    "hours": N_("time of day"),
    "programs": N_("programs"),
    "mailboxes": N_("mail domains"),
    "ages": N_("ages of the accounts"),
    "width": N_("how many designs a ballot names"),
    "scores": N_("extreme ballots"),
    "company": N_("which other designs are named"),
    "even": N_("too regular gaps"),
    "held": N_("ballots that are held"),
}


def of(words: dict[str, str], code: str) -> str:
    """Return what a code is called in the reader's language."""
    return str(gettext(words.get(code, code)))


def reason(code: str) -> str:
    """Return a reason in words, a person's or a rule's."""
    if code == "undone":
        return str(gettext("Taken back"))
    return of(states.REASONS | states.RULE_REASONS, code)


def signal(said: dict[str, object]) -> str:
    """Return one signal as a sentence."""
    usual = float(str(said["usual"]))
    share = f"{100 * usual:.0f} %" if usual >= 0.01 else gettext("almost nobody")
    template = SIGNALS.get(str(said["name"]), "%(hits)s / %(of)s (%(usual)s)")
    return str(gettext(template, hits=said["hits"], of=said["of"], usual=share))
