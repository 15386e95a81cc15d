"""Pictures for drawings in the making: the decoder's child makes of each what editors show.

Rows and leases work as those of designs' pictures do (contests.submissions.jobs).
"""

import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import structlog

from contests.submissions import leases
from contests.submissions.images import sandbox
from contests.submissions.images.processed import Processed
from contests.submissions.images.refusals import Unacceptable
from contests.submissions.images.renditions import Recipe
from contests.submissions.jobs import BATCH, FRESH, NUDGE, PAUSE
from contests.submissions.originals import limits
from contests.submissions.rules import ATTEMPTS
from contests.submissions.studio import letting_go, queries
from contests.submissions.studio.models import StudioAsset
from contests.submissions.studio.rows import AssetRow
from webapp.infra import queue
from webapp.infra.db import db, transaction
from webapp.infra.storage import storage
from webapp.kernel.now import now

PROXY = Recipe(version=1, widths=(1600,), tallest=1, avif_quality=80)
"""At most 1600 pixels on either side, with its transparency; finer than a gallery's, since people look closely."""

GRACE = timedelta(seconds=30)
"""How long storage may take beside the decoder, before a silent worker is taken for dead: somebody waits."""

log = structlog.get_logger()


def render(asset_id: int) -> None:
    """Hand a picture to the workers for pictures, before all designs: somebody is drawing with it just now."""
    queue.enqueue("pictures", "contests.submissions.studio.jobs.process", asset_id, first=True)


def process(asset_id: int) -> bool:
    """Make the proxy of a picture; return whether this call finished it, as done or as failed.

    Does nothing when it is finished or another worker has it. What is no fault of the picture (a lost
    decoder, storage away) lets it wait and try again, a few times in all.
    """
    asset = _take(asset_id)
    if asset is None:
        return False
    if asset.attempts > ATTEMPTS:
        return _fail(asset, "worker-died")
    try:
        with tempfile.TemporaryDirectory(prefix="fanmade-asset-") as folder:
            made, key = _made(asset, Path(folder))
    except Unacceptable as refused:
        return _fail(asset, refused.code, refused.details)
    except Exception as error:
        log.warning("drawing picture put back", asset=asset.id, attempt=asset.attempts, error=repr(error))
        return _put_back(asset)
    values = {"width": made.width, "height": made.height, "proxy_key": key, "report": {"alpha": made.has_alpha}}
    with transaction() as session:
        return leases.finish(session, StudioAsset, asset.id, now(), **values)


def sweep() -> int:
    """Wake the queue for pictures that nobody works on; return how many."""
    moment = now()
    waiting, silent = leases.due(db.session(), StudioAsset, moment, moment - FRESH, BATCH)
    db.session.rollback()
    if waiting:
        with transaction() as session:
            leases.nudged(session, StudioAsset, waiting, moment + NUDGE)
    for asset_id in silent + waiting:
        render(asset_id)
    return len(silent) + len(waiting)


def forget() -> int:
    """Throw away drawings and pictures that nobody came back to; return how many."""
    return letting_go.sweep()


def _take(asset_id: int) -> AssetRow | None:
    with transaction() as session:
        length = timedelta(seconds=limits().wall_seconds) + GRACE
        if not leases.take(session, StudioAsset, asset_id, now(), length):
            return None
        asset = queries.asset_by_id(session, asset_id)
        return asset if asset and asset.removed_at is None else None


def _made(asset: AssetRow, folder: Path) -> tuple[Processed, str]:
    """Decode, and put the proxy into storage: the same bytes under the same key always."""
    original = folder / "original"
    original.write_bytes(storage().get(asset.original_key))
    made = sandbox.run(original, folder / "out", PROXY, limits())
    widest = next(each for each in made.renditions if each.kind == "AVIF")
    key = f"proxies/{asset.sha256[:2]}/{asset.sha256}-p{PROXY.version}.avif"
    storage().put(key, (folder / "out" / widest.name).read_bytes())
    return made, key


def _fail(asset: AssetRow, code: str, details: dict[str, Any] | None = None) -> bool:
    with transaction() as session:
        return leases.fail(session, StudioAsset, asset.id, asset.attempts, code, {"details": details or {}})


def _put_back(asset: AssetRow) -> bool:
    if asset.attempts >= ATTEMPTS:
        return _fail(asset, "worker-died")
    with transaction() as session:
        leases.put_back(session, StudioAsset, asset.id, asset.attempts, now() + PAUSE * asset.attempts)
    return False
