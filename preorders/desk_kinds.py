"""What the desk's steps tell buyers: the orders will soon be fixed, an address is missing, an order once more."""

from webapp.kernel.refusal import N_
from webapp.notices.kinds import Kind

KINDS = (
    Kind(
        "drop-lock-soon",
        N_("%(title)s: change or cancel until %(until)s"),
        N_("Preorders for %(artist)s end soon. After %(until)s your order is fixed. Look at size and address now."),
        N_("See your order"),
        transactional=True,
        title=N_("Your preorders, soon fixed"),
    ),
    Kind(
        "address-missing",
        N_("Where shall we send %(number)s?"),
        N_("Your order %(number)s has no address yet. Without one it can't be made for you. Please enter it now."),
        N_("Enter the address"),
        transactional=True,
        title=N_("Your preorders, address missing"),
    ),
)
