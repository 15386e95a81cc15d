"""Pictures for drawings come in: judged like a design's, stored, handed to the workers."""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from contests import queries as contests
from contests.phases import PUBLIC
from contests.submissions import leases, originals
from contests.submissions.images.refusals import SENTENCES
from contests.submissions.originals import Original
from contests.submissions.studio import letting_go, owners, queries, rules, store
from contests.submissions.studio.events import AssetUploaded
from contests.submissions.studio.models import StudioAsset
from contests.submissions.studio.owners import Owner
from contests.submissions.studio.rows import AssetRow
from webapp.infra import outbox, quotas
from webapp.infra.db import transaction
from webapp.infra.storage import storage
from webapp.kernel.refusal import NotFound, Refused


def upload(contest_id: int, owner: Owner, data: bytes, name: str, now: datetime) -> AssetRow:
    """Store a picture to draw with. The same bytes of the same owner are one picture, however often they come.

    Raises Unacceptable for the picture's own faults, Refused when the contest takes no drawings any more
    or the owner has no room left; what is refused leaves no file behind.
    """
    original = judged(data, name)

    def write(session: Session) -> AssetRow:
        owners.hold(session, owner)
        contest = contests.contest(session, contest_id)
        if contest is None or contest.phase(now) not in PUBLIC:
            raise NotFound()
        rules.require_pictures_taken(contest.phase(now))
        wish = wish_of(contest_id, owner.name, original.sha256)
        if known := again(session, wish):
            return known
        used = queries.used(session, owner, contest_id)
        rules.require_asset_room(used.assets, used.bytes, original.bytes)
        return add(session, contest_id, original, wish, now, owner)

    with quotas.counted([owner.sender, quotas.contest(contest_id)], original.bytes, now):
        return keeping(original, data, write)


def judged(data: bytes, name: str) -> Original:
    """Return what `data` would be as a picture to draw with; raises Unacceptable, stores nothing."""
    original = originals.judged(data, name)
    return replace(original, key=f"{letting_go.OWN}{original.sha256[:2]}/{original.sha256}")


def wish_of(contest_id: int, who: str, sha256: str) -> str:
    """Return what tells a second upload of the same bytes by the same owner from another picture."""
    return hashlib.sha256(f"{contest_id} {who} {sha256}".encode()).hexdigest()


def again(session: Session, wish: str) -> AssetRow | None:
    """Return the picture that the same wish made before; one that failed by our fault is tried anew."""
    known = queries.wished(session, wish)
    if known and known.state == "failed" and known.failure_code not in SENTENCES:
        leases.wait_again(session, StudioAsset, known.id)
        outbox.record(session, AssetUploaded(known.id))
        return queries.wished(session, wish)
    return known


def add(
    session: Session, contest_id: int, original: Original, wish: str, now: datetime, owner: Owner | None
) -> AssetRow:
    """Insert a picture; without an owner it is of the artist's kit. The workers hear of it after the commit."""
    asset_id = store.add_asset(
        session,
        now,
        contest_id=contest_id,
        wish=wish,
        original_key=original.key,
        sha256=original.sha256,
        bytes=original.bytes,
        width=original.header.width,
        height=original.header.height,
        **(owner.columns if owner else {}),
    )
    if asset_id:
        outbox.record(session, AssetUploaded(asset_id))
    made = queries.wished(session, wish)
    if made is None:
        raise NotFound()
    return made


def keeping(original: Original, data: bytes, write: Callable[[Session], AssetRow]) -> AssetRow:
    """Store the bytes, then write the row; the bytes of a refused picture are removed again."""
    _put(original, data)
    try:
        with transaction() as session:
            owners.hold_file(session, original.sha256)
            made = write(session)
    except Refused:
        discard(original)
        raise
    _put(original, data)  # unless a clean-up of the same bytes was faster than our commit
    return made


def discard(original: Original) -> None:
    """Remove the bytes of a refused picture, unless another one has the same."""
    with transaction() as session:
        owners.hold_file(session, original.sha256)
        if not queries.has_file(session, original.key):
            storage().delete(original.key)


def _put(original: Original, data: bytes) -> None:
    if not storage().exists(original.key):
        storage().put(original.key, data)
