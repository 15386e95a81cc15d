"""E-mail addresses: what we accept, and when two spellings are one person."""

import email_validator
from email_validator import EmailNotValidError, validate_email

from webapp.kernel.refusal import N_, Refused

# Names that can never be delivered to are fine for invented people: no mail of theirs goes astray.
email_validator.SPECIAL_USE_DOMAIN_NAMES.remove("invalid")
LONGEST = 254  # RFC 5321: a longer path can't be delivered to


def normalise(email: str) -> str:
    """Return the spelling under which an address is unique: trimmed, folded to lower case, domain in ASCII.

    Dots and plus signs stay: for most providers they make another mailbox. Raises Refused('bad-address').
    """
    return check(email).lower()


def check(email: str) -> str:
    """Return the address as typed but for its form; raises Refused('bad-address') when it can't be one.

    Only the syntax is looked at: whether somebody reads it, the code will tell.
    """
    text = (email or "").strip()
    if len(text) > LONGEST or any(ord(c) < 33 or ord(c) == 127 for c in text):
        raise _refused()
    try:
        found = validate_email(text, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        raise _refused() from None
    return f"{found.local_part}@{found.ascii_domain}"


def _refused() -> Refused:
    return Refused("bad-address", N_("That does not look like an e-mail address. Check it once more."), 422)
