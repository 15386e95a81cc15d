"""Whether this request's site has passkeys."""

from flask import current_app, request

from webapp.accounts.passkeys.rules import Site, site_of


def site() -> Site | None:
    """Return what passkeys are bound to here, None where browsers give none."""
    return site_of(current_app.config["SETTINGS"].base_url, request.host)


def passkeys_here() -> bool:
    """Return whether pages show passkeys."""
    return site() is not None


def by_localhost() -> str:
    """Return the address by which an installation on this machine would have passkeys, '' if there is none."""
    host = request.host.rpartition(":")
    found = site_of(current_app.config["SETTINGS"].base_url, "localhost")
    return found.origin if found and host and not site() else ""
