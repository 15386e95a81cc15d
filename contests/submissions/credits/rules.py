"""How much may be shared, and what a share is called. Values in, values out; basis points: 10000 is the whole."""

from collections.abc import Iterable
from decimal import Decimal, InvalidOperation

from webapp.kernel.refusal import N_, Refused

WHOLE = 10_000
LEAST_KEPT = 1_000  # the designer keeps at least a tenth: the contest is theirs to win
ROLES = ("co-author", "suggestion")
USUAL = {"co-author": 5_000, "suggestion": 500}


def require_room(standing: Iterable[int], share_bp: int) -> None:
    """Refuse an offer that, with all that stand, would leave the designer less than a tenth."""
    if share_bp < 0:
        raise Refused("bad-share", N_("A share is a percentage, such as 5."), 422)
    free = WHOLE - LEAST_KEPT - sum(standing)
    if share_bp > free:
        raise Refused(
            "too-much-shared",
            N_("That is more than you can share: %(free)s percent are left, the designer keeps at least ten."),
            422,
            free=percent(max(0, free)),
        )


def require_unfrozen(frozen: bool) -> None:
    """Refuse changes once the orders of the drop are fixed."""
    if frozen:
        raise Refused("credits-frozen", N_("The shares are fixed since the orders of the drop are."))


def basis_points(text: str) -> int:
    """Return a typed percentage (`5`, `2,5`, `12.25 %`) in basis points; raises Refused('bad-share')."""
    try:
        share = Decimal(text.replace("%", "").strip().replace(",", ".")) * 100
        if not share.is_finite() or share != share.to_integral_value() or not 0 <= share <= WHOLE:
            raise InvalidOperation
    except InvalidOperation as fault:
        raise Refused("bad-share", N_("A share is a percentage, such as 5."), 422) from fault
    return int(share)


def percent(share_bp: int) -> str:
    """Return basis points as a percentage without a sign: 500 -> '5', 1225 -> '12.25'."""
    return f"{Decimal(share_bp) / 100:.2f}".rstrip("0").rstrip(".")
