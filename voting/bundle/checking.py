"""The recount's look at the bundle: the stored file against its row, and what it says against the database."""

import hashlib
from collections.abc import Iterator

from sqlalchemy.orm import Session

from voting.bundle import content, making, verify
from voting.bundle.verify import Fault
from voting.models import Round
from webapp.infra.storage import storage

EXPOSURE = "exposure.json"  # what the seal has frozen; the other sections may grow until the result is final


def differences(session: Session, round_id: int) -> Iterator[str]:
    """Yield what does not agree between a round's result and the contest's latest bundle; nothing without one."""
    row = session.get_one(Round, round_id)
    kept = making.standing(session, row.contest_id)
    if kept is None:
        return
    where = f"bundle {kept.label}"
    try:
        zipped = storage().get(making.key(kept.sha256))
    except FileNotFoundError:
        yield f"{where}: the file is gone"
        return
    if len(zipped) != kept.bytes:
        yield f"{where}: the file has {len(zipped)} bytes, {kept.bytes} were published"
    if hashlib.sha256(zipped).hexdigest() != kept.sha256:
        yield f"{where}: the file is not the one whose SHA-256 was published"
    try:
        verify.check(zipped)
        files = verify.unpack(zipped)
        said, rules = (verify.parsed(files, name)["rounds"] for name in ("result.json", "rules.json"))
    except Fault as fault:
        yield f"{where}: {fault}"
        return
    if verify.parsed(files, "result.json")["label"] != kept.label:
        yield f"{where}: the file is that of another label"
    shown = content.SECTIONS.get(EXPOSURE)
    if shown and EXPOSURE in files and files[EXPOSURE] != verify.pretty(shown(session, row.contest_id)):
        yield f"{where}: how often designs were shown is told in another way than the database does"
    told = [(each["sealed_at"], each["closed_at"]) for each in said if each["round"] == row.kind]
    if told != [tuple(at.isoformat() if at else None for at in (row.sealed_at, row.closed_at))]:
        yield f"{where}: the {row.kind} round was sealed or counted at another time than the database says"
    fixed = [
        (each["method"], each["hearts"] or row.budget, each["places"]) for each in rules if each["round"] == row.kind
    ]
    if fixed != [(row.method, row.budget, row.places)]:
        yield f"{where}: holds other rules of the {row.kind} round than the database"
    mine = [each["published"] for each in said if each["round"] == row.kind]
    # A result revised after an appeal has its own bundle when the result is final.
    revised = (row.result or {}).get("revised_at") and kept.label != "final"
    if mine != [row.result] and not revised:
        yield f"{where}: holds another result of the {row.kind} round than the database"
