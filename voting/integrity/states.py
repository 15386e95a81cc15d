"""Which state a ballot may go to from which, and who may send it there: pure rules.

A stranger's ballot is pending; it has no row in `ballots` before it counts, and its first version is the act.
"""

from collections.abc import Collection

from webapp.kernel.refusal import N_, Refused

PENDING, COUNTED, HELD, REJECTED, REINSTATED = "pending", "counted", "held", "rejected", "reinstated"
STEPS = {
    HELD: frozenset({COUNTED, REINSTATED, REJECTED}),
    REJECTED: frozenset({HELD}),
    REINSTATED: frozenset({HELD, REJECTED}),
}
REASON_LENGTH = 1000
# Why a person acts; the words are shown to moderators, counted by code in the results bundle.
REASONS = {
    "one-hand": N_("One hand behind many accounts"),
    "bought": N_("Votes were bought or traded"),
    "program": N_("A program voted"),
    "throwaway": N_("Throwaway mailboxes"),
    "honest": N_("These are honest fans"),
    "explained": N_("There is a harmless explanation"),
    "appeal": N_("The voter explained it"),
    "other": N_("Something else"),
}
RULE_REASONS = {
    "one-browser": N_("Many accounts in one browser, nearly all for one design"),
    "throwaway-mail": N_("Throwaway mailboxes, nearly all for one design"),
    "mail-series": N_("Mailboxes that only differ by a number, nearly all for one design"),
    "few-addresses": N_("More than a school class of new accounts behind few addresses, for one design, in a hurry"),
    "a-program": N_("A program that says it is one, nearly always for one design"),
    "one-program": N_("The same program in a hurry, from new accounts, for one design"),
    "copies": N_("The same ballot again and again, from few addresses or programs"),
    "alias": N_("Another ballot of the same mailbox, spelled in another way"),
    "look-again": N_("At the close the rule no longer found anything"),
    "unanswered": N_("An appeal that nobody answered in time"),
    "opened": N_("Taken back by its voter"),
}


def require_step(state_from: str, state_to: str) -> None:
    """Refuse a change of state that there is not."""
    if state_from not in STEPS.get(state_to, ()):
        raise Refused("already-decided", N_("Somebody has decided about this meanwhile. Look again."))


def after_undo(state_from: str) -> str:
    """Return where a ballot goes when an act that took it from there is taken back.

    What was once held does not become 'counted' again but 'reinstated': the log has seen it.
    """
    return REINSTATED if state_from == COUNTED else state_from


def may_reject_alone(rules: Collection[str]) -> bool:
    """Return whether one person may reject ballots: a documented rule held every one ('' : a person did)."""
    return bool(rules) and all(rules)


def require_reason(code: str, words: str) -> str:
    """Return the words, trimmed; refuse an unknown reason, or 'other' without words."""
    words = words.replace("\x00", "").strip()[:REASON_LENGTH]
    if code not in REASONS:
        raise Refused("unknown-reason", N_("Choose one of the reasons."), 422)
    if code == "other" and not words:
        raise Refused("reason-missing", N_("Say why, in a few words."), 422)
    return words
