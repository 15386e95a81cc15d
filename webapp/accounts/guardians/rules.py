"""Who can be a guardian, and when one is reminded. Values in, values out."""

from datetime import timedelta

from webapp.kernel.refusal import N_, Refused

LINK_TIME = timedelta(days=30)  # how long a link in a mail opens the page
REMIND_AFTER = timedelta(days=2)
CROSSED = timedelta(minutes=5)  # a question and an address given at once may miss each other for so long
MOST_OF_ONE_ADDRESS = 6  # young people who may name the same guardian: families are not larger than that often


def require_another(guardian: str, own: str) -> None:
    """Refuse one's own address as that of a guardian, also one with something after a plus; both normalised."""
    if _mailbox(guardian) == _mailbox(own):
        raise Refused("own-address", N_("That is your own address. Your guardian needs one of their own."), 422)


def require_room(young_people: int) -> None:
    """Refuse an address that so many have named already."""
    if young_people >= MOST_OF_ONE_ADDRESS:
        raise Refused(
            "guardian-of-many", N_("That address is the guardian of many accounts already. Write to us."), 422
        )


def _mailbox(address: str) -> tuple[str, str]:
    local, _, domain = address.rpartition("@")
    return local.partition("+")[0], domain
