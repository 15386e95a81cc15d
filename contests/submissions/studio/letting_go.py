"""What nobody needs any more goes: drawings that were thrown away or forgotten, and their pictures.

A picture goes in two steps. In the transaction that makes it needless it is marked; then its files are
deleted and its row after them, so that a crash in between leaves a mark for the next sweep.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from contests.submissions.studio import owners, queries, store
from contests.submissions.studio.rows import AssetRow, DraftRow
from webapp.infra.db import db, transaction
from webapp.infra.storage import storage
from webapp.kernel.now import now

IDLE = timedelta(days=30)
"""How long a drawing that no person has is kept untouched, and a picture that no drawing names."""
BATCH = 200
OWN = "assets/"
"""Where the files of pictures lie that were sent in for drawings; others belong to designs."""


def of_draft(session: Session, draft: DraftRow, now: datetime) -> None:
    """Throw a drawing away, with the pictures that nothing else needs, in the caller's transaction."""
    named = queries.codes_in(draft.front) | queries.codes_in(draft.back)
    store.drop_drafts(session, [draft.id])
    _mark(session, queries.unused(session, named), now)


def of_design(session: Session, submission_id: int, now: datetime) -> None:
    """Throw away the drawing of a design that was never sent in, in the caller's transaction."""
    draft = queries.draft_of(session, submission_id)
    store.unuse(session, submission_id)
    if draft:
        of_draft(session, draft, now)


def sweep() -> int:
    """Throw away what was forgotten, and finish what was begun; return how many rows went. Safe to repeat."""
    moment = now()
    with transaction() as session:
        gone = store.drop_drafts(session, queries.stale_drafts(session, moment - IDLE, BATCH))
    after = 0
    while rows := queries.idle_assets(db.session(), moment - IDLE, BATCH, after):
        with transaction() as session:
            _mark(session, rows, moment)
        after = rows[-1].id
    marked = queries.removed_assets(db.session(), BATCH)
    db.session.rollback()
    return gone + sum(purge(asset_id) for asset_id in marked)


def purge(asset_id: int) -> bool:
    """Delete a marked picture's files, unless another one has the same, and then its row; return whether it went."""
    with transaction() as session:
        asset = queries.asset_by_id(session, asset_id)
        if asset is None or asset.removed_at is None:
            return False
        owners.hold_file(session, asset.sha256)
        if not queries.others_with(session, asset):
            for key in (asset.original_key, asset.proxy_key):
                if key and not key.startswith("originals/"):
                    storage().delete(key)
        return store.delete_asset(session, asset_id)


def _mark(session: Session, assets: Iterable[AssetRow], now: datetime) -> None:
    """Mark those of `assets` that no drawing of their owners names."""
    rows = list(assets)
    named = queries.named_by_drafts(session, rows)
    store.remove_assets(session, [row.id for row in rows if row.code not in named], now)
