"""From a row to a message: subject, text and HTML in the reader's language."""

import email
from datetime import UTC
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from functools import cache
from typing import TYPE_CHECKING, Any, cast

from flask import current_app, render_template
from flask_babel import force_locale

from webapp.infra.carriers import Envelope
from webapp.infra.mail.composing import POLICY, compose
from webapp.infra.mail.models import OutgoingMail
from webapp.infra.mail.moulds import Moulds
from webapp.infra.settings import Settings

if TYPE_CHECKING:
    from css_inline import CSSInliner


def parts(kind: str, params: dict[str, Any], locale: str) -> tuple[str, str, str]:
    """Return (subject, text, HTML) of a kind of mail; raises what its templates raise."""
    settings: Settings = current_app.config["SETTINGS"]
    with current_app.test_request_context(base_url=settings.base_url), force_locale(locale):
        values = {**params, "base_url": settings.base_url}
        subject = render_template(f"mail/{kind}.subject.txt", **values)
        text = render_template(f"mail/{kind}.txt", **values)
        html = render_template(f"mail/{kind}.html", **values)
    return " ".join(subject.split()), text, _inliner().inline(html)


def envelope(row: Any, moulds: Moulds | None = None) -> Envelope:
    """Return the message of a row (an OutgoingMail, or its columns) as it goes over the wire, and to whom.

    Raises what its templates raise, and ValueError for an address or a subject that is no header.
    """
    settings: Settings = current_app.config["SETTINGS"]
    subject, text, html = (moulds or Moulds(parts)).words(row.kind, row.params, row.locale)
    headers = [
        ("Subject", subject),
        ("From", settings.mail_from),
        ("To", row.address),
        ("Date", format_datetime(row.created_at.astimezone(UTC))),
        ("Message-ID", row.message_id),
        ("Auto-Submitted", "auto-generated"),
    ]
    if list_id := row.params.get("list_id"):
        headers.append(("List-Id", f"<{list_id}>"))
    if url := row.params.get("unsubscribe_url"):
        by_mail = row.params.get("unsubscribe_mail")
        headers.append(("List-Unsubscribe", f"<{url}>, <{by_mail}>" if by_mail else f"<{url}>"))
        headers.append(("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"))
    content = compose(headers, text, html)
    return Envelope(parseaddr(settings.mail_from)[1], row.address, row.message_id, row.created_at, content)


def render(row: OutgoingMail) -> EmailMessage:
    """Return the message of a row, taken apart."""
    return cast("EmailMessage", email.message_from_bytes(envelope(row).content, policy=POLICY))


@cache
def _inliner() -> "CSSInliner":
    from css_inline import CSSInliner  # only who writes mails

    # Rules for dark mode can't be inlined: they stay in the head. Nothing is ever fetched.
    return CSSInliner(keep_at_rules=True, load_remote_stylesheets=False)
