"""Where a suggestion may be pinned and how it is answered. Pure."""

from dataclasses import dataclass

from webapp.kernel.refusal import N_, Refused

ANSWER_LENGTH = 500
THOUSANDTHS = 1000
# decision -> the states it may start from: a declined one may still convince, an accepted one stays.
DECISIONS = {"accepted": ("open", "declined"), "declined": ("open",)}


@dataclass(frozen=True)
class Pin:
    """A point of the picture, in thousandths from its left and top; both None: the whole picture."""

    x: int | None = None
    y: int | None = None


def check_pin(pin: Pin) -> Pin:
    """Return the pin; raises Refused('bad-pin') for half a point or one beside the picture."""
    if (pin.x is None) != (pin.y is None):
        raise Refused("bad-pin", N_("A point needs both numbers: from the left and from the top."), 422)
    if pin.x is not None and pin.y is not None and not (0 <= pin.x <= THOUSANDTHS and 0 <= pin.y <= THOUSANDTHS):
        raise Refused("bad-pin", N_("That point is not on the picture."), 422)
    return pin


def check_decision(decision: str, answer: str) -> str:
    """Return the stripped word of why; a decline needs one. Raises Refused."""
    if decision not in DECISIONS:
        raise Refused("unknown-decision", N_("There is no such decision."), 422)
    answer = answer.replace("\x00", "").strip()
    if decision == "declined" and not answer:
        raise Refused("say-why", N_("Say in a word why not: somebody has thought about your design."), 422)
    if len(answer) > ANSWER_LENGTH:
        raise Refused("answer-length", N_("An answer has at most %(most)s characters."), 422, most=ANSWER_LENGTH)
    return answer
