"""When a rule may hold ballots back: what only one hand does, never what a class, a fan club or a stadium does.

Each rule asks for something mechanical beside the odd favour for one design. Groups bound by nothing but an address
are shown, not held, as long as they are no larger than a school class.
"""

from collections import Counter
from collections.abc import Sequence

from voting.signals.evidence import Signal
from voting.signals.ties import Tied
from voting.signals.voters import Voter

SCHOOL_CLASS = 40
A_FEW = 8
NEARLY_ALL = 0.8
PROGRAM_MARK = "p:"  # how the hash of a name begins that no browser gives itself


def rule_for(tied: Tied, signals: dict[str, Signal]) -> tuple[str, tuple[Voter, ...]]:
    """Return the rule that holds a believed cluster and whom it holds; '' and nobody when it is only shown."""
    for name, rule in RULES.items():
        held = rule(tied, signals)
        if held:
            return name, tuple(held)
    return "", ()


def _one_browser(tied: Tied, signals: dict[str, Signal]) -> Sequence[Voter]:
    return tied.core if tied.tie == "browser" and _nearly_all(tied) else ()


def _throwaway_mail(tied: Tied, signals: dict[str, Signal]) -> Sequence[Voter]:
    held = [each for each in tied.core if each.throwaway]
    return held if tied.tie == "throwaway" and len(held) >= A_FEW else ()


def _mail_series(tied: Tied, signals: dict[str, Signal]) -> Sequence[Voter]:
    return tied.core if tied.tie == "series" and _nearly_all(tied) and _new(tied.core) else ()


def _a_program(tied: Tied, signals: dict[str, Signal]) -> Sequence[Voter]:
    is_program = tied.tie == "program" and tied.value.startswith(PROGRAM_MARK)
    return tied.core if is_program and _nearly_all(tied) else ()


def _few_addresses(tied: Tied, signals: dict[str, Signal]) -> Sequence[Voter]:
    if tied.tie not in ("address", "addresses") or len(tied.core) <= SCHOOL_CLASS:
        return ()
    new = [each for each in tied.core if each.fresh]
    odd = min(signals[name].chance for name in ("rush", "same", "program") if name in signals)
    return new if _nearly_all(tied) and _new(tied.core) and odd < 1e-6 else ()


def _one_program(tied: Tied, signals: dict[str, Signal]) -> Sequence[Voter]:
    program = signals.get("program")
    if tied.tie != "surge" or program is None or program.usual > 0.3 or program.chance > 1e-6:
        return ()
    agent = _most_common(tied.core)
    held = [each for each in tied.core if each.agent == agent and each.fresh]
    return held if len(held) > SCHOOL_CLASS and len(held) >= NEARLY_ALL * len(tied.core) else ()


def _copies(tied: Tied, signals: dict[str, Signal]) -> Sequence[Voter]:
    if tied.tie != "copies" or not _new(tied.core):
        return ()
    held = [each for each in tied.core if each.fresh]
    places, program = signals.get("places"), signals.get("program")
    near = places is not None and places.hits >= NEARLY_ALL * places.of
    same = program is not None and program.hits >= 0.9 * program.of and program.usual < 0.3 and program.chance < 1e-6
    return held if len(held) > SCHOOL_CLASS and (near or same) else ()


RULES = {
    "one-browser": _one_browser,
    "throwaway-mail": _throwaway_mail,
    "mail-series": _mail_series,
    "a-program": _a_program,
    "few-addresses": _few_addresses,
    "one-program": _one_program,
    "copies": _copies,
}


def _nearly_all(tied: Tied) -> bool:
    return len(tied.core) >= A_FEW and len(tied.core) >= NEARLY_ALL * len(tied.group)


def _new(core: Sequence[Voter]) -> bool:
    return sum(each.fresh for each in core) >= NEARLY_ALL * len(core)


def _most_common(core: Sequence[Voter]) -> str:
    return min(Counter(each.agent for each in core).items(), key=lambda item: (-item[1], item[0]))[0]
