"""Every kind of mail by the name of its templates: what it is called, and an example for those who look at it.

Its subject may hold a code, so a list of mails names the kind instead; only notices are told again in full.
"""

from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext

from webapp.kernel.refusal import N_

NOTICE, DIGEST = "notice", "digest"


@dataclass(frozen=True)
class Letter:
    """A kind of mail: its name in lists, and params that fill its templates."""

    title: str
    sample: dict[str, Any] = field(default_factory=dict)


_LINK = "/team/invitations/an-example-that-opens-nothing"
LETTERS = {
    "code": Letter(N_("A code to sign in"), {"code": "482 913", "minutes": 10, "purpose": "sign-in"}),
    "new-session": Letter(
        N_("A new sign-in to your account"), {"browser": "Firefox", "system": "Android", "path": _LINK}
    ),
    "email-changed": Letter(N_("Your address was changed"), {"new_address": "new@example.org"}),
    "invitation": Letter(
        N_("An invitation to a team"), {"artist": "The Tide", "role": "moderator", "path": _LINK, "days": 14}
    ),
    "guardian": Letter(
        N_("A question to a guardian"), {"nick": "Fox 7", "again": False, "asked": ["Order a T-shirt"], "path": _LINK}
    ),
    "pick-link": Letter(
        N_("A link to pick a winner"),
        {
            "name": "Aino",
            "sender": "Bo",
            "contest": "Low tide",
            "artist": "The Tide",
            "path": _LINK,
            "until": "Sun 22 Nov 2026, 20:00",
        },
    ),
    "suspended": Letter(N_("Your account was suspended"), {"reason": "The same text under forty designs."}),
    "reinstated": Letter(N_("Your account is open again"), {"reason": ""}),
    "takedown-receipt": Letter(N_("We have your notice"), {"design": "“Sea wolf” (SEAW01)"}),
    "takedown-outcome": Letter(N_("What came of your notice"), {"design": "“Sea wolf” (SEAW01)", "upheld": True}),
    "my-data": Letter(N_("Your data is packed"), {"path": "/settings/my-data", "days": 7}),
    "erased": Letter(N_("You are erased: your receipt"), {"path": _LINK, "gone": [], "kept": []}),
    "letter": Letter(N_("A newsletter"), {"letter": 0, "trial": False, "out": "/newsletter/out/an-example"}),
    "letter-confirm": Letter(
        N_("A link that confirms a newsletter"), {"artist": "The Tide", "path": _LINK, "days": 14}
    ),
    DIGEST: Letter(N_("Your news together")),
    NOTICE: Letter(N_("News")),
}


def title(kind: str) -> str:
    """Return what a kind of mail is called, in the language of the moment."""
    known = LETTERS.get(kind)
    return str(gettext(known.title)) if known else str(gettext("Mail from Fanmade"))
