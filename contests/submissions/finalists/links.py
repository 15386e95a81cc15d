"""Addresses of a design as its kit spells them: one for eyes, one for cameras."""

from urllib.parse import urlsplit

from flask import current_app


def scanned(code: str) -> str:
    """Return the address in the QR code: in capitals, which makes a smaller code, and told from a typed one.

    A path before the site's own (a site that lives below another) keeps its letters: their case may matter.
    """
    parts = urlsplit(_base())
    return f"{parts.scheme.upper()}://{parts.netloc.upper()}{parts.path.rstrip('/')}/D/{code}/QR"


def printed(code: str) -> str:
    """Return the address that stands beneath the code, to be typed by hand."""
    return f"{_base().split('://', 1)[-1].rstrip('/')}/D/{code}"


def _base() -> str:
    return str(current_app.config["SETTINGS"].base_url)
