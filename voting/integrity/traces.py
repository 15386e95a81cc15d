"""What a ballot's first vote looked like, kept as hashes in the vote's own transaction: one INSERT for each ballot.

The salt is one for each round, made from the site's secret key, so that nothing can be followed from contest to
contest, nor be looked up by somebody who has only the table.
"""

import hashlib
import hmac
import re

from flask import has_request_context, request
from sqlalchemy import insert
from sqlalchemy.orm import Session

from voting.integrity.models import VotingFeature
from voting.signals.holding import PROGRAM_MARK
from webapp.infra import keys
from webapp.infra.device import device_id
from webapp.infra.prefixes import prefix_of
from webapp.infra.short_ways import run_one
from webapp.kernel.now import now

# What programs call themselves that don't pretend to be a browser.
NAMES = "curl|wget|python|httpx|aiohttp|go-http|java/|okhttp|node|axios|scrapy|headless|phantom|libwww"
PROGRAMS = re.compile(NAMES, re.IGNORECASE)
_KEEPING = insert(VotingFeature.__table__)  # type: ignore[arg-type]


def keep(session: Session, round_id: int, ballot_id: int) -> None:
    """Note how the first vote of a ballot came, in the caller's transaction. Outside of a request there is nothing."""
    if not has_request_context():
        return
    salt = hashlib.sha256(f"features {round_id} {keys.lasting()}".encode()).digest()
    agent = request.headers.get("User-Agent", "")
    program = PROGRAM_MARK if PROGRAMS.search(agent) else ""
    row = {
        "round_id": round_id,
        "ballot_id": ballot_id,
        "prefix": _hashed(salt, prefix_of(request.remote_addr or "")),
        "device": _hashed(salt, device_id()),
        "agent": (program + _hashed(salt, agent))[:16],
        "received_at": now(),
    }
    run_one(session, _KEEPING, row)


def _hashed(salt: bytes, text: str) -> str:
    return hmac.digest(salt, text.encode(), "sha256").hex()[:16] if text else ""
