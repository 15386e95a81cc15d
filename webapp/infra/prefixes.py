"""Where a request comes from, roughly: an address without its last part."""

import ipaddress
from functools import lru_cache


@lru_cache(maxsize=1000)
def prefix_of(address: str) -> str:
    """Return an address without its last part: /24 of IPv4, /48 of IPv6; '' for what is none."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return ""
    mapped = getattr(found, "ipv4_mapped", None)
    found = mapped or found
    return str(ipaddress.ip_network(f"{found}/{24 if found.version == 4 else 48}", strict=False))
