"""What people are told about drops and orders."""

from webapp.kernel.refusal import N_
from webapp.notices.kinds import Kind

TRACKING = N_("Its tracking number is %(number)s.")

KINDS = (
    Kind(
        "drop-draft",
        N_("A drop waits for you: %(title)s"),
        N_("%(artist)s picked a winner. Sizes, prices and dates are filled in; look at them and publish."),
        N_("Look at the drop"),
        title=N_("A drop waits to be published"),
    ),
    Kind(
        "drop-opened",
        N_("Preorders are open: %(title)s"),
        N_("The design %(artist)s picked can be preordered now, until %(until)s."),
        N_("See the drop"),
        title=N_("Preorders open"),
    ),
    Kind(
        "drop-opened-author",
        N_("Preorders for your design are open: %(title)s"),
        N_("What you designed for %(artist)s can be preordered now, until %(until)s. Show it to everybody."),
        N_("See the drop"),
        variant_of="drop-opened",
    ),
    Kind(
        "drop-opened-helper",
        N_("The design you helped to make can be preordered: %(title)s"),
        N_("Your suggestion was taken up, and %(artist)s picked the design. Preorders are open until %(until)s."),
        N_("See the drop"),
        variant_of="drop-opened",
    ),
    Kind(
        "drop-opened-voter",
        N_("The design you voted for can be preordered: %(title)s"),
        N_("You voted for it, %(artist)s picked it. Preorders are open until %(until)s."),
        N_("See the drop"),
        variant_of="drop-opened",
    ),
    Kind(
        "drop-opened-talker",
        N_("The design you talked about can be preordered: %(title)s"),
        N_("You said what you think of it, %(artist)s picked it. Preorders are open until %(until)s."),
        N_("See the drop"),
        variant_of="drop-opened",
    ),
    Kind(
        "preorder-placed",
        N_("Your preorder %(number)s"),
        N_("We keep this for you: %(items)s. You can change or cancel it until %(until)s."),
        N_("See your order"),
        transactional=True,
        title=N_("Your preorders"),
    ),
    Kind(
        "preorder-confirmed",
        N_("Your preorder %(number)s is confirmed"),
        N_("Your guardian agreed. It is yours: %(items)s. You can change or cancel it until %(until)s."),
        N_("See your order"),
        transactional=True,
        title=N_("Your preorders, confirmed"),
    ),
    Kind(
        "preorder-changed",
        N_("Your preorder %(number)s was changed"),
        N_("The shop changed it: %(reason)s. Now it is: %(items)s."),
        N_("See your order"),
        transactional=True,
        title=N_("Your preorders, changed by the shop"),
    ),
    Kind(
        "preorder-cancelled",
        N_("Your preorder %(number)s is cancelled"),
        N_("Nothing will be sent and nothing is owed. %(reason)s"),
        N_("See your order"),
        transactional=True,
        title=N_("Your preorders, cancelled"),
    ),
    Kind(
        "drop-locked",
        N_("%(title)s goes into production"),
        N_("Preorders are closed and your order is fixed. We write again when it is sent."),
        N_("See the drop"),
        transactional=True,
        title=N_("Your preorders, in production"),
    ),
    Kind(
        "order-shipped",
        N_("Your order %(number)s is on its way"),
        N_("It left us today. %(tracking)s"),
        N_("See your order"),
        transactional=True,
        title=N_("Your preorders, sent"),
    ),
    Kind(
        "order-part-shipped",
        N_("A parcel of your order %(number)s is on its way"),
        N_("Your order leaves in several parcels; this is one of them. %(tracking)s"),
        N_("See your order"),
        transactional=True,
        variant_of="order-shipped",
    ),
    Kind(
        "drop-cancelled",
        N_("%(title)s was called off"),
        N_("Your order is cancelled and nothing is owed. Why: %(reason)s"),
        N_("See the drop"),
        transactional=True,
        title=N_("Your preorders, called off"),
    ),
)
