"""What people are told about money."""

from webapp.kernel.refusal import N_
from webapp.notices.kinds import Kind

KINDS = (
    Kind(
        "payment-arrived",
        N_("Paid: your order %(number)s"),
        N_("We have received %(amount)s for %(title)s. Keep this mail as your receipt."),
        N_("See your order"),
        transactional=True,
        title=N_("Your payments"),
    ),
    Kind(
        "payment-failed",
        N_("Your payment for %(number)s failed"),
        N_("%(why)s Please pay on your order's page until %(until)s, else your order may be cancelled."),
        N_("Pay now"),
        transactional=True,
        title=N_("Your payments, failed"),
    ),
    Kind(
        "payment-refunded",
        N_("Your money for %(number)s is on its way back"),
        N_("%(amount)s go back the way they came; your bank may take some days. %(why)s"),
        N_("See your order"),
        transactional=True,
        title=N_("Your payments, given back"),
    ),
    Kind(
        "refund-failed",
        N_("A refund failed: %(number)s"),
        N_("%(amount)s could not be given back. %(why)s Please give it back in another way, and note it there."),
        N_("Look at the order"),
        transactional=True,
        title=N_("Refunds that failed"),
    ),
)
