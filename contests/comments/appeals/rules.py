"""Who may ask for a second look, and who may give it. Pure."""

from webapp.kernel.refusal import N_, Refused

LENGTH = (10, 2000)
APPEALABLE = ("hide", "hold")
ANSWERS = {"grant": "granted", "decline": "declined"}


def check_text(text: str) -> str:
    """Return the stripped words of an appeal; raises Refused('appeal-length')."""
    text = text.replace("\x00", "").strip()
    if not LENGTH[0] <= len(text) <= LENGTH[1]:
        raise Refused("appeal-length", N_("Say in 10 to 2000 characters what was overlooked."), 422)
    return text


def check_answer(answer: str, words: str) -> str:
    """Return the outcome that an answer leads to; raises Refused('unknown-act') or 'reason-missing'."""
    if answer not in ANSWERS:
        raise Refused("unknown-act", N_("There is no such decision."), 422)
    if not words.strip():
        raise Refused("reason-missing", N_("Say why: the author is told."), 422)
    return ANSWERS[answer]


def check_judge(judge_id: int, moderator_id: int | None, author_id: int, escalated: bool, as_operator: bool) -> None:
    """Refuse an answer by who did the act, by the author, and, of what the operators have, by all but them."""
    if judge_id == moderator_id:
        raise Refused("another-person", N_("You decided this yourself: somebody else takes the second look."), 403)
    if judge_id == author_id:
        raise Refused("another-person", N_("Nobody judges what is their own."), 403)
    if escalated and not as_operator:
        raise Refused("escalated", N_("Only the people who run this site can answer this."), 403)
