"""Where passkeys work, how many there may be, how they are called. Pure."""

import base64
import ipaddress
from dataclasses import dataclass
from urllib.parse import urlsplit

from webapp.kernel.refusal import N_, Refused

MOST = 10
LONGEST_NAME = 60
# What strange bytes make parsers raise.
MALFORMED = (ValueError, TypeError, KeyError, AttributeError, IndexError, OverflowError)
TRANSPORTS = ("usb", "nfc", "ble", "smart-card", "hybrid", "internal")


@dataclass(frozen=True)
class Site:
    """What a passkey is bound to: the host (`rp_id`) and the whole address (`origin`) the browser must report."""

    rp_id: str
    origin: str


def site_of(base_url: str, host: str) -> Site | None:
    """Return the site of an installation's public address, None where browsers give no passkeys.

    They want https and a name, or localhost. An installation at a loopback address takes them from who opens it as
    localhost: `host` is what the request was sent to, with its port.
    """
    parts = urlsplit(base_url)
    name = parts.hostname or ""
    if _is_loopback(name) and parts.scheme == "http" and host.partition(":")[0] == "localhost":
        name = "localhost"
    if _is_number(name) or not (parts.scheme == "https" or name == "localhost"):
        return None
    return Site(name, f"{parts.scheme}://{name}{_port(parts.scheme, parts.port)}")


def kept_name(name: str, otherwise: str = "") -> str:
    """Return a passkey's name as it is kept; raises Refused('passkey-name')."""
    kept = " ".join(name.replace("\0", "").split()) or otherwise[:LONGEST_NAME]
    if not 1 <= len(kept) <= LONGEST_NAME:
        raise Refused("passkey-name", N_("Give it a name of at most %(most)s characters."), 422, most=LONGEST_NAME)
    return kept


def known_transports(said: object) -> list[str]:
    """Return those ways to reach a passkey that we know, of what a browser says."""
    return [way for way in TRANSPORTS if way in said] if isinstance(said, list) else []


def octets(text: str) -> bytes:
    """Return what a text in base64url says, padded or not; raises one of MALFORMED."""
    return base64.urlsafe_b64decode(f"{text}===")


def text_of(octets: bytes) -> str:
    """Return bytes as base64url without padding, as browsers write them."""
    return base64.urlsafe_b64encode(octets).decode().rstrip("=")


def _port(scheme: str, port: int | None) -> str:
    return "" if port is None or port == {"http": 80, "https": 443}[scheme] else f":{port}"


def _is_number(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _is_loopback(name: str) -> bool:
    return _is_number(name) and ipaddress.ip_address(name).is_loopback
