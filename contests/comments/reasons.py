"""Reasons in kind, plain words: what reporters choose from and what authors are told."""

from webapp.kernel.refusal import N_, Refused

REPORT = {
    "copied": N_("It is somebody else's work"),
    "child": N_("It could harm somebody under 18"),
    "hurtful": N_("It is mean or hateful"),
    "sexual": N_("It is sexual or shows violence"),
    "personal": N_("It shows something private"),
    "spam": N_("It is advertising or spam"),
    "other": N_("Something else"),
}
URGENT = "child"  # looked at before everything else, whoever says it
# What may be against the law has one sentence for designs and comments alike: nobody is warned by it.
ILLEGAL = "illegal"
ESCALATED = {ILLEGAL: N_("It may be against the law to show it. The people who run this site look into it.")}
COMMENT = {
    "hurtful": N_("Your words could hurt somebody. Say what you think of the design, kindly."),
    "personal": N_("There were private details in it. We keep those off the site, for everybody's safety."),
    "off-topic": N_("It was not about this design. There are better places for it."),
    "spam": N_("It read like advertising, and we keep that out."),
    "unsafe": N_("Some fans here are young, and this was not for them."),
    "other": N_("The team asks you to say it in another way."),
}
QUESTION = {
    "hurtful": N_("Your words could hurt somebody. Ask what you want to know, kindly."),
    "personal": N_("There were private details in it. We keep those off the site, for everybody's safety."),
    "off-topic": N_("It was not about this contest or the artist's work. There are better places for it."),
    "spam": N_("It read like advertising, and we keep that out."),
    "unsafe": N_("Some fans here are young, and this was not for them."),
    "other": N_("The team asks you to say it in another way."),
}  # the codes of comments
SUSPENDED = {
    "spam": N_("The account was used for advertising."),
    "hurtful": N_("The account was used to hurt others, again and again."),
    "rights": N_("The account sent in the work of others, again and again."),
    "unsafe": N_("The account put others in danger."),
}
# The six of a design's reasons that have a key of their own.
DESIGN_KEYS = ("off-brief", "rights", "copy", "hurtful", "personal", "unclear")


def of_words(kind: str) -> dict[str, str]:
    """Return the reasons for comments, or for questions: the same codes, each in its own words."""
    return QUESTION if kind == "question" else COMMENT


def check_report(reason: str, note: str) -> None:
    """Raise Refused for a reason that is not on the list, or a note that is too long."""
    if reason not in REPORT:
        raise Refused("unknown-reason", N_("Choose one of the reasons."), 422)
    if len(note) > 500:
        raise Refused("note-length", N_("The note has at most 500 characters."), 422)


def check_comment(act: str, reason_code: str, reason: str) -> None:
    """Refuse to hide or hold a comment or question without telling its author why."""
    if reason_code and reason_code not in (*COMMENT, ILLEGAL):
        raise Refused("unknown-reason", N_("There is no such reason."), 422)
    if act in ("hide", "hold") and not reason_code and not reason.strip():
        raise Refused("reason-missing", N_("Say why: the author is told."), 422)
